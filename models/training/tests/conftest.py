"""What the tests share: the sample skills, and a corpus of tones that stands for speech."""

import json
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def skills() -> list[Path]:
    return [ROOT / "skills/household", ROOT / "skills/coffee-bar"]


@pytest.fixture
def spoken_work(tmp_path: Path) -> Path:
    """A work folder whose corpus says "Yes." and "No." in tones, and something foreign."""
    rng = np.random.default_rng(5)
    for name in ("train", "more"):
        folder = tmp_path / "corpus" / name
        folder.mkdir(parents=True)
        items, sounds, at = [], [], 0
        for n in range(60):
            label = ["Yes.", "No.", "[INAUDIBLE]"][n % 3]
            samples = int(rng.uniform(0.3, 0.8) * 16_000)
            tone = np.sin(2 * np.pi * [300, 900, 2000][n % 3] * np.arange(samples) / 16_000)
            sounds.append((tone * 12_000).astype(np.int16))
            told = {"label": label, "say": label, "kind": "answer", "voice": "tone", "speaker": "tone"}
            items.append(told | {"offset": at, "samples": samples})
            at += samples
        np.save(folder / "tone-000.npy", np.concatenate(sounds))
        (folder / "tone-000.json").write_text(json.dumps({"items": items}))
    return tmp_path
