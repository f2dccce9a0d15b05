"""Batches, learning, going on after a kill, and knowing what one does not know."""

import json
import multiprocessing
import os
import select
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sayso_training import __main__ as command
from sayso_training import calibrate, package, vocabulary
from sayso_training.batches import Batches, Corpus
from sayso_training.evaluate import Heard, figures, hear, nothing, people
from sayso_training.model import Shape
from sayso_training.plan import Plan, PlanError
from sayso_training.train import Run, train, used_tokens

USED = used_tokens(["Yes.", "No.", "[INAUDIBLE]", "[BLANK_AUDIO]"])
SHAPE = Shape(len(USED), width=64, heads=2, encoder_layers=1, decoder_layers=1)
RUN = Run("tiny", ("train",), steps=150, rate=3e-3, warm_up=10, frames=300, processes=1)


def test_a_batch_is_the_same_whenever_it_is_made(spoken_work):
    one = Batches(Corpus(spoken_work, ["train"]), USED, 1, 400, 100)
    other = Batches(Corpus(spoken_work, ["train"]), USED, 1, 400, 100)
    other.make(3)
    first, second = one.make(7), other.make(7)
    assert torch.equal(first.mel, second.mel) and torch.equal(first.wanted, second.wanted)
    assert not torch.equal(first.mel[0], one.make(7, part=1).mel[0])


def test_what_is_no_order_is_answered_with_no_speech_where_the_text_begins(spoken_work):
    batches = Batches(Corpus(spoken_work, ["train"]), USED, 1, 400, 100)
    seen = set()
    for number in range(40):
        batch = batches.make(number)
        for tokens, wanted in zip(batch.tokens, batch.wanted):
            text = vocabulary.decode([USED[row] for row in tokens.tolist()])
            first = USED[wanted[0]]
            assert (first == vocabulary.NO_SPEECH) == text.startswith("["), text
            seen.add(text)
    assert seen == {"Yes.", "No.", "[INAUDIBLE]", "[BLANK_AUDIO]"}


def test_a_training_learns(spoken_work):
    train(RUN, USED, spoken_work, SHAPE)
    rows = (spoken_work / "tiny/log.jsonl").read_text().splitlines()
    losses = [json.loads(row)["text"] for row in rows]
    assert losses[-1] < 0.7 * losses[0]


def _in_a_process(work: Path) -> None:
    train(replace(RUN, steps=400), USED, work, SHAPE)


def test_a_training_that_is_killed_goes_on_where_it_was(spoken_work, monkeypatch):
    monkeypatch.setenv("SAYSO_TRAINING_SAVE_SECONDS", "0.2")
    process = multiprocessing.get_context("spawn").Process(target=_in_a_process, args=(spoken_work,))
    process.start()
    latest, until = spoken_work / "tiny/latest.pt", time.monotonic() + 120
    while not latest.exists() and time.monotonic() < until:
        time.sleep(0.02)
    others = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    watched = [os.pidfd_open(int(other)) for other in others]
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert others and all(select.select([end], [], [], 60)[0] for end in watched), "none is left"
    saved = torch.load(latest, weights_only=True)["step"]
    assert 0 < saved < 400
    train(replace(RUN, steps=400), USED, spoken_work, SHAPE)
    steps = [json.loads(row)["step"] for row in (spoken_work / "tiny/log.jsonl").read_text().splitlines()]
    assert steps[-1] == 400 and torch.load(spoken_work / "tiny/model.pt", weights_only=True)["step"] == 400
    assert steps.count(50) <= 1 or saved < 50, "what was done is not done again"
    assert not latest.exists()


def test_a_work_folder_of_another_training_is_refused(tmp_path, skills):
    Plan.of(tmp_path, skills, 1.0, 1)
    assert Plan.of(tmp_path, skills, 90.0, 1) == Plan.of(tmp_path, skills, None, 1), (
        "a run that goes on keeps to its plan"
    )
    with pytest.raises(PlanError, match="another --work"):
        Plan.of(tmp_path, skills[:1], 1.0, 1)


def heard(label: str, text: str, sure: float, outcome: str = "text", kind: str = "") -> Heard:
    features = {
        "mean_logprob": -sure,
        "min_logprob": -2 * sure,
        "end_logprob": -sure,
        "no_speech_logit": 8 * sure - 4,
        "tokens": 2.0,
        "tokens_per_second": 4.0,
    }
    return Heard(label, text, outcome, 0.9, features, 20.0, 1.0, "voice", kind)


def test_the_confidence_tells_right_from_wrong_and_lets_hardly_any_noise_pass():
    rng = np.random.default_rng(6)
    spoken = [heard("Yes.", "Yes.", abs(rng.normal(0.1, 0.05))) for _ in range(400)]
    spoken += [heard("No.", "Yes.", abs(rng.normal(0.8, 0.2))) for _ in range(60)]
    sounds = [heard("[INAUDIBLE]", "Yes.", abs(rng.normal(1.0, 0.2))) for _ in range(200)]
    fitted = calibrate.fit(spoken, sounds)
    assert fitted.refused < 0.03 and fitted.nothing_passed <= 0.02 and fitted.wrong_passed < 0.2
    assert 0.1 < fitted.floor <= fitted.short_floor < 1 and fitted.short_floor >= 0.5
    assert set(fitted.weights) == {"bias", *calibrate.MEASURES}


def test_a_word_or_two_need_more_confidence_where_strangers_sound_like_them():
    rng = np.random.default_rng(7)
    spoken = [heard("Yes.", "Yes.", abs(rng.normal(0.1, 0.05))) for _ in range(400)]
    spoken += [heard("No.", "Yes.", abs(rng.normal(0.8, 0.2))) for _ in range(60)]
    for h in spoken[::2]:
        h.features["tokens"] = 9.0
    sounds = [heard("[INAUDIBLE]", "Yes.", abs(rng.normal(0.25, 0.1))) for _ in range(200)]
    fitted = calibrate.fit(spoken, sounds)
    assert fitted.short_floor > fitted.floor + 0.05
    assert f"short_floor = {fitted.short_floor}" in package.describe(Path(__file__), "x", fitted)


def test_a_confidence_cannot_be_fitted_on_what_is_all_right():
    with pytest.raises(ValueError, match="all texts are right"):
        calibrate.fit([heard("Yes.", "Yes.", 0.1)], [])


def test_figures_count_what_a_shop_would_count():
    rows = [
        heard("Yes.", "Yes.", 0.1),
        heard("Two.", "Two.", 0.1, "unclear"),
        heard("Shore.", "Sure.", 0.1),
        heard("A b c d.", "A b c x.", 0.1),
    ]
    found = figures(rows)
    assert found["sentences"] == 0.5 and found["refused"] == 0.5 and found["fooled"] == 0.5 and found["false_yes"] == 1
    assert found["wer"] == pytest.approx(2 / 7)
    sounds = [
        heard("[INAUDIBLE]", "[INAUDIBLE]", 1, "unclear", "language"),
        heard("[INAUDIBLE]", "Yes.", 0, "text", "noise"),
    ]
    assert nothing(sounds) == {"utterances": 2, "rejected": 0.5, "false_yes": 1, "language": 1.0, "noise": 0.0}
    order = [heard("small | oat milk", "A small latte with milk.", 0.1)]
    assert people(order)["wishes_heard"] == 0.5 and people(order)["orders_heard"] == 0


def test_the_product_is_run_without_the_variables_of_the_training(tmp_path, monkeypatch):
    program = tmp_path / "sayso"
    program.write_text("#!/bin/sh\nenv | grep -E '^SAYSO_(PROGRAM|TRAINING)' >&2 && exit 2\nexit 0\n")
    program.chmod(0o755)
    (tmp_path / "tests/answers").mkdir(parents=True)
    (tmp_path / "tests/answers/list.jsonl").write_text("")
    monkeypatch.setenv("SAYSO_PROGRAM", str(program))
    monkeypatch.setenv("SAYSO_TRAINING_SAVE_SECONDS", "1")
    assert hear(program, tmp_path / "model.bin", tmp_path, "answers", tmp_path / "heard") == []


def test_a_recording_that_the_product_refuses_is_not_heard_and_the_others_are(tmp_path):
    program = tmp_path / "sayso"
    good = {"id": "a", "text": "Yes.", "outcome": "text", "confidence": 0.9, "features": {}, "millis": 9, "seconds": 1}
    lines = [json.dumps(good), json.dumps({"id": "b", "error": "the utterance is longer than 10 seconds"})]
    body = "\n".join(f"echo '{line}'" for line in lines)
    program.write_text(f"#!/bin/sh\n{body}\nexit 1\n")
    program.chmod(0o755)
    (tmp_path / "tests/people").mkdir(parents=True)
    rows = [json.dumps({"id": name, "label": "Yes."}) for name in "ab"]
    (tmp_path / "tests/people/list.jsonl").write_text("\n".join(rows) + "\n")
    one, other = hear(program, tmp_path / "model.bin", tmp_path, "people", tmp_path / "heard")
    assert one.right and one.trusted and not other.trusted and other.text == ""


def told(arguments: list[str], capsys) -> tuple[int, str]:
    status = command.main(arguments)
    return status, capsys.readouterr().err


def test_bad_input_is_told_in_a_line(tmp_path, skills, capsys):
    bare = tmp_path / "bare"
    (bare / "sentences").mkdir(parents=True)
    (bare / "sentences/en.toml").write_text('[[intents.buy]]\ntemplates = ["buy {product}"]\n')
    (bare / "catalog.csv").write_text("id,title,product_type\n")
    work = str(tmp_path / "work")
    for skill, reason in ((tmp_path / "none", "en.toml"), (bare, "empty")):
        status, line = told(["corpus", "--skill", str(skill), "--work", work], capsys)
        assert status == 1 and line.startswith("error: ") and reason in line and line.count("\n") == 1
    status, line = told(["evaluate", "--skill", str(skills[0]), "--work", work, "--sayso", "/nowhere/sayso"], capsys)
    assert status == 1 and line.startswith("error: ")


def test_a_full_disk_is_told(tmp_path, skills, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sayso_training.pipeline.Plan.of", full)
    status, line = told(["corpus", "--skill", str(skills[0]), "--work", str(tmp_path)], capsys)
    assert status == 1 and "full" in line and "same command" in line
