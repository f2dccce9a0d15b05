"""The command line: `python -m sayso_training all --skill DIR --work WORK --out OUT`, or one step at a time."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
from pathlib import Path

# Several processes compute side by side; threads of theirs would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from torch.multiprocessing.spawn import ProcessException  # noqa: E402

from . import report  # noqa: E402
from .pipeline import Pipeline  # noqa: E402
from .plan import ALL, TWIN, Plan  # noqa: E402
from .processes import stop_children  # noqa: E402
from .sentences import Sentences  # noqa: E402

EXPECTED = (OSError, ValueError, RuntimeError, ProcessException)
"""What a person can do something about, each with its reason; told in a line. The package's own errors are of these."""
MOST_MINUTES, MOST_SENTENCES, MOST_SEED = 10_000, 100_000, 2**31


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; gives the exit status."""
    given = _parser().parse_args(arguments)
    # A stop by SIGTERM leaves the same as one by Ctrl-C: whole shards, the newest checkpoint.
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        _do(given)
    except KeyboardInterrupt:
        stop_children()
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130
    except EXPECTED as error:
        stop_children()
        print(f"error: {_told(error, given.work)}", file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _do(given) -> None:
    # Read first: a mistake in a skill is told before anything is made of it.
    sentences = Sentences(given.skill, given.seed)
    if given.step == "say":
        for drawn in (sentences.training() for _ in range(given.count)):
            print(f"{drawn.kind:10}{drawn.label}")
        return
    given.work.mkdir(parents=True, exist_ok=True)
    starts = (None, None) if given.from_nothing else (given.start, given.start_all)
    plan = Plan.of(given.work, given.skill, given.minutes, given.seed, starts)
    STEPS[given.step](Pipeline(plan, given.work, given.sayso, given.noise), given)


def _told(error: Exception, work: Path) -> str:
    # A process of a training tells its whole stack; the last line is the reason.
    text = str(error).strip().splitlines()[-1] if isinstance(error, ProcessException) else str(error)
    full = [os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT)]
    if any(reason in text for reason in full):
        return f"the disk of {work} is full; make room and run the same command"
    return " ".join(text.split())


def _all(pipeline: Pipeline, given) -> None:
    pipeline.all(given.out or given.work / "out", given.people)


def _trained(name: str):
    def do(pipeline: Pipeline, given) -> None:
        pipeline.train(name)
        pipeline.export(name)
        pipeline.describe(name, None)

    return do


def _calibrated(pipeline: Pipeline, given) -> None:
    confidence = pipeline.calibrate()
    for name in (TWIN, ALL):
        if (pipeline.work / name / "model.bin").exists():
            pipeline.describe(name, confidence)
    print(
        f"floor {confidence.floor}, {confidence.short_floor} for a word or two: {confidence.refused:.1%} of right "
        f"texts refused, {confidence.wrong_passed:.1%} of wrong ones and {confidence.nothing_passed:.1%} of sounds "
        "without an order pass"
    )


STEPS = {
    "all": _all,
    "corpus": lambda pipeline, given: pipeline.make_corpus(),
    "tests": lambda pipeline, given: pipeline.make_tests(),
    "twin": _trained(TWIN),
    "train": _trained(ALL),
    "calibrate": _calibrated,
    "evaluate": lambda pipeline, given: print(report.table(pipeline.figures(given.people))),
}
"""The whole, and its steps by themselves in their order."""


def _interrupt(*_) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    does = "Trains a recogniser for the sentences of a shop."
    parser = argparse.ArgumentParser(prog="sayso_training", description=does)
    add = parser.add_argument
    add("step", choices=["say", *STEPS], help="sentences to look at, all of it, or one step")
    add("--skill", type=Path, action="append", default=[], help="a skill's folder; may be repeated")
    add("--work", type=Path, default=Path("work"), help="where everything is made (default ./work)")
    add("--out", type=Path, help="where the finished model goes (default WORK/out)")
    minutes = "for training, on two cores; default 90, or 130 from nothing"
    add("--minutes", type=_between(float, 0.1, MOST_MINUTES), help=minutes)
    add("--start", type=Path, default=_start(), help="a model for the twin to start from (default start.bin.zst here)")
    add("--start-all", type=Path, default=_bundled(), help="one for the model of every voice (default the bundled one)")
    add("--from-nothing", action="store_true", help="start from no model; takes longer")
    add("--seed", type=_between(int, 0, MOST_SEED), default=1, help="another one makes another training (default 1)")
    add("--sayso", type=Path, default=_program(), help="the program that hears the test sets")
    add("--noise", type=Path, help="a folder of recorded noise for the test sets, 16 kHz")
    add("--people", type=Path, help="a folder with labels.json and wav/, people's orders, to be judged by")
    add("--count", type=_between(int, 1, MOST_SENTENCES), default=30, help="of sentences, for `say`")
    return parser


def _between(kind: type, least: float, most: float):
    def read(text: str):
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}")
        return value

    return read


def _start() -> Path | None:
    there = Path(__file__).parent.parent / "start.bin.zst"
    return there if there.is_file() else None


def _bundled() -> Path | None:
    there = Path(__file__).parent.parent.parent / "shop-en" / "model.bin.zst"
    return there if there.is_file() else None


def _program() -> Path | None:
    named = os.environ.get("SAYSO_PROGRAM")
    if named:
        return Path(named)
    found = [Path(folder) / "sayso" for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    return next((path for path in found if path.is_file()), None)


if __name__ == "__main__":
    sys.exit(main())
