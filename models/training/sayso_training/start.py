"""A training may start from a recogniser that is there: the ggml file of one that `export.py` wrote.

What such a model knows of sounds carries over to another shop, and the slow part of a training, until the decoder
finds in the sound what it writes, is over at the first step. The new network may have more layers than the old one:
a layer that adds nothing at first is put behind the others.
"""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import zstandard

from . import vocabulary
from .export import BLOCK, F16, F32, MAGIC, Q8_0, SHUT
from .model import MELS, Recogniser, Shape

MOST_BYTES = 64 << 20
"""Of an unpacked file; the bundled one has 12 MB."""
ZSTD = b"\x28\xb5\x2f\xfd"


class StartError(ValueError):
    """A file that no training can start from; says why."""


class Start:
    """A model that is there: its size, and its tensors by whisper.cpp's names."""

    def __init__(self, path: Path):
        """Reads a ggml file, also one packed with zstd. Raises `StartError` when it is none of this package's."""
        data = path.read_bytes()
        try:
            if data.startswith(ZSTD):
                data = zstandard.ZstdDecompressor().decompress(data, max_output_size=MOST_BYTES)
            self.tensors = _read(io.BytesIO(data))
        except (struct.error, ValueError, KeyError, zstandard.ZstdError) as error:
            raise StartError(f"{path}: no model that a training can start from ({error})") from error
        rows = self.tensors.get("decoder.token_embedding.weight", np.zeros((0, 1)))
        if rows.shape[0] != vocabulary.SIZE or not _shut(rows).any():
            raise StartError(f"{path}: not a model of this package; OpenAI's cannot be gone on from")

    def shape(self, wanted: Shape) -> Shape:
        """The wanted network in this model's width, with as many layers as the larger of the two has."""
        width = self.tensors["encoder.ln_post.weight"].shape[0]
        encoder, decoder = self._layers("encoder"), self._layers("decoder")
        return replace(
            wanted,
            width=width,
            heads=width // 32,
            encoder_layers=max(encoder, wanted.encoder_layers),
            decoder_layers=max(decoder, wanted.decoder_layers),
        )

    def load(self, model: Recogniser, used: list[int]) -> None:
        """Puts the weights into a network whose rows are the tokens `used`. What the file does not have stays as it
        is: the spelling head, and the rows of tokens that it does not know."""
        state = model.state_dict()
        for name, values in self.tensors.items():
            if name == "decoder.token_embedding.weight":
                _known_rows(state[name], values, used)
            else:
                state[name] = torch.from_numpy(values.reshape(tuple(state[name].shape)))
        # What shut off the unused rows; in training the last dimension counts for nothing.
        state["decoder.ln.weight"][-1], state["decoder.ln.bias"][-1] = 1, 0
        model.load_state_dict(state)
        for part in ("encoder", "decoder"):
            for block in getattr(model, part).blocks[self._layers(part) :]:
                _add_nothing(block)

    def knows(self, token: int) -> bool:
        """Whether it was trained to write that token."""
        return not _shut(self.tensors["decoder.token_embedding.weight"][token : token + 1]).item()

    def has_block(self, name: str) -> bool:
        """Whether a weight of that name belongs to no layer, or to one that it has."""
        part, blocks, number = (*name.split(".", 3), "", "")[:3]
        return blocks != "blocks" or int(number) < self._layers(part)

    def _layers(self, part: str) -> int:
        return 1 + max(int(name.split(".")[2]) for name in self.tensors if name.startswith(f"{part}.blocks."))


ADDS = ("attn.out", "mlp.2", "cross_attn.out")
"""The parts of a layer with which it adds to what the layers before it made."""


def _shut(rows: np.ndarray) -> np.ndarray:
    """Which rows of the vocabulary are of tokens that were never trained; eight bits do not keep it to the digit."""
    return rows[:, -1] < -SHUT / 2


def _known_rows(rows: torch.Tensor, all_rows: np.ndarray, used: list[int]) -> None:
    known = ~_shut(all_rows)
    # New words begin as small as known ones are, in directions of their own.
    scale = float(all_rows[known].std() / rows.std())
    for row, token in enumerate(used):
        rows[row] = torch.from_numpy(all_rows[token]) if known[token] else rows[row] * scale


def _add_nothing(block) -> None:
    with torch.no_grad():
        for name, values in block.named_parameters():
            if name.rpartition(".")[0] in ADDS:
                values.zero_()


def _read(file: io.BytesIO) -> dict[str, np.ndarray]:
    magic, *_head = struct.unpack("<12i", file.read(48))
    if magic != MAGIC:
        raise ValueError("not a ggml file")
    mels, bins = struct.unpack("<2i", file.read(8))
    if mels != MELS:
        raise ValueError(f"{mels} mel bands instead of {MELS}")
    file.seek(4 * mels * bins, io.SEEK_CUR)
    for _ in range(struct.unpack("<i", file.read(4))[0]):
        file.seek(struct.unpack("<i", file.read(4))[0], io.SEEK_CUR)
    tensors = {}
    while head := file.read(12):
        dimensions, length, kind = struct.unpack("<3i", head)
        shape = struct.unpack(f"<{dimensions}i", file.read(4 * dimensions))[::-1]
        name = file.read(length).decode()
        tensors[name] = _values(file, kind, int(np.prod(shape))).reshape(shape)
    return tensors


def _values(file: io.BytesIO, kind: int, count: int) -> np.ndarray:
    if kind == F32:
        return np.frombuffer(file.read(4 * count), np.float32).copy()
    if kind == F16:
        return np.frombuffer(file.read(2 * count), np.float16).astype(np.float32)
    if kind != Q8_0:
        raise ValueError(f"a tensor of ggml's type {kind}")
    blocks = np.frombuffer(file.read(count // BLOCK * (2 + BLOCK)), np.uint8).reshape(-1, 2 + BLOCK)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    return (blocks[:, 2:].view(np.int8).astype(np.float32) * scales).ravel()
