"""Judges a model as the product runs it: every test set goes through `sayso models hear`."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import jiwer

from .files import write_json, write_whole
from .written import key

YES = {"yes", "yeah", "yep", "yup", "sure", "yes please", "okay", "ok", "absolutely", "definitely", "of course"}
YES |= {"confirm", "correct"}
"""Texts that a shop may take for a yes."""
MOST_SECONDS = 3600
"""How long the product may take for one set."""
OURS = ("SAYSO_PROGRAM", "SAYSO_TRAINING")
"""How the names of environment variables begin that are read by the training."""
MARK = 12
"""Hexadecimal digits by which results of other models, lists and programs are told apart."""


class EvaluationError(RuntimeError):
    """The product could not be asked; says why."""


@dataclass(frozen=True)
class Heard:
    """What became of one recording."""

    label: str
    text: str
    outcome: str
    confidence: float
    features: dict[str, float]
    millis: float
    seconds: float
    voice: str
    kind: str

    @property
    def right(self) -> bool:
        """Whether every word is right."""
        return key(self.text) == key(self.label)

    @property
    def trusted(self) -> bool:
        """Whether the product acts on the text."""
        return self.outcome == "text"


def hear(program: Path, model: Path, work: Path, name: str, results: Path) -> list[Heard]:
    """Hears one set with a model; what was heard is kept in `results` and not heard again."""
    listing = work / "tests" / name / "list.jsonl"
    kept = results / f"{name}-{_mark(program, model, listing)}.jsonl"
    if not kept.exists():
        done = _run([str(program), "models", "hear", str(listing), "--model-file", str(model), "--json"], listing)
        for old in results.glob(f"{name}-{'[0-9a-f]' * MARK}.jsonl"):
            old.unlink()
        write_whole(kept, lambda file: file.write(done))
    said = {row["id"]: row for row in map(json.loads, listing.read_text(encoding="utf-8").splitlines())}
    return [
        Heard(
            label=said[line["id"]]["label"],
            text=line.get("text") or "",
            # What the product refuses, because it is too long for the model, is heard as little as noise.
            outcome=line.get("outcome", "unclear"),
            confidence=line.get("confidence", 0.0),
            features=line.get("features") or {},
            millis=line.get("millis", 0.0),
            seconds=line.get("seconds", 0.0),
            voice=said[line["id"]].get("voice", ""),
            kind=said[line["id"]].get("kind", ""),
        )
        for line in map(json.loads, kept.read_text(encoding="utf-8").splitlines())
    ]


def _mark(program: Path, model: Path, listing: Path) -> str:
    """Of all that a result follows from: the list, the model with its description, and the program's own file."""
    digest = hashlib.sha256(f"{program.stat().st_size} {program.stat().st_mtime_ns}".encode())
    for file in (listing, model, model.with_suffix(".toml")):
        digest.update(file.read_bytes() if file.exists() else b"-")
    return digest.hexdigest()[:MARK]


def _run(command: list[str], listing: Path) -> bytes:
    """The output of the product, with a line for every recording of the list. Raises `EvaluationError` with what it
    complained of."""
    # The product takes SAYSO_* for settings of its own and refuses those that it does not know.
    outside = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    try:
        done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS, env=outside)
    except subprocess.TimeoutExpired as error:
        raise EvaluationError(f"{' '.join(command)}: not done after {MOST_SECONDS} s") from error
    told = done.stdout.count(b"\n") == listing.read_bytes().count(b"\n")
    if done.returncode != 0 and not (done.returncode == 1 and told and done.stdout):
        raise EvaluationError(f"{' '.join(command)}: {done.stderr.decode(errors='replace').strip()[-500:]}")
    return done.stdout


def figures(heard: list[Heard]) -> dict[str, float]:
    """Of a set in which something was said: `wer` and `sentences` of all texts, trusted or not; how many right
    ones were `refused`, and how many of the wrong ones trusted (`fooled`), as parts of the set."""
    references = [key(h.label) for h in heard]
    words = jiwer.process_words(references, [key(h.text) or "-" for h in heard])
    right = [h for h in heard if h.right]
    return {
        "utterances": len(heard),
        "wer": words.wer,
        "sentences": len(right) / len(heard),
        "refused": sum(not h.trusted for h in right) / max(1, len(right)),
        "fooled": sum(h.trusted and not h.right for h in heard) / len(heard),
        "false_yes": sum(h.trusted and key(h.text) in YES and key(h.label) not in YES for h in heard),
        "p50_ms": sorted(h.millis for h in heard)[len(heard) // 2],
    }


def nothing(heard: list[Heard]) -> dict[str, float]:
    """Of a set in which nothing was said to the shop."""
    kinds = sorted({h.kind for h in heard})
    taken = [h for h in heard if h.trusted]
    of_kind = {kind: [h for h in heard if h.kind == kind] for kind in kinds}
    by_kind = {kind: sum(not h.trusted for h in some) / len(some) for kind, some in of_kind.items()}
    yes = sum(key(h.text) in YES for h in taken)
    return {"utterances": len(heard), "rejected": 1 - len(taken) / len(heard), "false_yes": yes} | by_kind


def people(heard: list[Heard]) -> dict[str, float]:
    """Of recordings whose labels are what was ordered, not what was said: how many of the wishes are in the text."""
    found = [[f" {key(wish)} " in f" {key(h.text)} " for wish in h.label.split("|")] for h in heard]
    wishes = [hit for hits in found for hit in hits]
    return {
        "recordings": len(heard),
        "wishes": len(wishes),
        "wishes_heard": sum(wishes) / len(wishes),
        "orders_heard": sum(all(hits) for hits in found) / len(heard),
        "trusted": sum(h.trusted for h in heard) / len(heard),
        "wrong_and_trusted": sum(h.trusted and not all(hits) for h, hits in zip(heard, found)) / len(heard),
    }


def by_voice(heard: list[Heard]) -> dict[str, dict[str, float]]:
    """The figures of each voice."""
    return {voice: figures([h for h in heard if h.voice == voice]) for voice in sorted({h.voice for h in heard})}


def judge(program: Path, model: Path, work: Path, sets: list[str], results: Path) -> dict:
    """All figures of a model on these sets, also written to `results/figures.json`."""
    found = {}
    for name in sets:
        heard = hear(program, model, work, name, results)
        if name == "people":
            found[name] = people(heard)
        else:
            found[name] = nothing(heard) if name.endswith("nothing") else figures(heard) | {"voices": by_voice(heard)}
    write_json(results / "figures.json", found)
    return found
