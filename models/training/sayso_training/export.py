"""From a checkpoint to the file that whisper.cpp loads: ggml, in halves or in eight bits a weight.

The layout is the one that whisper.cpp's `convert-pt-to-ggml.py` writes and `whisper.cpp` reads; Q8_0 is
ggml's: blocks of 32 weights, one half-precision scale and 32 signed bytes each.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import torch

from . import vocabulary
from .files import write_whole
from .model import MELS

MAGIC = 0x67676D6C
HALF, EIGHT_BITS = 1, 7
"""`ftype` in the head of the file."""
F32, F16, Q8_0 = 0, 1, 8
"""ggml's types of a tensor."""
BLOCK = 32
LEVELS = 63
"""The largest byte of a quantised weight. Q8_0 allows 127; the half as many steps are not heard, and the file
compresses by a bit a weight better."""
SHUT = 8.0
"""What shuts off the rows of tokens that were never trained: the last dimension of the decoder's output is
always +8, and theirs is -8, so they score -64 and can never win."""


def export(checkpoint: Path, path: Path, eight_bits: bool = False) -> None:
    """Writes the ggml file of a checkpoint that `train.py` saved."""
    state = torch.load(checkpoint, weights_only=True)
    shape, used = state["shape"], state["used"]
    tensors = full_size(state["model"], used)
    head = [vocabulary.SIZE, shape["audio_context"], shape["width"], shape["heads"], shape["encoder_layers"]]
    head += [shape["text_context"], shape["width"], shape["heads"], shape["decoder_layers"], MELS]
    head.append(EIGHT_BITS if eight_bits else HALF)

    def write(file) -> None:
        filters = vocabulary.mel_filters()
        file.write(_integers(MAGIC, *head, *filters.shape) + filters.tobytes())
        file.write(_integers(len(vocabulary.tokens())))
        for token in vocabulary.tokens():
            file.write(_integers(len(token)) + token)
        for name, values in tensors.items():
            _write_tensor(file, name, values, eight_bits)

    write_whole(path, write)


def full_size(trained: dict, used: list[int]) -> dict[str, np.ndarray]:
    """The tensors with all rows of the vocabulary, without what only training needs."""
    kept = {
        name: value for name, value in trained.items() if not name.startswith("spell.") and not name.endswith("free")
    }
    tensors = {name: value.float().numpy().copy() for name, value in kept.items()}
    rows = tensors["decoder.token_embedding.weight"]
    width = rows.shape[1]
    all_rows = np.zeros((vocabulary.SIZE, width), np.float32)
    all_rows[:, -1] = -SHUT
    rows[:, -1] = 0
    all_rows[used] = rows
    tensors["decoder.token_embedding.weight"] = all_rows
    tensors["decoder.ln.weight"][-1], tensors["decoder.ln.bias"][-1] = 0, SHUT
    for bias in ("encoder.conv1.bias", "encoder.conv2.bias"):
        tensors[bias] = tensors[bias].reshape(-1, 1)
    return tensors


def quantised(values: np.ndarray) -> bytes:
    """Q8_0 of a matrix whose rows are a multiple of 32 long."""
    blocks = values.astype(np.float32).reshape(-1, BLOCK)
    scales = np.abs(blocks).max(axis=1) / LEVELS
    with np.errstate(divide="ignore"):
        inverse = np.where(scales > 0, 1 / scales, 0)
    whole = np.rint(blocks * inverse[:, None]).astype(np.int8)
    packed = np.empty((len(blocks), 2 + BLOCK), np.uint8)
    packed[:, :2] = scales.astype(np.float16)[:, None].view(np.uint8)
    packed[:, 2:] = whole.view(np.uint8)
    return packed.tobytes()


def _write_tensor(file, name: str, values: np.ndarray, eight_bits: bool) -> None:
    matrix = values.ndim >= 2 and "positional" not in name and not name.endswith((".bias",))
    if eight_bits and matrix and values.ndim == 2:
        kind, data = Q8_0, quantised(values)
    elif matrix:
        kind, data = F16, values.astype(np.float16).tobytes()
    else:
        # Rounded to a half's precision, which compresses to half the size.
        exact = values if values.ndim == 1 or not eight_bits else values.astype(np.float16)
        kind, data = F32, exact.astype(np.float32).tobytes()
    file.write(_integers(values.ndim, len(name), kind, *reversed(values.shape)) + name.encode() + data)


def _integers(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}i", *numbers)
