"""The whole way, as a brand goes it: `sayso models train` with this very package, and the model that comes of it."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1]


@pytest.fixture
def sayso(tmp_path, skills):
    """`sayso` with a data folder of its own, in the coffee bar."""
    program = os.environ.get("SAYSO_PROGRAM")
    if not program:
        pytest.skip("SAYSO_PROGRAM names no `sayso`: no training was run by the program")
    own = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO")}
    own |= {"SAYSO_DATA": str(tmp_path / "data"), "SAYSO_SHOP": str(skills[1])}

    def run(*arguments: str | Path) -> subprocess.CompletedProcess:
        return subprocess.run([program, *map(str, arguments)], env=own, capture_output=True, text=True, timeout=1800)

    return run


def environment(work: Path) -> None:
    """The Python environment that the program would make, from the one that runs this test."""
    (work / "venv/bin").mkdir(parents=True)
    python = work / "venv/bin/python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    digest = hashlib.sha256((PACKAGE / "requirements.txt").read_bytes()).hexdigest()
    (work / "venv/sayso-requirements").write_text(digest)


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed (Debian: espeak-ng)")
def test_a_brand_trains_its_shop_with_one_command_and_is_heard_by_the_model(sayso, tmp_path, skills):
    work = tmp_path / "work"
    environment(work)
    done = sayso("models", "train", "--skill", skills[1], "--training", PACKAGE, "--work", work, "--minutes", "1")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "coffee-bar is trained and installed" in done.stdout
    used = next(line for line in sayso("models", "list").stdout.splitlines() if "in use" in line)
    assert used.startswith("coffee-bar ")

    made = json.loads((work / "out/made.json").read_text())
    assert made["plan"]["all_steps"] > made["plan"]["twin_steps"] > 0, "the model of every voice learns longest"
    assert {"twin", "all"} <= set(made["figures"])
    listing = work / "tests/known-answers/list.jsonl"
    heard = sayso("models", "hear", listing, "--model", "coffee-bar", "--json").stdout.splitlines()
    assert len(heard) == len(listing.read_text().splitlines()) > 0
    assert all(json.loads(line)["outcome"] in ("text", "unclear", "nothing") for line in heard)
