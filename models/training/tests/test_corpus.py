"""The corpus on a small scale: whole shards, in an order to train from early, taken up where it stopped."""

import errno
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sayso_training import corpus
from sayso_training.corpus import CorpusError, Settings, make, make_shard, plan
from sayso_training.recipe import SETS
from sayso_training.voices import RATE, VoiceError, foreign_voices, installed

SKILL = Path(__file__).parents[3] / "skills" / "household"


@pytest.fixture
def settings(tmp_path):
    if not foreign_voices():
        pytest.skip("espeak-ng is not installed (Debian: espeak-ng)")
    return Settings(tmp_path, (SKILL,), seed=3, scale=0.001, sets=("train",), engines=("espeak",))


def english(settings):
    return next(job for job in plan(settings)[0] if job.voice == "espeak")


def listed(settings, job):
    return json.loads((job.folder(settings) / f"{job.name}.json").read_text())


def test_the_list_of_a_shard_covers_its_sound_from_end_to_end(settings):
    job = english(settings)
    shard = make_shard(job, settings)
    sound = np.load(job.folder(settings) / f"{job.name}.npy")
    items = listed(settings, job)["items"]
    assert sound.dtype == np.int16 and shard.made == len(items) > 0
    end = 0
    for item in items:
        assert item["offset"] == end
        assert 0.2 * RATE <= item["samples"] <= 9.5 * RATE
        assert item.keys() == {"say", "label", "kind", "voice", "speaker", "offset", "samples"}
        end += item["samples"]
    assert end == len(sound)


def test_the_same_seed_makes_the_same_shard_and_another_makes_another(settings, tmp_path):
    job = english(settings)
    for name in "ab":
        make_shard(job, replace(settings, work=tmp_path / name))
    first, second = (next((tmp_path / name).rglob("espeak-000.npy")).read_bytes() for name in "ab")
    assert first == second
    assert english(replace(settings, seed=4)).seed != job.seed


def test_what_is_there_is_not_made_again(settings):
    jobs, _ = plan(settings)
    jobs = jobs[:3]
    assert len(make(jobs, settings, workers=1)) == 3
    assert make(jobs, settings, workers=1) == []


def test_a_killed_run_leaves_no_shard_that_counts_and_the_next_one_makes_it(settings):
    job = english(settings)
    job.folder(settings).mkdir(parents=True)
    (job.folder(settings) / f"{job.name}.npy").write_bytes(b"half a sou")
    (job.folder(settings) / f"{job.name}.json.part").write_text('{"items": [')
    assert not job.done(settings)
    make([job], settings, workers=1)
    assert job.done(settings) and len(np.load(job.folder(settings) / f"{job.name}.npy")) > RATE


def test_a_shard_of_another_making_is_made_anew(settings):
    job = english(settings)
    make_shard(job, settings)
    assert job.done(settings)
    assert not replace(job, said=job.said + 1).done(settings)


def test_a_changed_voice_is_another_speaker_with_the_same_words(settings):
    settings = replace(settings, engines=("flite",))
    jobs = [job for job in plan(settings)[0] if job.voice == "flite/awb"]
    if not jobs:
        pytest.skip("flite is not installed (Debian: flite)")
    make_shard(replace(jobs[0], said=4, changed=4), settings)
    pairs = Counter((item["say"], item["speaker"]) for item in listed(settings, jobs[0])["items"])
    own = {say for say, speaker in pairs if speaker == "awb"}
    assert own and own == {say for say, speaker in pairs if speaker == "awb+world"}


def test_other_languages_are_labelled_as_not_heard(settings):
    job = next(job for job in plan(settings)[0] if job.language == "ro")
    make_shard(job, settings)
    assert {(item["label"], item["kind"]) for item in listed(settings, job)["items"]} == {("[INAUDIBLE]", "language")}


def test_the_first_shard_of_every_voice_comes_before_the_second_of_any(settings):
    jobs = plan(replace(settings, scale=1.0))[0]
    numbers = [job.number for job in jobs]
    assert set(numbers[: len({job.voice for job in jobs})]) == {0}
    espeak = [place for place, job in enumerate(jobs) if job.voice == "espeak"]
    assert espeak[len(espeak) // 2] > len(jobs) // 3


def test_every_shard_has_a_name_and_a_seed_of_its_own(settings):
    jobs = plan(replace(settings, scale=1.0, sets=tuple(SETS)))[0]
    assert len({(job.set, job.name) for job in jobs}) == len({job.seed for job in jobs}) == len(jobs)
    assert sum(job.said for job in jobs if job.voice == "espeak" and job.set == "train") == 16_000


def test_training_never_hears_a_held_out_voice():
    held_out = {voice.name for voice in installed()[0] if voice.held_out}
    assert not held_out & {amount.voice for amount in SETS["train"]}
    assert {amount.voice for amount in SETS["more"]} >= held_out


def test_a_sentence_that_fails_is_counted_and_the_shard_goes_on(settings, monkeypatch):
    class Moody:
        name, speaker, natural, held_out = "espeak", "espeak", False, False

        def speak_many(self, texts, rng):
            for place, _ in enumerate(texts):
                yield VoiceError("hoarse") if place % 2 else np.ones(RATE, np.float32)

    monkeypatch.setattr(corpus, "_voice", lambda job, settings: Moody())
    shard = make_shard(replace(english(settings), said=6), settings)
    assert (shard.made, shard.failed) == (3, {"hoarse": 3})
    assert "3 x hoarse" in corpus.summary([shard])


def test_a_full_disk_stops_the_run_with_what_to_do(settings, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(corpus, "_write", full)
    with pytest.raises(CorpusError, match="full; make room and run the same command"):
        make([english(settings)], settings, workers=1)


def test_a_process_that_dies_is_replaced(settings, monkeypatch, tmp_path):
    marker = tmp_path / "died"
    real = corpus._voice

    def dies_once(job, settings):
        if not marker.exists():
            marker.touch()
            os._exit(9)
        return real(job, settings)

    monkeypatch.setattr(corpus, "_voice", dies_once)
    job = english(settings)
    make([job], settings, workers=1)
    assert job.done(settings)


def test_an_unknown_set_and_a_machine_without_voices_are_told_apart(settings, monkeypatch):
    with pytest.raises(CorpusError, match="no set is called trian; there are train, more$"):
        plan(replace(settings, sets=("trian",)))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match="no voice is installed.*espeak-ng"):
        plan(settings)
