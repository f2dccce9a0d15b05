"""What a training is made of: how much is said, how long it is learned, and with what seed."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from .files import write_json

TWIN, ALL = "twin", "all"
REFERENCE_MINUTES = 75
"""What the steps below take on two x86 cores; the corpus takes another half an hour."""


@dataclass(frozen=True)
class Plan:
    """The settings of one training. They are kept in `WORK/plan.json`, so that a run that goes on keeps to them."""

    skills: list[str]
    seed: int = 1
    scale: float = 1.0
    """Of the corpus: 1 is some 35,000 utterances."""
    twin_steps: int = 10_000
    """Without the held-out voices."""
    all_steps: int = 3_500
    """More, with every voice."""
    rate: float = 2.2e-3
    last_rate: float = 1.0e-3
    width: int = 192
    encoder_layers: int = 4
    decoder_layers: int = 2

    @classmethod
    def of(cls, work: Path, skills: list[Path], minutes: float | None, seed: int) -> Plan:
        """The plan of this work folder, or a new one. `minutes` is about how long training may take."""
        file = work / "plan.json"
        names = [str(skill.resolve()) for skill in skills]
        if file.exists():
            plan = cls(**json.loads(file.read_text(encoding="utf-8")))
            if plan.skills != names:
                raise PlanError(f"{work} holds a training of {', '.join(plan.skills)}; name another --work folder, or remove it")
            return plan
        share = 1.0 if minutes is None else max(minutes, 0.1) / REFERENCE_MINUTES
        whole = cls(names)
        plan = cls(
            names, seed, min(1.0, share), max(20, round(whole.twin_steps * share)), max(10, round(whole.all_steps * share))
        )
        write_json(file, asdict(plan))
        return plan


class PlanError(ValueError):
    """A work folder that belongs to another training."""


class Stopwatch:
    """How long each step of the way took; kept in `WORK/times.json`, also over several runs."""

    def __init__(self, work: Path):
        self.file = work / "times.json"
        self.seconds: dict[str, float] = json.loads(self.file.read_text()) if self.file.exists() else {}

    def time(self, name: str, do, *arguments):
        """Does it and adds its time."""
        begun = time.monotonic()
        try:
            return do(*arguments)
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0) + time.monotonic() - begun, 1)
            write_json(self.file, self.seconds)
