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


def averaged(checkpoint: Path, before: Start | Path, path: Path) -> Path:
    """Writes the checkpoint of the mean and gives its path. `before` is a model that is there, or the checkpoint of an
    earlier round. Tokens that the older model does not know, and the head that only training uses, stay as they were
    trained."""
    trained = torch.load(checkpoint, weights_only=True)
    new = trained["model"]
    if isinstance(before, Start):
        mean = _with_start(trained, before)
    else:
        old = torch.load(before, weights_only=True)["model"]
        mean = {name: _between(old[name], values) for name, values in new.items()}
    write_torch(path, trained | {"model": mean | {name: new[name] for name in new if name.startswith("spell.")}})
    return path


def _with_start(trained: dict, start: Start) -> dict[str, torch.Tensor]:
    new, used = trained["model"], trained["used"]
    model = Recogniser(Shape(**trained["shape"]))
    start.load(model, used)
    old = model.state_dict()
    mean = {name: _mean(name, values, old[name], start) for name, values in new.items()}
    rows = "decoder.token_embedding.weight"
    known = torch.tensor([start.knows(token) for token in used])
    mean[rows] = torch.where(known[:, None], mean[rows], new[rows])
    return mean


def _mean(name: str, new: torch.Tensor, old: torch.Tensor, start: Start) -> torch.Tensor:
    if start.has_block(name):
        return _between(old, new)
    return (1 - OLD) * new if any(f".{layer}." in name for layer in ADDS) else new


def _between(old: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    return OLD * old + (1 - OLD) * new
