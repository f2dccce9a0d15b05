"""The command line: `python -m sayso_training all --skill DIR --work WORK --out OUT`, or one step at a time."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from . import corpus, evaluate, plan, skill  # noqa: E402
from .pipeline import ALL_STEPS, Pipeline  # noqa: E402

EXPECTED = (corpus.CorpusError, evaluate.EvaluationError, plan.PlanError, skill.SkillError, ValueError, RuntimeError)
"""What a person can do something about; told in a line."""


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; gives the exit status."""
    given = _parser().parse_args(arguments)
    # A stop by SIGTERM leaves the same as one by Ctrl-C: whole shards, the newest checkpoint.
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    try:
        if given.step == "say":
            return _say(given)
        _steps(given)
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130
    except OSError as error:
        told = f"the disk of {given.work} is full; make room and run the same command" if error.errno == errno.ENOSPC else str(error)
        print(f"error: {told}", file=sys.stderr)
        return 1
    except EXPECTED as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


def _steps(given) -> None:
    pipeline = Pipeline(given.work, given.skill, given.seed, given.minutes, given.sayso, given.noise)
    if given.step == "all":
        pipeline.all(given.out or given.work / "out", given.people)
    else:
        ALL_STEPS[given.step](pipeline, given)


def _say(given) -> int:
    """Prints sentences, so that a person sees what the recogniser will be taught."""
    from .sentences import Sentences

    sentences = Sentences(given.skill, given.seed)
    for _ in range(given.count):
        drawn = sentences.training()
        print(f"{drawn.kind:10}{drawn.label}")
    return 0


def _interrupt() -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sayso_training", description="Trains a recogniser for the sentences of a shop.")
    parser.add_argument("step", choices=["all", "say", *ALL_STEPS], help="all of it, sentences to look at, or one step")
    parser.add_argument("--skill", type=Path, action="append", required=True, help="a skill's folder; may be repeated")
    parser.add_argument("--work", type=Path, default=Path("work"), help="where everything is made (default ./work)")
    parser.add_argument("--out", type=Path, help="where the finished model goes (default WORK/out)")
    parser.add_argument("--minutes", type=float, help="about how long training may take on two cores; default some 75")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sayso", type=Path, default=_program(), help="the program that hears the test sets")
    parser.add_argument("--noise", type=Path, help="a folder of recorded noise for the test sets")
    parser.add_argument("--people", type=Path, help="a folder with labels.json and wav/, people's orders, to be judged by")
    parser.add_argument("--count", type=int, default=30, help="of sentences, for `say`")
    return parser


def _program() -> Path | None:
    named = os.environ.get("SAYSO_PROGRAM")
    if named:
        return Path(named)
    found = [Path(folder) / "sayso" for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    return next((path for path in found if path.is_file()), None)


if __name__ == "__main__":
    sys.exit(main())
