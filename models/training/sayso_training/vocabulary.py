"""The English vocabulary of Whisper: byte pairs to token numbers, and the special tokens' places.

The byte pairs are those of GPT-2; the file is a part of the PyPI package `openai-whisper` (MIT).
whisper.cpp takes a model for an English one by its 51,864 tokens.
"""

from __future__ import annotations

import base64
import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import regex

SIZE = 51_864
END, START, NO_SPEECH, NO_TIMESTAMPS = 50_256, 50_257, 50_361, 50_362
PIECES = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
"""How GPT-2 cuts a text before it pairs bytes."""


def assets() -> Path:
    """The folder of the vocabulary and the mel filters."""
    found = importlib.util.find_spec("whisper")
    if found is None or found.origin is None:
        raise RuntimeError("the package openai-whisper is not installed; pip install -r requirements.txt")
    return Path(found.origin).parent / "assets"


@cache
def tokens() -> list[bytes]:
    """The bytes of each text token, and of the one that ends a text; the place is the number."""
    lines = (assets() / "gpt2.tiktoken").read_bytes().splitlines()
    return [base64.b64decode(line.split()[0]) for line in lines if line] + [b"<|endoftext|>"]


@cache
def mel_filters() -> np.ndarray:
    """The 80 mel filters over the 201 bins of a 400-sample spectrum at 16 kHz."""
    return np.load(assets() / "mel_filters.npz")["mel_80"].astype(np.float32)


@cache
def _numbers() -> dict[bytes, int]:
    return {token: number for number, token in enumerate(tokens()[:END])}


@cache
def _piece(piece: str) -> tuple[int, ...]:
    """The tokens of one piece: the pair with the lowest number is joined first, as in GPT-2."""
    numbers = _numbers()
    parts = [bytes([byte]) for byte in piece.encode()]
    while len(parts) > 1:
        pairs = [(numbers[a + b], at) for at, (a, b) in enumerate(zip(parts, parts[1:])) if a + b in numbers]
        if not pairs:
            break
        _, at = min(pairs)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return tuple(numbers[part] for part in parts)


def encode(text: str) -> list[int]:
    """The tokens of a text, with the space before it that Whisper writes."""
    return [token for piece in PIECES.findall(" " + text) for token in _piece(piece)]


def decode(numbers: list[int]) -> str:
    """The text of tokens; special ones are left out."""
    return b"".join(tokens()[n] for n in numbers if n < END).decode(errors="replace").strip()
