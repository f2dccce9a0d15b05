"""What training makes small."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from .batches import Batch
from .model import Recogniser

EVEN_SPREAD = 3.0
"""Encoder frames about a letter's middle that a flat start gives it."""
SPREAD = 14.0
"""Encoder frames about a token's middle that guided attention lets it look at."""


def of(model: Recogniser, run, batch: Batch, guide: float, flat: float, rng: np.random.Generator) -> dict:
    """`text`: the decoder's; `spelling`: of the encoder's auxiliary head (CTC, Graves et al., 2006); `looking`:
    guided attention (Tachibana et al., 2017), which counts by `guide`; `even`: a flat start, which counts by `flat`;
    `tokens`: how many are right, 0 to 1."""
    tokens = with_mistakes(batch.tokens, model.shape.vocabulary, run.wrong_tokens, rng)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        memory = model.encoder(batch.mel, drop=run.drop)
        scores, looks = model.decoder(tokens, memory, drop=run.drop)
        letters = model.spell(memory)
    wanted = batch.wanted.flatten()
    scores = scores.float().flatten(0, 1)
    text = F.cross_entropy(scores, wanted, ignore_index=-100, label_smoothing=run.smoothing)
    losses, total = {"text": text}, text
    spoken = [i for i, spelled in enumerate(batch.spelled) if spelled]
    if spoken:
        losses["spelling"] = _spelling(letters[spoken], [batch.spelled[i] for i in spoken])
        total = total + 0.3 * losses["spelling"]
        if flat > 0:
            losses["even"] = _evenly(letters, batch)
            total = total + flat * losses["even"]
    if guide > 0:
        losses["looking"] = _looking(looks, batch)
        total = total + guide * losses["looking"]
    known = wanted >= 0
    losses["tokens"] = (scores.argmax(-1) == wanted)[known].float().mean()
    return losses | {"all": total}


def _spelling(letters, spelled: list[list[int]]) -> torch.Tensor:
    sizes = torch.tensor([len(row) for row in spelled])
    loss = F.ctc_loss(
        letters.float().log_softmax(-1).transpose(0, 1),
        torch.tensor([letter for row in spelled for letter in row]),
        torch.full((len(spelled),), letters.shape[1]),
        sizes,
        zero_infinity=True,
        reduction="none",
    )
    return (loss / sizes).mean()


def _evenly(letters, batch: Batch) -> torch.Tensor:
    """A flat start, as in Young et al., "The HTK Book": at first every letter is taken to last equally long. Without
    it the spelling head writes nothing but blanks for thousands of steps."""
    chances = letters[:, :, 1:].float().log_softmax(-1)
    total, frames = chances.new_zeros(()), 0
    for row, spelled in enumerate(batch.spelled):
        begin, length = (float(value) for value in batch.places[row])
        first, last = int(begin), min(int(begin + length), chances.shape[1])
        if not spelled or last <= first:
            continue
        times = torch.arange(first, last)[:, None]
        middles = begin + length * (torch.arange(len(spelled)) + 0.5) / len(spelled)
        near = torch.softmax(-((times - middles) ** 2) / (2 * EVEN_SPREAD**2), dim=1)
        total = total - (near * chances[row, first:last][:, torch.tensor(spelled) - 1]).sum()
        frames += last - first
    return total / max(frames, 1)


def _looking(looks, batch: Batch) -> torch.Tensor:
    """How much of the first three heads' attention lies far from where the token is said."""
    times = torch.arange(looks[0].shape[-1], dtype=torch.float32)
    far = 1 - torch.exp(-((times - batch.middles[:, :, None]) ** 2) / (2 * SPREAD**2))
    far = far * batch.sure[:, :, None]
    return sum((look[:, :3].float() * far[:, None]).sum() for look in looks) / (3 * batch.sure.sum() + 1e-6)


def with_mistakes(tokens, vocabulary_size: int, share: float, rng) -> torch.Tensor:
    """Some of the tokens before are others, so that the decoder listens rather than continues."""
    wrong = torch.from_numpy(rng.random(tokens.shape) < share)
    wrong[:, :2] = False
    other = torch.from_numpy(rng.integers(0, vocabulary_size, tokens.shape))
    return torch.where(wrong, other, tokens)
