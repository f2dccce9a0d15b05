"""Batches of pictures and tokens: what batch number n holds follows from the seed and n alone.

So a run that is killed goes on with the batch at which it stopped, as if nothing had been.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from . import features, recipe, vocabulary
from .model import CHARACTERS
from .sentences import BLANK
from .sound import Home, Strength, equaliser


@dataclass(frozen=True)
class Spoken:
    """One utterance of the corpus: where its sound lies and what it says."""

    shard: int
    offset: int
    samples: int
    label: str
    drawn: float = 1.0
    """How often it is learned from, against others."""


@dataclass
class Batch:
    """`mel` [n, 80, 2 T]; `tokens` and `wanted` [n, k], -100 where nothing is asked for; what the spelling head
    shall write; where the words begin and how long they are, in encoder frames [n, 2]; the middle of each token in
    encoder frames [n, k], and how much that is worth."""

    mel: torch.Tensor
    tokens: torch.Tensor
    wanted: torch.Tensor
    spelled: list[list[int]]
    places: torch.Tensor
    middles: torch.Tensor
    sure: torch.Tensor

    def as_arrays(self) -> Batch:
        """For a queue: PyTorch's own way of sending tensors needs the sender to be alive until they are read."""
        return Batch(*(value.numpy() if torch.is_tensor(value) else value for value in vars(self).values()))

    def as_tensors(self) -> Batch:
        """The way back."""
        return Batch(
            *(torch.from_numpy(value) if isinstance(value, np.ndarray) else value for value in vars(self).values())
        )


class Corpus:
    """The utterances of some sets on disk, shortest first."""

    def __init__(self, work: Path, sets: list[str]):
        self.sounds: list[np.ndarray] = []
        spoken = []
        for name in sets:
            for listing in sorted((work / "corpus" / name).glob("*.json")):
                self.sounds.append(np.load(listing.with_suffix(".npy"), mmap_mode="r"))
                listed = json.loads(listing.read_text(encoding="utf-8"))
                drawn = recipe.drawn(name, listed.get("job", {}).get("voice", ""))
                for item in listed["items"]:
                    if item["samples"] <= 10 * features.RATE:
                        place = len(self.sounds) - 1, item["offset"], item["samples"]
                        spoken.append(Spoken(*place, item["label"], drawn))
        if not spoken:
            raise RuntimeError(f"{work / 'corpus'}: no utterances of {', '.join(sets)}; make the corpus first")
        self.spoken = sorted(spoken, key=lambda s: (s.samples, s.shard, s.offset))
        self.lengths = np.array([s.samples for s in self.spoken])
        self.drawn = np.cumsum([s.drawn for s in self.spoken])
        # A batch of short ones holds more of them: without a weight they would be heard ten times as often.
        self.weights = np.cumsum(self.lengths.astype(np.float64) ** 0.45)

    def sound(self, spoken: Spoken) -> np.ndarray:
        """Its samples, -1 to 1."""
        cut = self.sounds[spoken.shard][spoken.offset : spoken.offset + spoken.samples]
        return np.asarray(cut, np.float32) / 32768


class Batches:
    """Makes batches. `vocabulary` lists the token numbers that the model has rows for."""

    NEIGHBOURS = 300
    NOTHING = 0.05
    WARPS = np.linspace(0.82, 1.2, 25)

    def __init__(self, corpus: Corpus, used: list[int], seed: int, frames: int, easy_until: int):
        """`frames` is the encoder frames of a batch; up to batch `easy_until` the sounds become rougher, and in the
        first half of that they are short."""
        self.corpus, self.seed, self.frames, self.easy_until = corpus, seed, frames, easy_until
        self.row = {token: row for row, token in enumerate(used)}
        rng = np.random.default_rng([seed, 3])
        speech = [corpus.sound(corpus.spoken[i]) for i in rng.integers(len(corpus.spoken), size=400)]
        self.home = Home(seed, speech)
        self.plain = torch.from_numpy(vocabulary.mel_filters())
        self.warped = [torch.from_numpy(features.warped_filters(factor)) for factor in self.WARPS]

    def make(self, number: int, part: int = 0) -> Batch:
        """One part of batch `number`, counted from 0; all parts are about equally long."""
        rng = np.random.default_rng([self.seed, 11, number, part])
        length = np.random.default_rng([self.seed, 13, number]).random()
        strength = Strength(0.1 + 0.9 * min(1.0, number / self.easy_until) if self.easy_until else 1.0)
        chosen = self._chosen(rng, length, self._longest(number))
        sounds, labels, places = [], [], []
        for spoken in chosen:
            if spoken is None:
                sounds.append(self.home.nothing(rng).astype(np.float32))
                labels.append(BLANK)
                places.append((0, 0))
            else:
                placed = self.home.place(self.corpus.sound(spoken), rng, strength)
                sounds.append(placed.sound)
                labels.append(spoken.label)
                places.append((placed.begin, placed.length))
        frames = self._frames(max(len(sound) for sound in sounds), rng, strength)
        count = max(3, self.frames // frames)
        sounds, labels, places = sounds[:count], labels[:count], places[:count]
        mel = self._picture(sounds, frames, rng, strength.level)
        return self._with_tokens(mel, labels, places)

    def _longest(self, number: int) -> float:
        """The longest utterances of a batch, in seconds: short ones show first what belongs where."""
        return 10 if number >= self.easy_until / 2 else 4 if number >= self.easy_until / 3 else 2.2

    def _chosen(self, rng, length: float, seconds: float) -> list[Spoken | None]:
        """Utterances of about one length, which `length` tells, 0 to 1; `None` is for no speech."""
        weights = self.corpus.weights
        last = int(np.searchsorted(self.corpus.lengths, seconds * features.RATE)) or len(weights)
        anchor = int(np.searchsorted(weights[:last], length * weights[last - 1]))
        low, high = max(0, anchor - self.NEIGHBOURS), min(last, anchor + self.NEIGHBOURS)
        frames = features.context(self.corpus.spoken[anchor].samples) + 20
        size = max(3, self.frames // frames)
        below = self.corpus.drawn[low - 1] if low else 0.0
        picked = np.searchsorted(self.corpus.drawn, rng.uniform(below, self.corpus.drawn[high - 1], size))
        return [None if rng.random() < self.NOTHING else self.corpus.spoken[i] for i in picked]

    @staticmethod
    def _frames(samples: int, rng, strength: Strength) -> int:
        """The audio context: mostly as it will be asked for, now and then longer."""
        frames = features.context(samples)
        kind = rng.random()
        if kind > 0.94 and strength.level == 1:
            frames = int(rng.integers(frames, features.MOST + 1))
        elif kind > 0.8:
            frames += int(rng.integers(0, 40))
        return min(-(-frames // 20) * 20, features.MOST)

    def _picture(self, sounds, frames: int, rng, rough: float) -> torch.Tensor:
        filters = [
            self.warped[rng.integers(len(self.warped))] if rng.random() < 0.5 * rough else self.plain for _ in sounds
        ]
        gains = torch.from_numpy(np.stack([equaliser(rng, rough) for _ in sounds]))
        mel = features.log_mel(sounds, frames, torch.stack(filters), gains)
        for row in range(len(sounds)):
            if rng.random() < 0.5 * rough:
                _hide(mel[row], rng)
        return mel

    def _with_tokens(self, mel, labels, places) -> Batch:
        """Whisper's order: start, no time stamps, the text, the end. After the start the model answers whether
        this is speech of the shop at all: `<|nospeech|>` or not."""
        texts = [vocabulary.encode(label) for label in labels]
        length = -(-(max(map(len, texts)) + 2) // 4) * 4
        tokens = torch.full((len(texts), length), self.row[vocabulary.END])
        wanted = torch.full((len(texts), length), -100)
        middles, sure = torch.zeros(len(texts), length), torch.zeros(len(texts), length)
        spelled = []
        for i, (text, label) in enumerate(zip(texts, labels)):
            shop = not label.startswith("[")
            rows = [self.row[token] for token in text]
            tokens[i, : len(rows) + 2] = torch.tensor(
                [self.row[vocabulary.START], self.row[vocabulary.NO_TIMESTAMPS], *rows]
            )
            first = vocabulary.NO_TIMESTAMPS if shop else vocabulary.NO_SPEECH
            wanted[i, : len(rows) + 2] = torch.tensor([self.row[first], *rows, self.row[vocabulary.END]])
            spelled.append([1 + CHARACTERS.index(c) for c in label.lower() if c in CHARACTERS] if shop else [])
            if shop:
                middles[i], sure[i] = _middles(text, places[i], length)
        return Batch(mel, tokens, wanted, spelled, torch.tensor(places) / features.FRAME, middles, sure)


def _middles(text: list[int], place: tuple[int, int], length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Where in the sound each token is said, if all characters took the same time, in encoder frames."""
    middles, sure = torch.zeros(length), torch.zeros(length)
    sizes = [len(vocabulary.tokens()[token]) for token in text]
    begin, spoken, at = place[0] / features.FRAME, place[1] / features.FRAME, 1
    for j, size in enumerate(sizes):
        middles[j + 1], sure[j + 1] = begin + spoken * (at + size / 2 - 1) / (sum(sizes) + 1), 1
        at += size
    middles[len(text) + 1], sure[len(text) + 1] = begin + spoken, 0.5
    return middles, sure


def _hide(mel: torch.Tensor, rng) -> None:
    """SpecAugment (Park et al., 2019): bands and moments are hidden."""
    floor, mean = mel.min(), mel.mean()
    for _ in range(rng.integers(1, 3)):
        width = rng.integers(1, 11)
        at = rng.integers(0, mel.shape[0] - width)
        mel[at : at + width] = mean
    for _ in range(rng.integers(0, 3)):
        width = rng.integers(1, 16)
        at = rng.integers(0, mel.shape[1] - width)
        mel[:, at : at + width] = floor
