"""Sounds of a home that are not speech, made from numbers: noise, hum, clatter, water, music."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

from .features import RATE


def unit(sound: np.ndarray) -> np.ndarray:
    """At a root mean square of one."""
    return (sound / (np.sqrt(np.mean(np.square(sound, dtype=np.float64))) + 1e-9)).astype(np.float32)


def band(sound: np.ndarray, low: float, high: float) -> np.ndarray:
    """Between two frequencies in hertz."""
    return sosfilt(butter(2, [low, high], "band", fs=RATE, output="sos"), sound)


def steady(rng: np.random.Generator, samples: int) -> np.ndarray:
    """White to brown noise, as of a fan or a hood."""
    return unit(lfilter([1], [1, -rng.uniform(0, 0.98)], rng.standard_normal(samples)))


def hum(rng: np.random.Generator, samples: int) -> np.ndarray:
    """A mains hum with its harmonics, as of a refrigerator."""
    time, base = np.arange(samples) / RATE, rng.choice([50.0, 60.0])
    tones = sum(
        np.sin(2 * np.pi * base * k * time + rng.uniform(0, 6)) / k ** rng.uniform(0.3, 1.2) for k in range(1, 9)
    )
    return unit(tones + 0.3 * rng.standard_normal(samples))


def clatter(rng: np.random.Generator, samples: int) -> np.ndarray:
    """Plates and cutlery: short ringing blows."""
    sound = 0.01 * rng.standard_normal(samples)
    for _ in range(max(1, int(samples / RATE * rng.uniform(1, 6)))):
        at, length = rng.integers(samples), int(rng.uniform(0.02, 0.25) * RATE)
        time = np.arange(min(length, samples - at)) / RATE
        ring = sum(np.sin(2 * np.pi * rng.uniform(800, 7000) * time + rng.uniform(0, 6)) for _ in range(4))
        sound[at : at + len(time)] += ring * np.exp(-time * rng.uniform(15, 90)) * rng.uniform(0.2, 1)
    return unit(sound)


def water(rng: np.random.Generator, samples: int) -> np.ndarray:
    """A tap or frying: noise in a band whose loudness wanders."""
    low = rng.uniform(200, 2500)
    sound = band(rng.standard_normal(samples), low, min(low * rng.uniform(1.5, 5), 7600))
    knots = rng.uniform(0.3, 1, max(2, samples // (RATE // 4)))
    return unit(sound * np.interp(np.arange(samples), np.linspace(0, samples, len(knots)), knots))


def music(rng: np.random.Generator, samples: int) -> np.ndarray:
    """Chords, a tune over them and a beat."""
    time, sound = np.arange(samples) / RATE, np.zeros(samples)
    beat, root = rng.uniform(0.25, 0.6), rng.uniform(90, 220)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12])
    for bar in range(int(samples / RATE / beat) + 1):
        begin = int(bar * beat * RATE)
        local = time[: max(0, min(int(1.5 * beat * RATE), samples - begin))]
        if len(local) == 0:
            break
        notes = [scale[rng.integers(8)], scale[rng.integers(8)] + 12] + ([0, 4, 7] if bar % 4 == 0 else [])
        for note in notes:
            tone = root * 2 ** (note / 12)
            partials = sum(np.sin(2 * np.pi * tone * k * local) / k for k in range(1, 6) if tone * k < 7500)
            sound[begin : begin + len(local)] += partials * np.exp(-local * rng.uniform(1, 6)) * rng.uniform(0.3, 1)
        if rng.random() < 0.6:
            thump = rng.standard_normal(len(local)) * np.exp(-local * rng.uniform(20, 60))
            sound[begin : begin + len(local)] += thump * rng.uniform(0.3, 1.5)
    return unit(sound)


KINDS = [steady, steady, hum, clatter, water, music]


def room(rng: np.random.Generator) -> np.ndarray:
    """The impulse response of a room: early reflections and an exponential tail (RT60 0.1 to 0.7 s)."""
    reverberation = rng.uniform(0.1, 0.7)
    length = int(RATE * min(reverberation, 0.45))
    tail = rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / (reverberation * RATE))
    tail[: int(rng.uniform(20, 100))] = 0
    for _ in range(rng.integers(3, 9)):
        tail[rng.integers(20, min(600, length))] += rng.uniform(-1, 1) * 4
    # Distance: how loud the room is against the straight way.
    tail *= rng.uniform(0.15, 0.9) / np.sqrt(np.sum(tail**2) + 1e-9)
    tail[0] = 1
    return tail.astype(np.float32)
