"""All steps from skills to an installed model, each of which goes on where it was when it was stopped."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

from . import calibrate, corpus, evaluate, package, plots, report, testsets
from .batches import Corpus
from .export import export
from .files import write_json, write_whole
from .model import Shape
from .plan import ALL, TWIN, Plan, Stopwatch
from .sentences import BLANK, UNHEARD, Sentences
from .train import Run, train, used_tokens

HELD_SETS = ["held-clean", "held-10db-rooms", "held-answers", "held-numbers"]
KNOWN_SETS = ["known-clean", "known-10db", "known-answers", "known-numbers"]
FIT_SETS = ["fit", "fit-nothing"]
DESCRIPTION = "hears the sentences of the shops that it was trained for; not people's free speech"


class Pipeline:
    """One training in a work folder."""

    def __init__(self, work: Path, skills: list[Path], seed: int, minutes: float | None, program: Path | None, noise: Path | None):
        """`program` is `sayso`, which hears the test sets; `noise` a folder of recorded noise for them."""
        work.mkdir(parents=True, exist_ok=True)
        self.work, self.program, self.noise = work, program, noise
        self.skills = [skill.resolve() for skill in skills]
        Sentences(self.skills, seed)
        self.plan = Plan.of(work, self.skills, minutes, seed)
        self.watch = Stopwatch(work)

    def make_corpus(self) -> None:
        """Every sentence in every voice."""
        settings = corpus.Settings(self.work, tuple(self.skills), self.plan.seed, self.plan.scale)
        jobs, missing = corpus.plan(settings)
        for voice in missing:
            print(f"warning: without {voice}", file=sys.stderr)
        shards = self.watch.time("corpus", corpus.make, jobs, settings, _cores())
        if shards:
            print(corpus.summary(shards))

    def used(self) -> list[int]:
        """The tokens that the model has rows for: of all sentences and all names of the catalogues."""
        file = self.work / "used.json"
        if not file.exists():
            sentences = Sentences(self.skills, self.plan.seed)
            texts = [BLANK, UNHEARD, *(spoken.label for spoken in Corpus(self.work, ["train", "more"]).spoken)]
            texts += [sentences.training().label for _ in range(20_000)]
            for skill in sentences.skills:
                for product in skill.catalogue.products:
                    for name in (product.name, product.brand, product.size, *product.words):
                        texts += [name, name[:1].upper() + name[1:]]
            write_json(file, used_tokens(texts))
        return json.loads(file.read_text())

    def train(self, name: str) -> Path:
        """A stage: the twin without the held-out voices, or from there the model with all of them."""
        used = self.used()
        plan = self.plan
        shape = Shape(len(used), plan.width, plan.width // 32, plan.encoder_layers, plan.decoder_layers)
        stages = {
            TWIN: Run(TWIN, ("train",), plan.twin_steps, plan.rate, warm_up=300, seed=plan.seed, processes=_cores()),
            ALL: Run(ALL, ("train", "more"), plan.all_steps, plan.last_rate, warm_up=100, easy=0, guided=0, flat=0, start=TWIN,
                     seed=plan.seed, processes=_cores()),
        }  # fmt: skip
        return self.watch.time(f"train {name}", train, stages[name], used, self.work, shape)

    def export(self, name: str) -> Path:
        """The stage's ggml files, in halves and in eight bits; gives the latter."""
        checkpoint = self.work / name / "model.pt"
        export(checkpoint, self.work / name / "model-f16.bin")
        model = self.work / name / "model.bin"
        export(checkpoint, model, eight_bits=True)
        return model

    def make_tests(self) -> None:
        """The recordings that models are judged by."""
        self.watch.time("test sets", testsets.make, self.work, self.skills, self.plan.seed, self.noise, _cores())

    def calibrate(self) -> calibrate.Confidence:
        """The confidence, fitted on what the twin makes of held-out sentences."""
        fitted = self._heard(TWIN, FIT_SETS)
        return calibrate.fit(fitted["fit"], fitted["fit-nothing"])

    def judge(self, name: str, sets: list[str], people: Path | None = None) -> dict:
        """The figures of a stage's model, as the product runs it with its description beside it."""
        if people:
            testsets.people(people, self.work)
            sets = [*sets, "people"]
        model = self.work / name / "model.bin"
        return evaluate.judge(self._program(), model, self.work, sets, self.work / name / "heard")

    def describe(self, name: str, confidence: calibrate.Confidence | None) -> None:
        """Writes the model's description beside it."""
        model = self.work / name / "model.bin"
        text = package.describe(model, DESCRIPTION, confidence)
        write_whole(model.with_suffix(".toml"), lambda file: file.write(text.encode()))

    def all(self, out: Path, people: Path | None = None) -> None:
        """Everything, and the result in `out`: `model.bin`, `model.toml`, `model.bin.zst`, figures and pictures."""
        self.make_corpus()
        if self.program:
            self.make_tests()
        self.train(TWIN)
        confidence = None
        self.export(TWIN)
        if self.program:
            self.describe(TWIN, None)
            confidence = self.calibrate()
            self.describe(TWIN, confidence)
        else:
            print("warning: no `sayso` to judge the model with (--sayso): its confidence is not fitted", file=sys.stderr)
        self.train(ALL)
        self.export(ALL)
        self.describe(ALL, confidence)
        found = {}
        if self.program:
            found = {TWIN: self.judge(TWIN, [*HELD_SETS, "nothing"]), ALL: self.judge(ALL, [*KNOWN_SETS, "nothing"], people)}
        self.deliver(out, found, confidence)

    def deliver(self, out: Path, found: dict, confidence: calibrate.Confidence | None) -> None:
        """Copies the result; the description last, since it makes the rest valid."""
        out.mkdir(parents=True, exist_ok=True)
        model = self.work / ALL / "model.bin"
        plots.run(self.work, [TWIN, ALL], out / "training.png")
        if confidence:
            spoken = self._heard(ALL, ["known-clean", "known-10db"])
            sounds = self._heard(ALL, ["nothing"])["nothing"]
            plots.confidence([h for heard in spoken.values() for h in heard], sounds, confidence.floor, out / "confidence.png")
        size = package.compress(model, out / "model.bin.zst")
        made = {"plan": asdict(self.plan), "seconds": self.watch.seconds, "compressed_bytes": size, "figures": found}
        made |= {"confidence": asdict(confidence) if confidence else None, "versions": report.versions()}
        write_json(out / "made.json", made)
        text = report.table(found)
        write_whole(out / "figures.md", lambda file: file.write(text.encode()))
        shutil.copyfile(model, out / ".model.bin.part")
        os.replace(out / ".model.bin.part", out / "model.bin")
        description = model.with_suffix(".toml").read_bytes()
        write_whole(out / "model.toml", lambda file: file.write(description))
        print(text)

    def _heard(self, name: str, sets: list[str]) -> dict[str, list[evaluate.Heard]]:
        model, results = self.work / name / "model.bin", self.work / name / "heard"
        return {chosen: evaluate.hear(self._program(), model, self.work, chosen, results) for chosen in sets}

    def _program(self) -> Path:
        if not self.program:
            raise evaluate.EvaluationError("no `sayso` program; name it with --sayso")
        return self.program


def _cores() -> int:
    return max(1, min(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def _calibrated(pipeline: Pipeline, given) -> None:
    confidence = pipeline.calibrate()
    for name in (TWIN, ALL):
        pipeline.describe(name, confidence)
    print(f"floor {confidence.floor}: {confidence.refused:.1%} of right texts refused, {confidence.wrong_passed:.1%} of wrong ones and {confidence.nothing_passed:.1%} of sounds without an order pass")


def _judged(pipeline: Pipeline, given) -> None:
    found = {TWIN: pipeline.judge(TWIN, [*HELD_SETS, "nothing"]), ALL: pipeline.judge(ALL, [*KNOWN_SETS, "nothing"], given.people)}
    print(report.table(found))


ALL_STEPS = {
    "corpus": lambda pipeline, given: pipeline.make_corpus(),
    "tests": lambda pipeline, given: pipeline.make_tests(),
    "twin": lambda pipeline, given: (pipeline.train(TWIN), pipeline.export(TWIN), pipeline.describe(TWIN, None)),
    "train": lambda pipeline, given: (pipeline.train(ALL), pipeline.export(ALL), pipeline.describe(ALL, None)),
    "calibrate": _calibrated,
    "evaluate": _judged,
}
"""The steps by themselves, in their order."""
