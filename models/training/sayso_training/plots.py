"""Pictures of a training, for a person to look at."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

from .calibrate import Confidence  # noqa: E402
from .evaluate import Heard  # noqa: E402


def run(work: Path, names: list[str], path: Path) -> None:
    """Losses, tokens right and the learning rate of the stages, one after the other."""
    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(15, 4.2))
    begun = 0
    for name in names:
        rows = _rows(work / name / "log.jsonl")
        steps = [begun + row["step"] for row in rows]
        left.plot(steps, [row["text"] for row in rows], label=f"{name}: text")
        left.plot(steps, [row.get("spelling") for row in rows], label=f"{name}: spelling", linestyle=":")
        middle.plot(steps, [100 * row["tokens"] for row in rows], label=name)
        right.plot(steps, [row["rate"] for row in rows], label=name)
        begun = steps[-1] if steps else begun
    for axes, title in ((left, "loss"), (middle, "tokens right in training, %"), (right, "learning rate")):
        axes.set_title(title)
        axes.set_xlabel("step")
        axes.grid(alpha=0.3)
        axes.legend()
    left.set_yscale("log")
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    pyplot.close(figure)


def _rows(log: Path) -> list[dict]:
    """The lines of a log in their order. A run that was killed has done the steps after its checkpoint twice, and the
    kill may have cut its last line."""
    rows = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        with suppress(ValueError):
            row = json.loads(line)
            rows[row["step"]] = row
    return [rows[step] for step in sorted(rows)]


def confidence(spoken: list[Heard], nothing: list[Heard], fitted: Confidence, path: Path) -> None:
    """How confident the product is of right texts, of wrong ones and of sounds without an order, and from where on it
    acts upon one."""
    texts = [h for h in spoken if h.features and not h.text.startswith("[")]
    groups = {
        "right": [h.confidence for h in texts if h.right],
        "wrong": [h.confidence for h in texts if not h.right],
        "no order": [h.confidence for h in nothing if h.features and not h.text.startswith("[")],
    }
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for name, values in groups.items():
        axes.hist(values, bins=40, range=(0, 1), histtype="step", label=f"{name} ({len(values)})")
    axes.axvline(fitted.floor, color="black", linestyle="--", label=f"floor {fitted.floor}")
    if fitted.short_floor != fitted.floor:
        label = f"floor of a word or two {fitted.short_floor}"
        axes.axvline(fitted.short_floor, color="black", linestyle=":", label=label)
    axes.set_yscale("log")
    axes.set_xlabel("confidence")
    axes.set_ylabel("recordings")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    pyplot.close(figure)
