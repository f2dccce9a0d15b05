"""Flite: small voices of Festival's family, compiled into one program."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .base import Missing, OneByOne, Sound, Voice, finish, read_wave, readable, run_program

_PROGRAM = "flite"
_VOICES = {"awb": False, "kal16": False, "kal": False, "rms": True, "slt": True}
"""Voice and whether it is held out of training."""


@dataclass(frozen=True)
class Flite(OneByOne):
    """One voice of Flite. Diphone voices (kal) also vary in pitch; the others keep their recordings' own."""

    name: str
    speaker: str
    held_out: bool
    natural: bool = True

    def speak(self, text: str, rng: np.random.Generator) -> Sound:
        size, stretch = manner(rng, self.held_out)
        voice = self.name.removeprefix("flite/")
        options = ["--setf", f"duration_stretch={stretch:.3f}"]
        if voice.startswith("kal"):
            options += ["--setf", f"int_f0_target_mean={rng.integers(75, 151)}"]
            options += ["--setf", f"int_f0_target_stddev={rng.integers(8, 26)}"]
        with tempfile.TemporaryDirectory(prefix="voice-") as folder:
            file = Path(folder) / "said.wav"
            run_program([_PROGRAM, "-voice", voice, *options, "-t", readable(text), "-o", str(file)])
            return finish(*read_wave(file), size)


def manner(rng: np.random.Generator, held_out: bool) -> tuple[float, float]:
    """The size of the speaker and the stretch of the speech for one sentence.

    A held-out speaker stays who they are and varies in tempo only: a measurement on them is to be
    one on a person, not on a changed recording.
    """
    if held_out:
        return 1.0, rng.uniform(0.9, 1.15)
    size = rng.uniform(0.85, 1.28) if rng.random() < 0.75 else 1.0
    return size, size * rng.uniform(0.8, 1.2)


def voices() -> tuple[list[Voice], list[Missing]]:
    """The voices that this machine's Flite was built with."""
    if shutil.which(_PROGRAM) is None:
        return [], [Missing("flite", f"no program {_PROGRAM}", "flite (Debian)")]
    listed = subprocess.run([_PROGRAM, "-lv"], capture_output=True, text=True, timeout=10, check=False)
    built_in = listed.stdout.split()
    found = [
        # kal16 is kal at twice the rate: one person.
        Flite(f"flite/{voice}", voice.removesuffix("16"), held_out)
        for voice, held_out in _VOICES.items()
        if voice in built_in
    ]
    lacking = [
        Missing(f"flite/{voice}", "this build of flite lacks it", "flite (Debian)")
        for voice in _VOICES
        if voice not in built_in
    ]
    return found, lacking
