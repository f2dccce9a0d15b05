"""Whisper's log-mel picture, as whisper.cpp computes it."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from .vocabulary import mel_filters

RATE = 16_000
HOP, WINDOW = 160, 400
FRAME = 320
"""Samples of one encoder frame, 20 ms: two columns of the picture."""
SPARE, LEAST, MOST = 8, 48, 500
"""Encoder frames beyond the sound, and the fewest and the most: the audio context that src/speech/whisper asks for."""


def context(samples: int) -> int:
    """The audio context for a sound."""
    return min(max(-(-samples // FRAME) + SPARE, LEAST), MOST)


def warped_filters(factor: float) -> np.ndarray:
    """The mel filters for a vocal tract that is `factor` times as short (Jaitly and Hinton, 2013)."""
    filters = mel_filters()
    source = np.clip(np.arange(filters.shape[1]) * factor, 0, filters.shape[1] - 1)
    low = np.floor(source).astype(int)
    high = np.minimum(low + 1, filters.shape[1] - 1)
    weight = (source - low).astype(np.float32)
    return filters[:, low] * (1 - weight) + filters[:, high] * weight


def log_mel(sounds: list[np.ndarray], frames: int, filters: torch.Tensor, gains: torch.Tensor | None = None):
    """[batch, 80, 2 × frames] of sounds that are padded with silence or cut to so many encoder frames.

    `filters` is [80, 201] or [batch, 80, 201]; `gains` [batch, 201] multiplies the power spectrum.
    """
    length = frames * FRAME
    padded = torch.zeros(len(sounds), length + WINDOW // 2)
    for row, sound in enumerate(sounds):
        count = min(len(sound), length)
        padded[row, :count] = torch.from_numpy(np.ascontiguousarray(sound[:count], dtype=np.float32))
    padded = F.pad(padded[:, None], (WINDOW // 2, 0), mode="reflect")[:, 0]
    spectrum = torch.stft(padded, WINDOW, HOP, window=torch.hann_window(WINDOW), center=False, return_complex=True)
    power = (spectrum.real.square() + spectrum.imag.square())[:, :, : 2 * frames]
    if gains is not None:
        power = power * gains[:, :, None]
    picture = torch.matmul(filters, power).clamp_min(1e-10).log10()
    loudest = picture.amax((1, 2), keepdim=True)
    return (torch.maximum(picture, loudest - 8) + 4) / 4
