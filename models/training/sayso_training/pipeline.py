"""All steps from skills to an installed model, each of which goes on where it was when it was stopped."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from . import calibrate, corpus, delivery, evaluate, package, testsets
from .average import averaged
from .batches import Corpus
from .export import export
from .files import write_json, write_whole
from .plan import ALL, TWIN, Plan, PlanError, Stopwatch
from .processes import cores
from .sentences import BLANK, UNHEARD, Sentences
from .start import Start
from .train import train, used_tokens

HELD_SETS = ["held-clean", "held-10db-rooms", "held-answers", "held-numbers", "held-phrases"]
KNOWN_SETS = ["known-clean", "known-10db", "known-answers", "known-numbers", "known-phrases"]
FIT_SETS = ["fit", "fit-nothing"]
DESCRIPTION = "hears the sentences of the shops that it was trained for; not people's free speech"


class Pipeline:
    """One training in a work folder."""

    def __init__(self, plan: Plan, work: Path, program: Path | None, noise: Path | None):
        """`program` is `sayso`, which hears the test sets; `noise` a folder of recorded noise for them."""
        self.plan, self.work, self.program, self.noise = plan, work, program, noise
        self.skills = [Path(folder) for folder in plan.skills]
        self.watch = Stopwatch(work)

    def make_corpus(self) -> None:
        """Every sentence in every voice."""
        settings = corpus.Settings(self.work, tuple(self.skills), self.plan.seed, self.plan.scale)
        jobs, missing = corpus.plan(settings)
        for voice in missing:
            print(f"warning: without {voice}", file=sys.stderr)
        shards = self.watch.time("corpus", corpus.make, jobs, settings, cores())
        if shards:
            print(corpus.summary(shards))

    def make_tests(self) -> None:
        """The recordings that models are judged by."""
        making = self.work, self.skills, self.plan.seed, self.noise, cores(), self.plan.scale
        self.watch.time("test sets", testsets.make, *making)

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

    def train(self, name: str) -> None:
        """A stage: the twin without the held-out voices, or the model with all of them."""
        if name == ALL and not self.plan.start_all:
            self._made(TWIN, "model.pt", TWIN)
        used = self.used()
        run = self.plan.run(name, cores())
        self.watch.time(f"train {name}", train, run, used, self.work, self.plan.shape(name, len(used), self.work))
        self._made(name, "model.pt", name)

    def export(self, name: str) -> None:
        """The stage's ggml files, in halves and in eight bits: of the mean with the model that it started from."""
        checkpoint = self._made(name, "model.pt", name)
        start = self.plan.start_of(name)
        if start:
            checkpoint = averaged(checkpoint, Start(self.work / start), self.work / name / "averaged.pt")
        export(checkpoint, self.work / name / "model-f16.bin")
        export(checkpoint, self.work / name / "model.bin", eight_bits=True)

    def describe(self, name: str, confidence: calibrate.Confidence | None) -> None:
        """Writes the model's description beside it."""
        model = self._made(name, "model.bin", name)
        text = package.describe(model, DESCRIPTION, confidence)
        write_whole(model.with_suffix(".toml"), lambda file: file.write(text.encode()))

    def calibrate(self) -> calibrate.Confidence:
        """The confidence, fitted on what the twin makes of held-out sentences."""
        fitted = self.heard(TWIN, FIT_SETS)
        return calibrate.fit(fitted["fit"], fitted["fit-nothing"])

    def judge(self, name: str, sets: list[str], people: Path | None = None) -> dict:
        """The figures of a stage's model, as the product runs it with its description beside it."""
        if people:
            testsets.people(people, self.work)
            sets = [*sets, "people"]
        model = self._made(name, "model.bin", name)
        return evaluate.judge(self._program(), model, self.work, sets, self.work / name / "heard")

    def figures(self, people: Path | None = None) -> dict[str, dict]:
        """The twin's on what it never heard, and the model's on the voices that it knows."""
        return {
            TWIN: self.judge(TWIN, [*HELD_SETS, "nothing"]),
            ALL: self.judge(ALL, [*KNOWN_SETS, "nothing"], people),
        }

    def heard(self, name: str, sets: list[str]) -> dict[str, list[evaluate.Heard]]:
        """What a stage's model makes of recordings."""
        model, results = self._made(name, "model.bin", name), self.work / name / "heard"
        return {chosen: evaluate.hear(self._program(), model, self.work, chosen, results) for chosen in sets}

    def all(self, out: Path, people: Path | None = None) -> None:
        """Everything, and the result in `out`: `model.bin`, `model.toml`, `model.bin.zst`, figures and pictures."""
        self.make_corpus()
        if self.program:
            self.make_tests()
        self.train(TWIN)
        self.export(TWIN)
        self.describe(TWIN, None)
        confidence = self._fitted()
        self.describe(TWIN, confidence)
        self.train(ALL)
        self.export(ALL)
        self.describe(ALL, confidence)
        found = self.figures(people) if self.program else {}
        delivery.deliver(self, out, found, confidence)

    def _fitted(self) -> calibrate.Confidence | None:
        if not self.program:
            print("warning: no `sayso` to hear with (--sayso): the confidence is not fitted", file=sys.stderr)
            return None
        try:
            return self.calibrate()
        except calibrate.CalibrationError as error:
            print(f"warning: {error}; its texts are trusted by their mean probability", file=sys.stderr)
            return None

    def _made(self, name: str, file: str, step: str) -> Path:
        path = self.work / name / file
        if not path.exists():
            raise PlanError(f"{path} is not there; the step `{'train' if step == ALL else step}` makes it")
        return path

    def _program(self) -> Path:
        if not self.program:
            raise evaluate.EvaluationError("no `sayso` program; name it with --sayso")
        return self.program
