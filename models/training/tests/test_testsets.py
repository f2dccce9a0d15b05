"""The recordings that models are judged by."""

import json

import pytest

from sayso_training import testsets
from sayso_training.testsets import HELD, SETS, Making, make
from sayso_training.voices import foreign_voices, installed
from sayso_training.written import held_out


@pytest.fixture
def espeak_alone(monkeypatch):
    if not foreign_voices():
        pytest.skip("espeak-ng is not installed (Debian: espeak-ng)")
    monkeypatch.setattr(testsets, "installed", lambda: installed(["espeak"]))


def rows(work, name: str) -> list[dict]:
    return [json.loads(line) for line in (work / "tests" / name / "list.jsonl").read_text().splitlines()]


def test_where_espeak_alone_is_installed_its_held_out_variants_are_the_strangers(espeak_alone, tmp_path, skills):
    held = next(chosen for chosen in SETS if chosen.name == "held-clean")
    testsets._make_spoken(Making(tmp_path, skills, None, 0.01), [1, 2], held)
    made = rows(tmp_path, "held-clean")
    assert len(made) == testsets.FEWEST and {row["voice"] for row in made} == {"espeak-held"}
    assert all(held_out(row["label"]) for row in made)
    assert all((tmp_path / "tests/held-clean" / row["wav"]).stat().st_size > 8_000 for row in made)


def test_a_machine_without_any_voice_is_told_which_a_set_needs(monkeypatch, tmp_path, skills):
    monkeypatch.setattr(testsets, "installed", lambda: ([], []))
    with pytest.raises(RuntimeError, match="flite/rms"):
        testsets._make_spoken(Making(tmp_path, skills, None, 0.01), [1, 2], testsets.Set("held-clean", HELD, "test"))


def test_a_set_that_is_there_is_not_recorded_again(tmp_path, skills):
    for name in [chosen.name for chosen in SETS] + list(testsets.NOTHING):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "list.jsonl").write_text("")
    make(tmp_path, skills, 1, None)
    assert not list(tmp_path.rglob("*.wav"))
