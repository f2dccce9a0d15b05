"""What every voice promises, and how the sound of every engine is brought to one form."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

Sound = NDArray[np.float32]
"""Mono sound at `RATE`, peak `PEAK`."""

RATE = 16_000
"""Samples a second of everything that a voice returns."""
PEAK = 0.6
TIME_LIMIT_S = 10.0
"""Longest that an engine may take for one sentence."""
LONGEST_TEXT = 400
"""Characters: a longer text is no sentence, and old engines overrun their buffers on it."""

_SILENCE = 0.016
"""Share of the peak below which the ends of a recording count as silence."""
_LEAD_IN_S, _LEAD_OUT_S = 0.03, 0.05
_SHORTEST_S = 0.1


class VoiceError(RuntimeError):
    """A voice gave no sound for a sentence: program missing, crashed, too slow or silent."""


@runtime_checkable
class Voice(Protocol):
    """Somebody who reads sentences aloud.

    `speaker` names the person, so that one person in two engines is one speaker; `natural` says that
    the voice was made of a person's recordings; `held_out` that it is no voice for training, so
    that a measurement on it is one on a stranger.
    """

    name: str
    speaker: str
    natural: bool
    held_out: bool

    def speak(self, text: str, rng: np.random.Generator) -> Sound:
        """Says `text` once, with a manner (speed, pitch) drawn from `rng`. Raises `VoiceError`."""
        ...

    def speak_many(self, texts: Sequence[str], rng: np.random.Generator) -> Iterator[Sound | VoiceError]:
        """Says each text, in order; a sentence that fails is an error in its place."""
        ...


@dataclass(frozen=True)
class Missing:
    """A voice that is not on this machine, and the package that would bring it."""

    name: str
    why: str
    package: str

    def __str__(self) -> str:
        return f"{self.name}: {self.why}; install {self.package}"


class OneByOne:
    """`speak_many` for engines that gain nothing from a batch."""

    def speak_many(self, texts: Iterable[str], rng: np.random.Generator) -> Iterator[Sound | VoiceError]:
        for text in texts:
            try:
                yield self.speak(text, rng)  # type: ignore[attr-defined]
            except VoiceError as error:
                yield error


def readable(text: str) -> str:
    """`text` as an engine may be handed it: one line, bounded, without what a script could misread."""
    line = " ".join(text.replace('"', " ").replace("\\", " ").split())
    if not any(letter.isalnum() for letter in line):
        raise VoiceError("nothing to say")
    if len(line) > LONGEST_TEXT:
        raise VoiceError(f"a sentence of {len(line)} characters; the limit is {LONGEST_TEXT}")
    # A leading hyphen would be an option of the program.
    return line.lstrip("-")


def run_program(command: Sequence[str], limit_s: float = TIME_LIMIT_S) -> None:
    """Runs an engine to its end. The message of an error names the program, never the sentence."""
    program = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limit_s,
            check=False,
        )
    except FileNotFoundError as error:
        raise VoiceError(f"{program} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise VoiceError(f"{program} took longer than {limit_s:g} s") from error
    if done.returncode < 0:
        raise VoiceError(f"{program} crashed (signal {-done.returncode})")
    if done.returncode > 0:
        raise VoiceError(f"{program} failed (status {done.returncode})")


def read_wave(path: Path) -> tuple[Sound, int]:
    """The first channel and the rate of a sound file."""
    try:
        sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise VoiceError("the program wrote no sound") from error
    return sound[:, 0], rate


def finish(sound: NDArray[np.floating], rate: int, size: float = 1.0) -> Sound:
    """Brings sound to 16 kHz, without silence at its ends and at the common peak.

    `size` above 1 plays it faster by that factor, as a shorter speaker with a higher voice; the
    caller stretches the speech beforehand where the tempo should stay.
    """
    if len(sound) == 0 or not np.isfinite(sound).all():
        raise VoiceError("the program gave no sound")
    if rate != RATE:
        divisor = int(np.gcd(rate, RATE))
        sound = resample_poly(sound, RATE // divisor, rate // divisor)
    if abs(size - 1) > 0.01:
        sound = resample_poly(sound, 100, round(100 * size))
    return levelled(sound)


def levelled(sound: NDArray[np.floating]) -> Sound:
    """Sound at 16 kHz without silence at its ends and at the common peak."""
    peak = float(np.abs(sound).max(initial=0.0))
    if peak < 1e-3:
        raise VoiceError("the program gave silence")
    loud = np.flatnonzero(np.abs(sound) > _SILENCE * peak)
    first = max(0, loud[0] - int(_LEAD_IN_S * RATE))
    last = min(len(sound), loud[-1] + int(_LEAD_OUT_S * RATE))
    if last - first < _SHORTEST_S * RATE:
        raise VoiceError("the program gave no more than a click")
    return (sound[first:last] * (PEAK / peak)).astype(np.float32)
