"""Recordings to judge a model by: WAV files and lists, of sentences that no model is trained with.

`WORK/tests/SET/0000.wav` … and `list.jsonl` with `{"id", "wav", "label", "voice", "kind"}`. "known" sets are
said by the voices of training, "held" ones by voices that the twin never heard.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from tqdm import tqdm

from . import noises
from .features import RATE
from .files import write_whole
from .processes import pool
from .sentences import BLANK, UNHEARD, Sentences, Utterance
from .sound import Home
from .voices import Voice, VoiceError, foreign_voices, installed

KNOWN = {"espeak": 5, "flite/awb": 3, "flite/kal16": 2, "festival/ked_diphone": 2, "festival/kal_diphone": 1}
KNOWN |= {"piper/joe": 2, "kokoro/kumo": 1, "kokoro/gon": 1, "kokoro/nezu": 1}
HELD = {"flite/rms": 1, "flite/slt": 1, "festival/cmu_us_slt_arctic_hts": 1}
"""Voices, and how much of a set each says."""
STRANGERS = {"espeak-held": 1}
"""Variants of eSpeak NG that the twin never heard either: they say a set of which no voice is installed."""
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
    # The shop's own fixed sentences; training has these, but not in a held-out voice.
    Set("known-phrases", KNOWN, "phrase"),
    Set("held-phrases", HELD, "phrase"),
]


NOTHING = ("nothing", "fit-nothing")
"""Sets in which nothing is said to the shop: to judge by, and to fit the confidence on."""
NOTHING_SIZE = 510
FEWEST = 12
"""Recordings of a set at any scale: enough to see that everything works, not to judge by."""


@dataclass(frozen=True)
class Making:
    """What all sets of a work folder have in common."""

    work: Path
    skills: list[Path]
    noise: Path | None
    scale: float

    def count(self, size: int) -> int:
        """How many of a set's recordings are made."""
        return max(FEWEST, round(size * min(1.0, self.scale)))


def make(work: Path, skills: list[Path], seed: int, noise: Path | None, workers: int = 2, scale: float = 1.0) -> None:
    """Makes the sets that are not there yet. `noise` is a folder of recorded noise, 16 kHz; a `scale` below 1 makes
    fewer recordings."""
    making = Making(work, skills, noise, scale)
    jobs = [(chosen.name, _make_spoken, [seed, 100 + n], chosen) for n, chosen in enumerate(SETS)]
    jobs += [(name, _make_nothing, [seed, 201 + n], name) for n, name in enumerate(NOTHING)]
    left = [job for job in jobs if not _list(work, job[0]).exists()]
    if not left:
        return
    bar = tqdm(total=len(jobs), initial=len(jobs) - len(left), desc="test sets", unit="set")
    with bar, pool(workers) as processes:
        running = [processes.submit(do, making, seed, chosen) for _, do, seed, chosen in left]
        for done in as_completed(running):
            done.result()
            bar.update()


def _list(work: Path, name: str) -> Path:
    return work / "tests" / name / "list.jsonl"


def _make_spoken(making: Making, seed: list[int], chosen: Set) -> None:
    rng = np.random.default_rng(seed)
    sentences = Sentences(making.skills, int(rng.integers(1 << 30)))
    there = {voice.name: voice for voice in installed()[0]}
    here = [{name: share for name, share in some.items() if name in there} for some in (chosen.voices, STRANGERS)]
    voices = here[0] or here[1]
    size = making.count(chosen.size)
    made = []
    for name, share in voices.items():
        count = round(size * share / sum(voices.values()))
        utterances = [getattr(sentences, chosen.draw)() for _ in range(count)]
        for utterance, sound in zip(utterances, there[name].speak_many([u.say for u in utterances], rng)):
            if not isinstance(sound, VoiceError):
                made.append((utterance, name, sound))
    if not made:
        raise RuntimeError(f"the test set {chosen.name} has no voice: it needs one of {', '.join(chosen.voices)}")
    noise = _noise(making.noise, rng, [sound for _, _, sound in made])
    rows = ((u, voice, _heard(sound, chosen, noise, rng)) for u, voice, sound in made)
    _write(making.work, chosen.name, rows)


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


def _make_nothing(making: Making, seed: list[int], name: str) -> None:
    """A tenth silence and faint noise, a fifth noise and music, a fifth other languages, half English of no shop."""
    rng = np.random.default_rng(seed)
    sentences = Sentences(making.skills, int(rng.integers(1 << 30)))
    voices = {voice.name: voice for voice in installed()[0]}
    english = [voices[v] for v in (KNOWN | HELD) if v in voices]
    others, recorded = foreign_voices(), _recorded(making.noise)
    rows: list[tuple[Utterance, str, np.ndarray]] = []
    for n in range(making.count(NOTHING_SIZE)):
        if n % 10 < 3:
            rows.append(_without_speech(n % 10 == 0, recorded, rng))
        else:
            rows.append(_foreign(n, sentences, english, others, rng))
    _write(making.work, name, iter(rows))


def _without_speech(faint: bool, recorded: list[np.ndarray], rng) -> tuple[Utterance, str, np.ndarray]:
    kinds = [*noises.KINDS, noises.music]
    sound = kinds[rng.integers(len(kinds))](rng, int(rng.uniform(1, 5) * RATE))
    if recorded and rng.random() < 0.3:
        whole = recorded[rng.integers(len(recorded))]
        sound = noises.unit(whole[: int(rng.uniform(1, 5) * RATE)])
    sound = sound / np.abs(sound).max() * (10 ** rng.uniform(-3, -2) if faint else rng.uniform(0.1, 0.6))
    return Utterance("", BLANK, "silence" if faint else "noise"), "-", sound


def _foreign(n: int, sentences: Sentences, english: list[Voice], others: dict[str, Voice], rng):
    for _ in range(20):
        if others and (n % 10 < 5 or not english):
            language = list(others)[rng.integers(len(others))]
            voice = others[language]
            utterance = Utterance(sentences.foreign_text(language), UNHEARD, "language")
        elif english:
            voice = english[rng.integers(len(english))]
            utterance = sentences.foreign(test=True)
        else:
            break
        try:
            return utterance, voice.name, np.pad(voice.speak(utterance.say, rng), (4800, 6400))
        except VoiceError:
            continue
    raise RuntimeError("no voice can say a foreign sentence: espeak-ng is missing or fails")


def people(folder: Path, work: Path) -> None:
    """The recordings of people at a coffee bar (Picovoice's speech-to-intent-benchmark, Apache-2.0), which come with
    what was ordered instead of what was said: `FOLDER/labels.json` and `FOLDER/wav/`."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    sounds = (folder / "wav").resolve()
    rows = [
        {"id": name[:-4], "wav": str(sounds / name), "label": " | ".join(ordered["slots"].values()), "kind": "people"}
        for name, ordered in sorted(labels.items())
    ]
    _write_list(work, "people", rows)


def _write(work: Path, name: str, rows: Iterator[tuple[Utterance, str, np.ndarray]]) -> None:
    folder = _list(work, name).parent
    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for number, (utterance, voice, sound) in enumerate(rows):
        wav = f"{number:04}.wav"
        soundfile.write(folder / wav, np.clip(sound, -1, 1), RATE, subtype="PCM_16")
        said = {"label": utterance.label, "voice": voice, "kind": utterance.kind, "say": utterance.say}
        listed.append({"id": wav[:-4], "wav": wav} | said)
    _write_list(work, name, listed)


def _write_list(work: Path, name: str, rows: list[dict]) -> None:
    """Last of all: a set without a list is made anew."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write_whole(_list(work, name), lambda file: file.write(text.encode()))
