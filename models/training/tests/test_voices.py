"""Every voice of this machine, tried for real; what is missing is skipped aloud."""

import warnings

import numpy as np
import pytest

from sayso_training import voices
from sayso_training.speakers import Throat, another_speaker, pyworld, spoken_by
from sayso_training.voices import PEAK, RATE, VoiceError, flite, foreign_voices, installed
from sayso_training.voices.base import finish, readable, run_program

FOUND, LACKING = installed()
SENTENCE = "Two boxes of tea, please."


def named(name: str) -> voices.Voice:
    """The voice of that name, or a skip that says what to install."""
    for voice in FOUND:
        if voice.name == name:
            return voice
    why = "; ".join(str(missing) for missing in LACKING) or "not installed"
    warnings.warn(f"no voice {name}: {why}", stacklevel=2)
    pytest.skip(f"no voice {name}: {why}")


def median_pitch(sound: np.ndarray) -> float:
    pitch, _ = pyworld.dio(sound.astype(np.float64), RATE)
    return float(np.median(pitch[pitch > 0]))


@pytest.mark.parametrize("voice", FOUND, ids=lambda voice: voice.name)
def test_a_sentence_is_sound_of_one_form_without_silence_at_its_ends(voice):
    sound = voice.speak(SENTENCE, np.random.default_rng(7))
    assert sound.dtype == np.float32 and sound.ndim == 1
    assert 0.8 * RATE < len(sound) < 4 * RATE
    assert np.abs(sound).max() == pytest.approx(PEAK)
    assert np.abs(sound[: RATE // 10]).max() > 0.01 * PEAK
    assert np.abs(sound[-RATE // 10 :]).max() > 0.01 * PEAK


@pytest.mark.parametrize("voice", FOUND, ids=lambda voice: voice.name)
def test_a_sentence_that_fails_is_an_error_in_its_place(voice):
    said = list(voice.speak_many(["Yes.", "...", "No."], np.random.default_rng(7)))
    assert [isinstance(one, VoiceError) for one in said] == [False, True, False]


@pytest.mark.parametrize("name", ["espeak", "flite/awb", "flite/rms", "festival/ked_diphone"])
def test_the_same_seed_says_the_same_and_another_says_it_in_another_manner(name):
    voice = named(name)
    first, again, other = (voice.speak(SENTENCE, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert len(first) != len(other) or not np.allclose(first, other)


def test_the_voices_of_one_person_are_one_speaker():
    assert named("flite/slt").speaker == named("festival/cmu_us_slt_arctic_hts").speaker == "slt"
    assert named("flite/kal").speaker == named("flite/kal16").speaker


def test_no_speaker_is_both_trained_with_and_held_out():
    trained = {voice.speaker for voice in FOUND if not voice.held_out}
    held_out = {voice.speaker for voice in FOUND if voice.held_out}
    assert not trained & held_out


def test_a_foreign_language_has_a_voice_of_its_own():
    readers = foreign_voices()
    if not readers:
        pytest.skip("espeak-ng is not installed (Debian: espeak-ng)")
    assert {"de", "fr", "es", "it", "ro", "ru", "pt", "tr", "pl", "nl", "sv"} <= readers.keys()
    assert len(readers["de"].speak("Guten Morgen.", np.random.default_rng(1))) > RATE / 3


def test_a_missing_program_is_named_with_its_package(monkeypatch):
    monkeypatch.setenv("PATH", "")
    found, lacking = installed(("espeak", "flite", "festival"))
    assert not found
    assert [str(missing) for missing in lacking] == [
        "espeak: no program espeak-ng; install espeak-ng (Debian)",
        "flite: no program flite; install flite (Debian)",
        "festival: no program festival; install festival (Debian)",
    ]


def test_a_program_that_is_gone_hangs_crashes_or_fails_says_so_without_the_words():
    with pytest.raises(VoiceError, match="not installed"):
        run_program(["no-such-engine", "my secret"])
    with pytest.raises(VoiceError, match="took longer than 0.1 s"):
        run_program(["sleep", "5"], limit_s=0.1)
    with pytest.raises(VoiceError, match="crashed"):
        run_program(["sh", "-c", "kill -SEGV $$"])
    with pytest.raises(VoiceError, match="status 3") as failure:
        run_program(["sh", "-c", "exit 3", "my secret"])
    assert "secret" not in str(failure.value)


def test_a_text_cannot_become_an_option_or_a_script_and_is_bounded():
    assert readable('-v  two "boxes"\n\\of tea') == "v two boxes of tea"
    with pytest.raises(VoiceError, match="400"):
        readable("tea " * 200)
    with pytest.raises(VoiceError):
        readable(" -- ... ")


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(RATE), np.full(RATE, np.nan), np.eye(1, RATE)[0]])
def test_nothing_silence_and_a_click_are_no_speech(sound):
    with pytest.raises(VoiceError):
        finish(sound, RATE)


def test_a_held_out_person_is_never_resized():
    rng = np.random.default_rng(5)
    assert {flite.manner(rng, held_out=True)[0] for _ in range(50)} == {1.0}
    assert len({flite.manner(rng, held_out=False)[0] for _ in range(50)}) > 20


def test_a_new_speaker_has_the_pitch_and_tempo_asked_for():
    rng = np.random.default_rng(1)
    sound = named("flite/awb").speak(SENTENCE, rng)
    higher = spoken_by(sound, Throat(pitch=1.3, tempo=1.2), rng)
    assert median_pitch(higher) == pytest.approx(1.3 * median_pitch(sound), rel=0.06)
    assert len(higher) == pytest.approx(len(sound) / 1.2, rel=0.06)


def test_a_longer_throat_lowers_the_spectrum_and_leaves_the_pitch():
    rng = np.random.default_rng(1)
    sound = named("flite/awb").speak(SENTENCE, rng)
    long, short = (spoken_by(sound, Throat(formants=factor), rng) for factor in (0.85, 1.2))
    assert median_pitch(long) == pytest.approx(median_pitch(short), rel=0.03)

    def centroid(of):
        power = np.abs(np.fft.rfft(of)) ** 2
        return (power * np.arange(len(power))).sum() / power.sum() / len(of)

    assert centroid(long) < 0.9 * centroid(short)


def test_every_new_speaker_keeps_to_the_pitch_of_people():
    rng = np.random.default_rng(1)
    sound = named("flite/kal16").speak(SENTENCE, rng)
    heard = [median_pitch(another_speaker(sound, rng)) for _ in range(12)]
    assert all(65 < pitch < 340 for pitch in heard)
    assert max(heard) > 1.3 * min(heard)


def test_a_whistle_above_all_voices_makes_no_speaker():
    whistle = np.sin(2 * np.pi * 3000 * np.arange(RATE) / RATE).astype(np.float32)
    with pytest.raises(VoiceError, match="no voiced sound"):
        another_speaker(whistle, np.random.default_rng(1))
