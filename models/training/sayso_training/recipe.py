"""How much of the corpus each voice speaks."""

from __future__ import annotations

from dataclasses import dataclass

from .voices.espeak import LANGUAGES


@dataclass(frozen=True)
class Amount:
    """What one voice adds to a set."""

    voice: str
    said: int
    """Sentences."""
    changed: float = 0.0
    """Share of them that is added once more, by a speaker made with `speakers`."""
    shard: int = 250
    """Sentences to a shard; fewer where an engine is slow, so that every voice is heard early."""
    language: str = "en"
    drawn: float = 1.0
    """How often one of its utterances is learned from, against one of the others: more where an engine is slow."""


_KOKORO = {"kumo": 800, "gon": 800, "nezu": 800, "kumo-gon": 150, "kumo-alpha": 150, "gon-tebu": 150}

SETS: dict[str, tuple[Amount, ...]] = {
    "train": (
        Amount("flite/awb", 5000, 0.6),
        Amount("piper/joe", 3200, 0.6),
        Amount("espeak", 16_000),
        *(Amount(f"kokoro/{name}", said, 1.0, shard=50, drawn=2.0) for name, said in _KOKORO.items()),
        Amount("festival/ked_diphone", 2200, 0.6),
        Amount("flite/kal16", 1800, 0.5),
        Amount("festival/kal_diphone", 1200, 0.4),
        Amount("flite/kal", 700, 0.3),
        *(Amount(f"espeak/{language}", 68, language=language[:2]) for language in LANGUAGES),
    ),
    # Voices that nothing is measured with once they are here: for a model that is to be used.
    "more": (
        Amount("flite/rms", 2200, 0.5),
        Amount("festival/cmu_us_slt_arctic_hts", 2200, 0.5),
        Amount("flite/slt", 1300, 0.5),
        Amount("espeak-held", 1200),
    ),
}
"""What each set is made of: voices for training, and held-out ones."""


def drawn(set_name: str, voice: str) -> float:
    """How often an utterance of that voice is learned from; 1 for a voice that is in no recipe."""
    return next((amount.drawn for amount in SETS.get(set_name, ()) if amount.voice == voice), 1.0)
