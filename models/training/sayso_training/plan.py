"""What a training is made of: how much is said, how long it is learned, and with what seed."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .files import write_json, write_whole
from .model import Shape
from .start import Start
from .train import Run

TWIN, ALL = "twin", "all"
Starts = tuple[Path | None, Path | None]
START, START_ALL = "start.bin", "start-all.bin"
FROM_NOTHING, FROM_MODELS = (30_000, 10_000, 130), (8_000, 15_000, 90)
"""Steps of the twin, steps with every voice, and the minutes that both take on two x86 cores; the corpus and the
test sets take another half an hour."""


@dataclass(frozen=True)
class Plan:
    """The settings of one training. They are kept in `WORK/plan.json`, so that a run that goes on keeps to them."""

    skills: list[str]
    seed: int = 1
    scale: float = 1.0
    """Of the corpus and of the test sets: 1 is some 54,000 utterances, and 510 recordings a set."""
    twin_steps: int = FROM_NOTHING[0]
    """Without the held-out voices."""
    all_steps: int = FROM_NOTHING[1]
    """With every voice."""
    rate: float = 1.2e-3
    last_rate: float = 0.6e-3
    frames: int = 1400
    """Encoder frames of one process's part of a batch."""
    width: int = 160
    encoder_layers: int = 8
    decoder_layers: int = 2
    start: str = ""
    """The model in the work folder that the twin starts from; empty for nothing."""
    start_all: str = ""
    """The one that the model of every voice starts from; empty for the twin."""

    @classmethod
    def of(
        cls, work: Path, skills: list[Path], minutes: float | None, seed: int, starts: Starts = (None, None)
    ) -> Plan:
        """The plan of this work folder, or a new one. `minutes` is about how long training may take; `starts` are
        models for the twin and for the one of every voice to start from, which are copied into the folder."""
        file = work / "plan.json"
        names = [str(skill.resolve()) for skill in skills]
        if file.exists():
            return cls._read(file, names)
        start, start_all = starts
        if bool(start) != bool(start_all):
            print("warning: one of the two models to start from is missing; the training takes longer", file=sys.stderr)
        twin_steps, all_steps, reference = FROM_MODELS if start and start_all else FROM_NOTHING
        share = 1.0 if minutes is None else minutes / reference
        steps = max(20, round(twin_steps * share)), max(10, round(all_steps * share))
        plan = cls(names, seed, min(1.0, share), *steps)
        for field, name, file_ in (("start", START, start), ("start_all", START_ALL, start_all)):
            if file_:
                Start(file_)
                data = file_.read_bytes()
                write_whole(work / name, lambda there, data=data: there.write(data))
                plan = replace(plan, **{field: name})
        write_json(file, asdict(plan))
        return plan

    @classmethod
    def _read(cls, file: Path, skills: list[str]) -> Plan:
        """The plan that is there. Raises `PlanError` when it is none, or one for other skills."""
        again = "name another --work folder, or remove it"
        try:
            plan = cls(**json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise PlanError(f"{file} is not the plan of a training; {again}") from error
        if plan.skills != skills:
            raise PlanError(f"{file.parent} holds a training of {', '.join(plan.skills)}; {again}")
        return plan

    def shape(self, name: str, vocabulary: int, work: Path) -> Shape:
        """The network, with heads of 32. A model that a stage starts from settles its width."""
        wanted = Shape(vocabulary, self.width, self.width // 32, self.encoder_layers, self.decoder_layers)
        start = self.start_of(name) or self.start
        return Start(work / start).shape(wanted) if start else wanted

    def start_of(self, name: str) -> str:
        """The model in the work folder that a stage starts from; empty for nothing, or for the twin."""
        return self.start if name == TWIN else self.start_all

    def run(self, name: str, processes: int) -> Run:
        """A stage: without the held-out voices, or with all of them."""
        common = {"seed": self.seed, "frames": self.frames, "processes": processes}
        sets, steps = (("train",), self.twin_steps) if name == TWIN else (("train", "more"), self.all_steps)
        start = self.start_of(name)
        if start:
            # It aligns already: new voices and words are all there is to learn.
            common |= {"start_file": start, "hold": 0.35, "easy": 0.1, "guided": 0.2, "flat": 0.03, "drop": 0.0}
        if name == TWIN or start:
            return Run(name, sets, steps, self.rate, warm_up=max(1, min(600, steps // 10)), **common)
        warm_up = max(1, min(100, steps // 10))
        # It has learned where to look and what is rough; nothing of that is made easy again.
        common |= {"start": TWIN, "easy": 0, "guided": 0, "flat": 0, "drop": 0.0}
        return Run(ALL, sets, steps, self.last_rate, warm_up=warm_up, **common)


class PlanError(ValueError):
    """A work folder that belongs to another training, or a step before the one that it needs."""


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
