"""A training that starts from a model goes in rounds, each of which begins with the mean of all that was before.

The slow weights of Zhang et al., "Lookahead optimizer: k steps forward, 1 step back", 2019, with a round for the k
steps: the high learning rate of a round finds what is new, the mean keeps what was known.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

from .average import averaged
from .files import write_json
from .model import Shape
from .start import Start
from .train import Run, train

LEAST_STEPS = 4_000
"""Of a round: a shorter one ends before it has learned more than its own sentences."""
MOST = 3


def count(steps: int) -> int:
    """How many rounds so many steps are."""
    return max(1, min(MOST, steps // LEAST_STEPS))


def of(run: Run) -> list[Run]:
    """The rounds of a run that starts from a model. Their batches differ; only the first has to learn where to look."""
    rounds = count(run.steps)
    parts = []
    for number in range(1, rounds + 1):
        part = replace(run, name=f"{run.name}/round-{number}", steps=run.steps // rounds, seed=100 * run.seed + number)
        if number > 1:
            part = replace(part, start=f"{run.name}/mean-{number - 1}", start_file="", easy=0, guided=0, flat=0)
        parts.append(part)
    return parts


def train_in_rounds(run: Run, used: list[int], work: Path, shape: Shape) -> Path:
    """Trains all rounds and gives the path of the last mean, `WORK/RUN/model.pt`. What is done is not done again."""
    folder = work / run.name
    final = folder / "model.pt"
    if final.exists():
        return final
    parts = of(run)
    before: Start | Path = Start(work / run.start_file)
    for number, part in enumerate(parts, 1):
        trained = train(part, used, work, shape)
        before = averaged(trained, before, final if number == len(parts) else folder / f"mean-{number}" / "model.pt")
    write_json(folder / "run.json", asdict(run) | {"shape": shape.as_dict(), "rounds": len(parts)})
    return final
