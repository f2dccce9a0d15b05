"""The vocabulary, the pictures, the network and its file."""

import json
import os
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.io import wavfile

from sayso_training import export, features, vocabulary
from sayso_training.model import NEAR, Recogniser, Shape
from sayso_training.package import describe

USED = [11, 40, 5297, vocabulary.END, vocabulary.START, vocabulary.NO_SPEECH, vocabulary.NO_TIMESTAMPS]
SHAPE = Shape(len(USED), width=64, heads=2, encoder_layers=1, decoder_layers=1)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    torch.manual_seed(1)
    model = Recogniser(SHAPE)
    path = tmp_path / "model.pt"
    torch.save({"model": model.state_dict(), "shape": SHAPE.as_dict(), "used": USED}, path)
    return path


@pytest.mark.parametrize("text", ["Reorder paper towels.", "crème brûlée", "Häagen-Dazs", "☕ please", "x" * 300, ""])
def test_any_text_is_the_same_after_it_was_tokens(text):
    numbers = vocabulary.encode(text)
    assert all(0 <= number < vocabulary.END for number in numbers)
    assert vocabulary.decode(numbers) == text


def test_the_special_tokens_are_where_whisper_cpp_looks_for_them():
    assert len(vocabulary.tokens()) == vocabulary.END + 1 == 50_257
    assert (vocabulary.START, vocabulary.NO_SPEECH, vocabulary.NO_TIMESTAMPS) == (50_257, 50_361, 50_362)


def test_a_picture_is_the_logarithm_of_the_mel_spectrum():
    time = np.arange(16_000) / 16_000
    tone = (0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    picture = features.log_mel([tone], 50, torch.from_numpy(vocabulary.mel_filters()))[0].numpy()
    column = 30
    piece = tone[column * 160 - 200 : column * 160 + 200] * np.hanning(401)[:400]
    power = np.abs(np.fft.rfft(piece)) ** 2
    log = np.log10(np.maximum(vocabulary.mel_filters() @ power, 1e-10))
    assert picture.shape == (80, 100)
    assert np.allclose(picture[:, column], (np.maximum(log, log.max() - 8) + 4) / 4, atol=2e-2)


def test_the_audio_context_is_the_one_that_the_program_asks_for():
    assert [features.context(n) for n in (0, 16_000, 16_001, 160_000)] == [48, 58, 59, 500]


def test_heads_begin_by_looking_near():
    torch.manual_seed(2)
    shape = Shape(100)
    encoder = Recogniser(shape).encoder
    sound = torch.randn(1, 160, 240) * 0.3
    mel = torch.nn.functional.interpolate(sound.transpose(1, 2), 160).transpose(1, 2)[:, :80]
    x = torch.nn.functional.gelu(encoder.conv1(mel), approximate="tanh")
    x = torch.nn.functional.gelu(encoder.conv2(x), approximate="tanh").transpose(1, 2)
    x = x + encoder.positional_embedding[: x.shape[1]]
    block = encoder.blocks[0]
    _, looked = block.attn(block.attn_ln(x))
    middle = range(20, x.shape[1] - 20)
    for head, away in enumerate(NEAR):
        right = sum(int(looked[0, head, t].argmax()) == t + away for t in middle)
        assert right > 0.6 * len(middle), away


def test_eight_bits_are_close_to_the_weights():
    rng = np.random.default_rng(3)
    weights = rng.normal(0, 0.1, (7, 64)).astype(np.float32)
    blocks = np.frombuffer(export.quantised(weights), np.uint8).reshape(-1, 34)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    back = (blocks[:, 2:].view(np.int8) * scales).reshape(weights.shape)
    assert np.abs(back - weights).max() <= np.abs(weights).max() / export.LEVELS


def test_the_file_names_every_tensor_once_and_ends_where_it_says(checkpoint, tmp_path):
    path = tmp_path / "model.bin"
    export.export(checkpoint, path, eight_bits=True)
    data = path.read_bytes()
    head = struct.unpack_from("<12i", data)
    assert head[0] == export.MAGIC and head[1] == vocabulary.SIZE and head[-1] == export.EIGHT_BITS
    names = read_tensors(data)
    assert len(names) == len(set(names)) and "decoder.token_embedding.weight" in names
    assert not any(name.startswith("spell") for name in names)


def read_tensors(data: bytes) -> list[str]:
    """The names of a ggml file's tensors; fails where the file is not exactly that."""
    at = 48 + 8 + 80 * 201 * 4
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        at += 4 + struct.unpack_from("<i", data, at)[0]
    names = []
    while at < len(data):
        dimensions, length, kind = struct.unpack_from("<3i", data, at)
        shape = struct.unpack_from(f"<{dimensions}i", data, at + 12)
        at += 12 + 4 * dimensions
        names.append(data[at : at + length].decode())
        size = int(np.prod(shape))
        at += length + {export.F32: size * 4, export.F16: size * 2, export.Q8_0: size // 32 * 34}[kind]
    assert at == len(data)
    return names


def test_a_token_that_was_never_trained_can_never_win(checkpoint):
    state = torch.load(checkpoint, weights_only=True)
    tensors = export.full_size(state["model"], USED)
    rows = tensors["decoder.token_embedding.weight"]
    rng = np.random.default_rng(4)
    for _ in range(20):
        x = rng.normal(0, 5, SHAPE.width)
        x = (x - x.mean()) / x.std() * tensors["decoder.ln.weight"] + tensors["decoder.ln.bias"]
        scores = rows @ x
        unused = np.delete(scores, USED)
        assert np.allclose(unused, -64, atol=1e-3) and scores[USED].max() > unused.max() + 20


@pytest.mark.parametrize("eight_bits", [True, False], ids=["in eight bits", "in halves"])
def test_whisper_cpp_loads_and_runs_the_file(checkpoint, tmp_path, eight_bits):
    program = os.environ.get("SAYSO_PROGRAM")
    if not program:
        pytest.skip("SAYSO_PROGRAM is not set: no program to hear with")
    model = tmp_path / "model.bin"
    export.export(checkpoint, model, eight_bits)
    model.with_suffix(".toml").write_text(describe(model, "a test", None))
    rng = np.random.default_rng(5)
    sound = (rng.normal(0, 3000, 16_000) * np.repeat(rng.random(100), 160)).astype(np.int16)
    wavfile.write(tmp_path / "one.wav", 16_000, sound)
    (tmp_path / "list.jsonl").write_text(json.dumps({"id": "1", "wav": "one.wav"}) + "\n")
    command = [program, "models", "hear", str(tmp_path / "list.jsonl"), "--model-file", str(model), "--json"]
    # The program refuses settings of its own that it does not know, and the name of this variable looks like one.
    outside = {name: value for name, value in os.environ.items() if name != "SAYSO_PROGRAM"}
    outside["SAYSO_DATA"] = str(tmp_path / "data")
    done = subprocess.run(command, capture_output=True, text=True, env=outside)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == "1"
