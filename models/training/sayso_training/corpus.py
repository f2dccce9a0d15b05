"""The spoken corpus: shards of utterances on disk, made by every voice of this machine.

A shard is one job: `WORK/corpus/SET/JOB.npy` holds its utterances end to end (int16, mono, 16 kHz) and
`JOB.json` says where each lies and what it says. The sound is written before the list and both are
renamed into place, so a run that is killed leaves whole shards only and the next one goes on."""

from __future__ import annotations

import errno
import json
import math
import os
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .processes import pool
from .recipe import SETS, Amount
from .sentences import UNHEARD, Sentences, Utterance
from .speakers import another_speaker
from .voices import ENGINES, RATE, Missing, Sound, Voice, VoiceError, foreign_voices, installed

SHORTEST_S, LONGEST_S = 0.2, 9.5
"""Utterances outside are dropped: the recogniser hears ten seconds at most."""
_FOREIGN_ENGLISH = 0.07
"""Share of English sentences that no skill knows."""
_MOST_CRASHES = 3
"""Times that a lost process is replaced; an engine that kills its process again and again ends the run."""


class CorpusError(RuntimeError):
    """The corpus cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Settings:
    """What to make, of what and where."""

    work: Path
    skills: tuple[Path, ...]
    seed: int = 1
    scale: float = 1.0
    """Factor of every amount in `recipe.SETS`."""
    sets: tuple[str, ...] = ("train", "more")
    engines: tuple[str, ...] = tuple(ENGINES)


@dataclass(frozen=True)
class Job:
    """One shard: sentences of one voice."""

    set: str
    voice: str
    number: int
    said: int
    changed: int
    """How many of the sentences are there once more, by a speaker made with `speakers`."""
    seed: int
    language: str = "en"

    @property
    def name(self) -> str:
        """The shard's file name, without its ending."""
        return f"{self.voice.replace('/', '-')}-{self.number:03}"

    def folder(self, settings: Settings) -> Path:
        """Where the shard lies."""
        return settings.work / "corpus" / self.set

    def done(self, settings: Settings) -> bool:
        """Whether the shard is there and of the same making."""
        file = self.folder(settings) / self.name
        try:
            listed = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return listed.get("job") == asdict(self) and file.with_suffix(".npy").exists()


@dataclass
class Shard:
    """What became of a job."""

    job: Job
    seconds: float = 0.0
    made: int = 0
    failed: Counter[str] = field(default_factory=Counter)


def plan(settings: Settings) -> tuple[list[Job], list[Missing]]:
    """The jobs in their order, and the voices that are wanted and missing.

    The sets come one after another. Within a set, the first shard of every voice comes first and the
    rest in proportion, so that training can begin on a part in which every voice is heard.
    """
    for name in settings.sets:
        if name not in SETS:
            raise CorpusError(f"no set is called {name}; there are {', '.join(SETS)}")
    found, missing = installed(settings.engines)
    there = {voice.name for voice in found} | {voice.name for voice in foreign_voices().values()}
    jobs: list[Job] = []
    for name in settings.sets:
        placed = [entry for amount in SETS[name] if amount.voice in there for entry in _jobs(name, amount, settings)]
        jobs += [job for _, job in sorted(placed, key=lambda entry: entry[0])]
    if not jobs:
        raise CorpusError("no voice is installed: " + "; ".join(map(str, missing)))
    return jobs, missing


def _jobs(name: str, amount: Amount, settings: Settings) -> Iterator[tuple[float, Job]]:
    said = math.ceil(amount.said * settings.scale)
    shards = math.ceil(said / amount.shard)
    for number in range(shards):
        part = said // shards + (number < said % shards)
        seed = zlib.crc32(f"{settings.seed}/{name}/{amount.voice}/{number}".encode())
        changed = round(part * amount.changed)
        yield number / shards, Job(name, amount.voice, number, part, changed, seed, amount.language)


def make(jobs: Sequence[Job], settings: Settings, workers: int = 2) -> list[Shard]:
    """Makes the shards that are not there yet. Raises `CorpusError` on a full disk and on repeated crashes."""
    left = [job for job in jobs if not job.done(settings)]
    shards: list[Shard] = []
    said_before = sum(job.said for job in jobs) - sum(job.said for job in left)
    with tqdm(total=sum(job.said for job in jobs), initial=said_before, unit="sentence", mininterval=5) as bar:
        for crashes in range(_MOST_CRASHES + 1):
            try:
                for shard in _run(left, settings, workers):
                    shards.append(shard)
                    bar.update(shard.job.said)
                    bar.set_postfix_str(f"{shard.job.set}/{shard.job.name}", refresh=False)
                return shards
            except BrokenProcessPool:
                tqdm.write(f"a process was lost ({crashes + 1}); its shards are made again", file=sys.stderr)
                left = [job for job in left if not job.done(settings)]
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    full = f"the disk of {settings.work} is full; make room and run the same command"
                    raise CorpusError(f"{full}: finished shards are kept") from error
                raise CorpusError(f"cannot write the corpus: {error}") from error
    raise CorpusError("processes keep being lost: an engine crashes or memory runs out")


def _run(jobs: Sequence[Job], settings: Settings, workers: int) -> Iterator[Shard]:
    with pool(workers) as processes:
        # Jobs are handed over in order, a few at a time: after an error nothing stale is begun.
        waiting = iter(jobs)
        running = {processes.submit(make_shard, job, settings) for job in islice(waiting, workers + 1)}
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
                job = next(waiting, None)
                if job is not None:
                    running.add(processes.submit(make_shard, job, settings))


def make_shard(job: Job, settings: Settings) -> Shard:
    """Says and writes one shard."""
    started = time.monotonic()
    rng = np.random.default_rng(job.seed)
    voice = _voice(job, settings)
    shard = Shard(job)
    sounds: list[np.ndarray] = []
    items: list[dict[str, object]] = []
    end = 0
    for utterance, sound, changed in _spoken(job, voice, settings, rng, shard.failed):
        samples = np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16)
        mark = "+world" if changed else ""
        items.append(
            {
                **asdict(utterance),
                "voice": voice.name + mark,
                "speaker": voice.speaker + mark,
                "offset": end,
                "samples": len(samples),
            }
        )
        sounds.append(samples)
        end += len(samples)
    shard.made, shard.seconds = len(items), time.monotonic() - started
    _write(job, settings, sounds, {"job": asdict(job), "rate": RATE, "failed": shard.failed, "items": items})
    return shard


def _spoken(
    job: Job, voice: Voice, settings: Settings, rng: np.random.Generator, failed: Counter[str]
) -> Iterator[tuple[Utterance, Sound, bool]]:
    """Every utterance of the job with its sound and whether a new speaker says it."""
    utterances = _utterances(job, settings, rng)
    again = set(rng.permutation(job.said)[: job.changed].tolist())
    for index, (utterance, said) in enumerate(
        zip(utterances, voice.speak_many([u.say for u in utterances], rng), strict=True)
    ):
        if isinstance(said, VoiceError):
            failed[str(said)] += 1
            continue
        versions = [(said, False)]
        if index in again:
            try:
                versions.append((another_speaker(said, rng), True))
            except VoiceError as error:
                failed[str(error)] += 1
        for sound, changed in versions:
            if SHORTEST_S * RATE <= len(sound) <= LONGEST_S * RATE:
                yield utterance, sound, changed
            else:
                failed["too short or too long"] += 1


def _utterances(job: Job, settings: Settings, rng: np.random.Generator) -> list[Utterance]:
    sentences = Sentences(list(settings.skills), job.seed)
    if job.language != "en":
        texts = (sentences.foreign_text(job.language) for _ in range(job.said))
        return [Utterance(text, UNHEARD, "language") for text in texts]
    return [sentences.foreign() if rng.random() < _FOREIGN_ENGLISH else sentences.training() for _ in range(job.said)]


def _voice(job: Job, settings: Settings) -> Voice:
    if job.language != "en":
        return foreign_voices()[job.language]
    return next(voice for voice in installed(settings.engines)[0] if voice.name == job.voice)


def _write(job: Job, settings: Settings, sounds: Sequence[np.ndarray], listed: dict[str, object]) -> None:
    folder = job.folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / job.name
    final.with_suffix(".json").unlink(missing_ok=True)
    with open(folder / f"{job.name}.npy.part", "wb") as file:
        np.save(file, np.concatenate(sounds) if sounds else np.zeros(0, np.int16))
    os.replace(file.name, final.with_suffix(".npy"))
    part = folder / f"{job.name}.json.part"
    part.write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
    os.replace(part, final.with_suffix(".json"))


def summary(shards: Sequence[Shard]) -> str:
    """A line for every voice: what was made, at what cost, and what failed."""
    lines = []
    for voice in dict.fromkeys(shard.job.voice for shard in shards):
        of_voice = [shard for shard in shards if shard.job.voice == voice]
        failed = sum((shard.failed for shard in of_voice), Counter())
        complaint = "; ".join(f"{count} x {why}" for why, count in failed.most_common(3))
        made, seconds = sum(shard.made for shard in of_voice), sum(shard.seconds for shard in of_voice)
        lines.append(f"{voice:32} {made:6} utterances {seconds:7.0f} s   {complaint}")
    return "\n".join(lines)
