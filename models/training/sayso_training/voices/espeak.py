"""eSpeak NG: formant synthesis, many accents, and the languages a household assistant should not act on."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .base import Missing, OneByOne, Sound, Voice, finish, read_wave, readable, run_program

_PROGRAM = "espeak-ng"
_ACCENTS = (
    "en-us",
    "en-us",
    "en-us",
    "en-us-nyc",
    "en-gb",
    "en-gb",
    "en-gb-scotland",
    "en-gb-x-rp",
    "en-gb-x-gbclan",
    "en-gb-x-gbcwmd",
    "en-029",
)
"""General American is named more than once, as it is to be drawn more often."""
_VARIANTS = (
    "",
    "",
    *"m1 m2 m3 m4 m5 m6 m8 f1 f2 f3 f4 Alex Alicia Andrea Annie Denis Gene Gene2 Henrique Hugo Jacky".split(),
    *"Lee Marco Mario Michael Mike Diogo Nguyen RicishayMax adam anika announcer antonio aunty".split(),
    *"belinda benjamin boris caleb david ed edward edward2 grandma grandpa gustave iven iven2".split(),
    *"iven4 john kaukovalta klatt klatt2 klatt4 marcelo max michel miguel norbert pablo paul".split(),
    *"pedro quincy rob robert sandro steph steph2 travis victor zac".split(),
)
"""Variants whose English stays clear: whispering, croaking and robots are left out."""
_HELD_OUT_VARIANTS = ("f5", "m7", "linda", "klatt3", "Andy", "shelby")

LANGUAGES = ("de", "fr-fr", "es", "it", "ro", "ru", "pt-br", "tr", "pl", "nl", "sv")
"""Languages spoken only to be told from English, as eSpeak NG names them."""


@dataclass(frozen=True)
class Espeak(OneByOne):
    """eSpeak NG with an accent and a variant drawn for every sentence."""

    name: str
    speaker: str
    accents: tuple[str, ...]
    variants: tuple[str, ...]
    held_out: bool = False
    natural: bool = False

    def speak(self, text: str, rng: np.random.Generator) -> Sound:
        voice = f"{rng.choice(self.accents)}+{rng.choice(self.variants)}".rstrip("+")
        manner = {
            "-p": rng.integers(15, 86),  # pitch, 0 to 99
            "-s": rng.integers(125, 206),  # words a minute
            "-g": rng.choice([0, 0, 0, 1, 2]),  # gap between words, in 10 ms
        }
        size = rng.uniform(0.9, 1.12) if rng.random() < 1 / 3 else 1.0
        with tempfile.TemporaryDirectory(prefix="voice-") as folder:
            file = Path(folder) / "said.wav"
            options = [part for key, value in manner.items() for part in (key, str(value))]
            run_program([_PROGRAM, "-v", voice, *options, "-w", str(file), readable(text)])
            return finish(*read_wave(file), size)


def foreign(language: str) -> Espeak:
    """A reader of one of `LANGUAGES`."""
    return Espeak(f"espeak/{language}", "espeak", (language,), ("", "m1", "m3", "f1", "f2", "f4"))


def voices() -> tuple[list[Voice], list[Missing]]:
    """The English voices of eSpeak NG."""
    if shutil.which(_PROGRAM) is None:
        return [], [Missing("espeak", f"no program {_PROGRAM}", "espeak-ng (Debian)")]
    return [
        Espeak("espeak", "espeak", _ACCENTS, _VARIANTS),
        Espeak("espeak-held", "espeak-held", _ACCENTS, _HELD_OUT_VARIANTS, held_out=True),
    ], []
