"""The mean of a trained model and of the one that it started from.

Wortsman et al., "Robust fine-tuning of zero-shot models", 2022: what was learned before and what was learned since lie
so near to each other that the weights between them hear better than either. A new layer, which the older model does
not have, is in it one that adds nothing.
"""

from __future__ import annotations

from pathlib import Path

import torch

from .files import write_torch
from .model import Recogniser, Shape
from .start import ADDS, Start

OLD = 0.5
"""The older model's share."""


def averaged(checkpoint: Path, start: Start, path: Path) -> Path:
    """Writes the checkpoint of the mean and gives its path. Tokens that the older model does not know, and the head
    that only training uses, stay as they were trained."""
    trained = torch.load(checkpoint, weights_only=True)
    new, used = trained["model"], trained["used"]
    model = Recogniser(Shape(**trained["shape"]))
    start.load(model, used)
    old = model.state_dict()
    mean = {name: _mean(name, values, old[name], start) for name, values in new.items()}
    rows = "decoder.token_embedding.weight"
    known = torch.tensor([start.knows(token) for token in used])
    mean[rows] = torch.where(known[:, None], mean[rows], new[rows])
    write_torch(path, trained | {"model": mean})
    return path


def _mean(name: str, new: torch.Tensor, old: torch.Tensor, start: Start) -> torch.Tensor:
    if name.startswith("spell."):
        return new
    if start.has_block(name):
        return OLD * old + (1 - OLD) * new
    return (1 - OLD) * new if any(f".{layer}." in name for layer in ADDS) else new
