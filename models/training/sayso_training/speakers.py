"""New speakers out of the recordings of known ones.

A natural voice is taken apart into pitch, spectral envelope and aperiodicity by the vocoder WORLD
(Morise, Yokomori, Ozawa: "WORLD: a vocoder-based high-quality speech synthesis system for real-time
applications", IEICE Transactions E99-D(7), 2016) and put together as somebody else: the consonants
and the rhythm of a person stay, the throat is another.

Costs about 0.04 s of one core for a second of sound. DIO at a low rate finds the pitch, refined by
StoneMask; Harvest would be surer in noise, of which there is none here, and ten times slower.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .voices.base import RATE, Sound, VoiceError, levelled

with warnings.catch_warnings():
    # pyworld asks setuptools for its version in a way that setuptools has deprecated.
    warnings.simplefilter("ignore")
    import pyworld

_FRAME_MS = 5.0
_PITCH_FLOOR_HZ, _PITCH_CEILING_HZ = 60.0, 450.0
_LOWEST_SPEAKER_HZ, _HIGHEST_SPEAKER_HZ = 75.0, 320.0
"""Median pitch of a new speaker: a deep man to a child."""


@dataclass(frozen=True)
class Throat:
    """How a new speaker differs from the recorded one. 1 (and 0 for breath and roughness) changes nothing."""

    pitch: float = 1.0
    """Factor of the median pitch."""
    melody: float = 1.0
    """Factor of the pitch's distance from its median, in log frequency."""
    formants: float = 1.0
    """Factor of the formants' frequencies: above 1 is a shorter vocal tract."""
    tempo: float = 1.0
    breath: float = 0.0
    """How far voiced sound is moved towards noise, 0 to 1."""
    roughness: float = 0.0
    """Standard deviation of the pitch from frame to frame, in log frequency."""


def a_throat(rng: np.random.Generator) -> Throat:
    """A believable speaker: every factor drawn on its own, and the rare traits only sometimes."""
    return Throat(
        pitch=_log_uniform(rng, 0.75, 1.6),
        melody=_log_uniform(rng, 0.6, 1.5),
        formants=_log_uniform(rng, 0.82, 1.22),
        tempo=_log_uniform(rng, 0.85, 1.2),
        breath=rng.uniform(0.05, 0.45) if rng.random() < 0.4 else 0.0,
        roughness=rng.uniform(0.005, 0.03) if rng.random() < 0.4 else 0.0,
    )


def another_speaker(sound: Sound, rng: np.random.Generator) -> Sound:
    """What was said, by a new speaker. Raises `VoiceError` where there is no voice to change."""
    return spoken_by(sound, a_throat(rng), rng)


def spoken_by(sound: Sound, throat: Throat, rng: np.random.Generator) -> Sound:
    """What was said, by the speaker with that throat (`rng` for the roughness alone)."""
    source = np.ascontiguousarray(sound, np.float64)
    rough, times = pyworld.dio(
        source, RATE, f0_floor=_PITCH_FLOOR_HZ, f0_ceil=_PITCH_CEILING_HZ, frame_period=_FRAME_MS, speed=4
    )
    pitch = pyworld.stonemask(source, rough, times, RATE)
    if not (pitch > 0).any():
        raise VoiceError("no voiced sound to make a speaker of")
    envelope = pyworld.cheaptrick(source, pitch, times, RATE)
    noise = pyworld.d4c(source, pitch, times, RATE, threshold=0.85)
    changed = pyworld.synthesize(
        _pitch(pitch, throat, rng),
        np.exp(_stretched(np.log(envelope + 1e-16), throat.formants)),
        # A power below 1 lifts what is nearly periodic and leaves noise alone.
        np.clip(_stretched(noise, throat.formants), 1e-4, 1.0) ** (1 - throat.breath),
        RATE,
        _FRAME_MS / throat.tempo,
    )
    return levelled(changed)


def _pitch(pitch: NDArray[np.float64], throat: Throat, rng: np.random.Generator) -> NDArray[np.float64]:
    voiced = pitch > 0
    median = np.median(pitch[voiced])
    target = np.clip(median * throat.pitch, _LOWEST_SPEAKER_HZ, _HIGHEST_SPEAKER_HZ)
    around = np.log(pitch[voiced] / median) * throat.melody
    around += rng.normal(0, throat.roughness, len(around)) if throat.roughness else 0
    changed = np.zeros_like(pitch)
    changed[voiced] = np.clip(target * np.exp(around), 50.0, 600.0)
    return changed


def _stretched(frames: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Every spectrum (a row) with its frequency axis stretched; the last value goes on at the top."""
    bins = frames.shape[1]
    at = np.minimum(np.arange(bins) / factor, bins - 1)
    below = at.astype(int)
    above = np.minimum(below + 1, bins - 1)
    share = at - below
    return np.ascontiguousarray(frames[:, below] * (1 - share) + frames[:, above] * share)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
