"""What a training hands over: the model, its description, and how it came about."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from . import package, plots, report
from .calibrate import Confidence
from .files import write_json, write_whole
from .plan import ALL, TWIN

if TYPE_CHECKING:
    from .pipeline import Pipeline


def deliver(pipeline: Pipeline, out: Path, found: dict, confidence: Confidence | None) -> None:
    """Copies the result into `out`. The description goes first and comes last, since it makes the rest valid."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.toml").unlink(missing_ok=True)
    model = pipeline.work / ALL / "model.bin"
    size = package.compress(model, out / "model.bin.zst")
    _pictures(pipeline, out, confidence)
    # Without the folders of the machine; what it started from is told by its checksum.
    plan = asdict(pipeline.plan) | {"skills": [skill.name for skill in pipeline.skills]}
    if pipeline.plan.start:
        plan["start"] = package.sha256(pipeline.work / pipeline.plan.start)
    made = {
        "plan": plan,
        "shape": json.loads((pipeline.work / ALL / "run.json").read_text())["shape"],
        "seconds": pipeline.watch.seconds,
        "compressed_bytes": size,
        "figures": found,
        "confidence": asdict(confidence) if confidence else None,
        "versions": report.versions(),
    }
    write_json(out / "made.json", made)
    text = report.table(found)
    write_whole(out / "figures.md", lambda file: file.write(text.encode()))
    shutil.copyfile(model, out / ".model.bin.part")
    os.replace(out / ".model.bin.part", out / "model.bin")
    description = model.with_suffix(".toml").read_bytes()
    write_whole(out / "model.toml", lambda file: file.write(description))
    print(text)


def _pictures(pipeline: Pipeline, out: Path, confidence: Confidence | None) -> None:
    plots.run(pipeline.work, [TWIN, ALL], out / "training.png")
    if confidence:
        heard = pipeline.heard(ALL, ["known-clean", "known-10db", "nothing"])
        spoken = heard["known-clean"] + heard["known-10db"]
        plots.confidence(spoken, heard["nothing"], confidence, out / "confidence.png")
