"""The voices that read the training sentences aloud."""

from __future__ import annotations

from collections.abc import Sequence

from . import espeak, festival, flite, kokoro, piper
from .base import PEAK, RATE, Missing, Sound, Voice, VoiceError

__all__ = ["ENGINES", "PEAK", "RATE", "Missing", "Sound", "Voice", "VoiceError", "foreign_voices", "installed"]

ENGINES = {"espeak": espeak, "flite": flite, "festival": festival, "piper": piper, "kokoro": kokoro}


def installed(engines: Sequence[str] = tuple(ENGINES)) -> tuple[list[Voice], list[Missing]]:
    """The voices of the named engines on this machine, and those that are missing and why."""
    found: list[Voice] = []
    lacking: list[Missing] = []
    for name in engines:
        voices, missing = ENGINES[name].voices()
        found += voices
        lacking += missing
    return found, lacking


def foreign_voices() -> dict[str, Voice]:
    """A reader for each language other than English, by its two letters; none without eSpeak NG."""
    if not espeak.voices()[0]:
        return {}
    return {language[:2]: espeak.foreign(language) for language in espeak.LANGUAGES}
