"""Recordings to judge a model by: WAV files and lists, of sentences that no model is trained with.

`WORK/tests/SET/0000.wav` … and `list.jsonl` with `{"id", "wav", "label", "voice", "kind"}`. "known" sets are
said by the voices of training, "held" ones by voices that the twin never heard.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from tqdm import tqdm

from . import noises
from .features import RATE
from .files import write_whole
from .sentences import BLANK, UNHEARD, Sentences, Utterance
from .sound import Home
from .voices import Voice, VoiceError, foreign_voices, installed

KNOWN = {"espeak": 5, "flite/awb": 3, "flite/kal16": 2, "festival/ked_diphone": 2, "festival/kal_diphone": 1, "piper/joe": 2}
KNOWN |= {"kokoro/kumo": 1, "kokoro/gon": 1, "kokoro/nezu": 1}
HELD = {"flite/rms": 1, "flite/slt": 1, "festival/cmu_us_slt_arctic_hts": 1}
"""Voices, and how much of a set each says."""
TEN_DECIBELS = 10 ** (-10 / 20)


@dataclass(frozen=True)
class Set:
    """One set: what is said, by whom, and what happens to the sound."""

    name: str
    voices: dict[str, int]
    draw: str
    """The method of `Sentences` that draws what is said."""
    noise: bool = False
    rooms: bool = False
    size: int = 510


SETS = [
    Set("known-clean", KNOWN, "test"),
    Set("held-clean", HELD, "test"),
    Set("known-10db", KNOWN, "test", noise=True),
    Set("held-10db-rooms", HELD, "test", noise=True, rooms=True),
    Set("known-answers", KNOWN, "answer"),
    Set("held-answers", HELD, "answer"),
    Set("known-numbers", KNOWN, "held_out_number"),
    Set("held-numbers", HELD, "held_out_number"),
    # What the confidence is fitted on: other sentences than those above, half of them in noise.
    Set("fit", KNOWN | HELD, "test_mix", noise=True, size=1200),
]


def make(work: Path, skills: list[Path], seed: int, noise_files: Path | None, workers: int = 2) -> None:
    """Makes the sets that are not there yet. `noise_files` is a folder of recorded noise, 16 kHz."""
    jobs = [(work, skills, [seed, 100 + n], chosen, noise_files) for n, chosen in enumerate(SETS)]
    jobs = [job for job in jobs if not _list(work, job[3].name).exists()]
    with ProcessPoolExecutor(workers) as pool, tqdm(total=len(jobs) + 2, desc="test sets", unit="set") as bar:
        running = [pool.submit(_make_spoken, *job) for job in jobs]
        for name, part in (("nothing", 1), ("fit-nothing", 2)):
            if not _list(work, name).exists():
                running.append(pool.submit(_make_nothing, work, skills, [seed, 200 + part], name, noise_files))
        for job in running:
            job.result()
            bar.update()


def _list(work: Path, name: str) -> Path:
    return work / "tests" / name / "list.jsonl"


def _make_spoken(work: Path, skills, seed: list[int], chosen: Set, noise_files: Path | None) -> None:
    rng = np.random.default_rng(seed)
    sentences = Sentences(skills, int(rng.integers(1 << 30)))
    there = {voice.name: voice for voice in installed()[0]}
    voices = {name: share for name, share in chosen.voices.items() if name in there}
    if not voices:
        raise RuntimeError(f"the test set {chosen.name} has no voice: none of {', '.join(chosen.voices)} is installed")
    made = []
    for name, share in voices.items():
        count = round(chosen.size * share / sum(voices.values()))
        utterances = [getattr(sentences, chosen.draw)() for _ in range(count)]
        for utterance, sound in zip(utterances, there[name].speak_many([u.say for u in utterances], rng)):
            if not isinstance(sound, VoiceError):
                made.append((utterance, name, sound))
    noise = _noise(noise_files, rng, [sound for _, _, sound in made])
    rows = ((u, voice, _heard(sound, chosen, noise, rng)) for u, voice, sound in made)
    _write(work, chosen.name, rows)


def _heard(sound: np.ndarray, chosen: Set, noise: list[np.ndarray], rng) -> np.ndarray:
    """With 0.3 s before and 0.4 s after it, in the set's noise and rooms."""
    if chosen.rooms:
        sound = np.convolve(sound, noises.room(rng))[: len(sound) + RATE // 5]
    loud = np.sqrt(np.mean(np.square(sound)) + 1e-12)
    sound = np.pad(sound, (int(0.3 * RATE), int(0.4 * RATE)))
    if chosen.noise and (chosen.name != "fit" or rng.random() < 0.5):
        whole = noise[rng.integers(len(noise))]
        at = rng.integers(max(1, len(whole) - len(sound)))
        piece = np.resize(whole[at:], len(sound))
        sound = sound + noises.unit(piece) * loud * TEN_DECIBELS
    else:
        sound = sound + rng.standard_normal(len(sound)) * 1e-4
    return sound * (0.6 / (np.abs(sound).max() + 1e-9))


def _noise(folder: Path | None, rng, speech: list[np.ndarray]) -> list[np.ndarray]:
    """Recorded noise where there is some, sounds of a home, and the talk of several."""
    samples = 12 * RATE
    made = [kind(rng, samples) for kind in noises.KINDS] + [Home._babble(rng, speech, n, samples) for n in (4, 7)]
    return made + _recorded(folder)


def _recorded(folder: Path | None) -> list[np.ndarray]:
    files = sorted(folder.glob("*.wav")) if folder and folder.is_dir() else []
    return [soundfile.read(file, dtype="float32", always_2d=True)[0][:, 0] for file in files]


def _make_nothing(work: Path, skills, seed: list[int], name: str, noise_files: Path | None) -> None:
    """A tenth silence and faint noise, a fifth noise and music, a fifth other languages, half English of no shop."""
    rng = np.random.default_rng(seed)
    sentences = Sentences(skills, int(rng.integers(1 << 30)))
    voices = {voice.name: voice for voice in installed()[0]}
    english = [voices[v] for v in (KNOWN | HELD) if v in voices]
    others, size = foreign_voices(), 510
    rows: list[tuple[Utterance, str, np.ndarray]] = []
    recorded = _recorded(noise_files)
    for n in range(size):
        if n % 10 < 3:
            faint = n % 10 == 0
            kinds = [*noises.KINDS, noises.music]
            sound = kinds[rng.integers(len(kinds))](rng, int(rng.uniform(1, 5) * RATE))
            if recorded and rng.random() < 0.3:
                whole = recorded[rng.integers(len(recorded))]
                sound = noises.unit(whole[: int(rng.uniform(1, 5) * RATE)])
            sound = sound / np.abs(sound).max() * (10 ** rng.uniform(-3, -2) if faint else rng.uniform(0.1, 0.6))
            rows.append((Utterance("", BLANK, "silence" if faint else "noise"), "-", sound))
        else:
            rows.append(_foreign(n, sentences, english, others, rng))
    _write(work, name, iter(rows))


def _foreign(n: int, sentences: Sentences, english: list[Voice], others: dict[str, Voice], rng):
    for _ in range(20):
        if n % 10 < 5 and others:
            language = list(others)[rng.integers(len(others))]
            voice = others[language]
            utterance = Utterance(sentences.foreign_text(language), UNHEARD, "language")
        else:
            voice = english[rng.integers(len(english))]
            utterance = sentences.foreign(test=True)
        try:
            return utterance, voice.name, np.pad(voice.speak(utterance.say, rng), (4800, 6400))
        except VoiceError:
            continue
    raise RuntimeError("no voice can say a foreign sentence")


def people(folder: Path, work: Path) -> None:
    """The recordings of people at a coffee bar (Picovoice's speech-to-intent-benchmark, Apache-2.0), which come with
    what was ordered instead of what was said: `FOLDER/labels.json` and `FOLDER/wav/`."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    lines = [
        {"id": name[:-4], "wav": str((folder / "wav" / name).resolve()), "label": " | ".join(ordered["slots"].values()), "kind": "people"}
        for name, ordered in sorted(labels.items())
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    write_whole(_list(work, "people"), lambda file: file.write(text.encode()))


def _write(work: Path, name: str, rows: Iterator[tuple[Utterance, str, np.ndarray]]) -> None:
    folder = _list(work, name).parent
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number, (utterance, voice, sound) in enumerate(rows):
        wav = f"{number:04}.wav"
        soundfile.write(folder / wav, np.clip(sound, -1, 1), RATE, subtype="PCM_16")
        lines.append({"id": wav[:-4], "wav": wav, "label": utterance.label, "voice": voice, "kind": utterance.kind, "say": utterance.say})
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    write_whole(_list(work, name), lambda file: file.write(text.encode()))
