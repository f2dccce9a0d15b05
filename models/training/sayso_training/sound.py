"""What happens to speech between a mouth and the recogniser: rooms, noise, other talk, levels, cut edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import oaconvolve

from . import noises
from .features import RATE

MOST_SAMPLES = 10 * RATE


@dataclass(frozen=True)
class Strength:
    """How rough the sound is made, 0 to 1: light at first, whole at the end of training."""

    level: float

    @property
    def least_snr(self) -> float:
        """The loudest noise, in decibels below the speech."""
        return 18 - 15 * self.level


@dataclass(frozen=True)
class Placed:
    """A sound, and where the speech is in it, in samples."""

    sound: np.ndarray
    begin: int
    length: int


class Home:
    """Rooms and noises, made once from a seed, that utterances are put into."""

    SECONDS = 40

    def __init__(self, seed: int, speech: list[np.ndarray]):
        """`speech` is what babble and television are mixed from."""
        rng = np.random.default_rng([seed, 7])
        samples = self.SECONDS * RATE
        self.rooms = [noises.room(rng) for _ in range(120)]
        self.noises = [kind(rng, samples) for kind in noises.KINDS for _ in range(3)]
        self.babble = [self._babble(rng, speech, talkers, samples) for talkers in (1, 2, 3, 5, 8, 12)]
        television = [noises.unit(b + rng.uniform(0.4, 1.5) * noises.music(rng, samples)) for b in self.babble[:3]]
        self.everything = self.noises + self.babble[1:] + television + self.babble[1:]

    @staticmethod
    def _babble(rng, speech: list[np.ndarray], talkers: int, samples: int) -> np.ndarray:
        sound = np.zeros(samples, np.float32)
        for _ in range(talkers):
            at = 0
            while at < samples:
                said = speech[rng.integers(len(speech))] * rng.uniform(0.4, 1)
                part = said[: samples - at]
                sound[at : at + len(part)] += part
                at += len(part) + int(rng.integers(0, RATE // 2))
        return noises.unit(sound)

    def noise(self, rng: np.random.Generator, samples: int) -> np.ndarray:
        """A piece of some noise at a root mean square of one."""
        sound = self.everything[rng.integers(len(self.everything))]
        at = rng.integers(len(sound) - samples)
        return sound[at : at + samples]

    def nothing(self, rng: np.random.Generator) -> np.ndarray:
        """Silence, noise or music without speech, half a second to four."""
        samples = int(rng.uniform(0.5, 4) * RATE)
        pool = self.noises if rng.random() < 0.9 else self.babble[4:]
        sound = pool[rng.integers(len(pool))]
        at = rng.integers(len(sound) - samples)
        level = 10 ** rng.uniform(-4, -0.7)
        return np.clip(sound[at : at + samples] * level, -1, 1)

    def place(self, said: np.ndarray, rng: np.random.Generator, strength: Strength) -> Placed:
        """Speech as it arrives at the recogniser."""
        rough = strength.level
        if rng.random() < 0.5:
            pace = rng.uniform(0.9, 1.12)
            said = np.interp(np.arange(0, len(said) - 1, pace), np.arange(len(said)), said).astype(np.float32)
        loud = np.sqrt(np.mean(np.square(said)) + 1e-12)
        if rng.random() < 0.4 * rough:
            said = oaconvolve(said, self.rooms[rng.integers(len(self.rooms))])[: len(said) + RATE // 10]
        if rng.random() < 0.06 * rough:
            # A word's edge is lost where the listening began late.
            said = said[int(rng.uniform(0, 0.04) * RATE) :]
        begin, end = int(rng.uniform(0, 0.4) * RATE), int(rng.uniform(0, 0.7) ** 1.5 * RATE)
        length = len(said)
        sound = np.pad(said, (begin, end))[:MOST_SAMPLES]
        if rng.random() < 0.35 + 0.4 * rough:
            decibels = rng.uniform(strength.least_snr, 35)
            sound = sound + self.noise(rng, len(sound)) * loud * 10 ** (-decibels / 20)
        if rng.random() < 0.2:
            sound = sound + self.noise(rng, len(sound)) * loud * 10 ** (-rng.uniform(12, 40) / 20)
        peak = np.abs(sound).max() + 1e-9
        sound = sound * (10 ** rng.uniform(-1.7, -0.02) / peak)
        if rng.random() < 0.03 * rough:
            sound = sound * rng.uniform(1.5, 4)
        return Placed(np.clip(sound, -1, 1).astype(np.float32), begin, length)


def equaliser(rng: np.random.Generator, rough: float) -> np.ndarray:
    """Gains of the power spectrum [201]: a microphone's and a channel's colour, band limits."""
    hertz, decibels = np.linspace(0, RATE / 2, 201), np.zeros(201)
    if rng.random() < 0.6 * rough:
        decibels += np.interp(hertz, [0, 200, 500, 1000, 2000, 3500, 5500, 8000], rng.normal(0, 4, 8))
        decibels += rng.normal(0, 3) * (hertz / 4000 - 1)
    if rng.random() < 0.2 * rough:
        decibels -= np.clip((hertz - rng.uniform(3300, 7000)) / 200, 0, 1) * rng.uniform(10, 45)
    if rng.random() < 0.25 * rough:
        decibels -= np.clip((rng.uniform(80, 350) - hertz) / 100, 0, 1) * rng.uniform(10, 35)
    return (10 ** (decibels / 10)).astype(np.float32)
