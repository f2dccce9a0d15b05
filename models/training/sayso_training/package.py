"""A finished model and what is written beside it: size, checksum, settings."""

from __future__ import annotations

import hashlib
from pathlib import Path

import zstandard

from .calibrate import Confidence
from .features import LEAST, MOST, SPARE
from .files import write_whole

LONGEST_SECONDS = 10
UNFITTED_FLOOR = 0.75
"""The mean token probability that a text needs while no confidence has been fitted."""
NO_SPEECH_CEILING = 0.8


def sha256(path: Path) -> str:
    """In lower-case hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compress(path: Path, packed: Path) -> int:
    """zstd at its strongest; gives the size in bytes."""
    data = zstandard.ZstdCompressor(level=22).compress(path.read_bytes())
    write_whole(packed, lambda file: file.write(data))
    return len(data)


def describe(path: Path, description: str, confidence: Confidence | None) -> str:
    """The model's description as `models/manifest.toml` and an installed model's own file have it."""
    lines = [
        f'description = "{description}"',
        f"size = {path.stat().st_size}",
        f'sha256 = "{sha256(path)}"',
        'licence = "Apache-2.0 OR MIT"',
        'languages = ["en"]',
        f"confidence_floor = {confidence.floor if confidence else UNFITTED_FLOOR}",
        *([f"short_floor = {confidence.short_floor}"] if confidence else []),
        f"no_speech_ceiling = {NO_SPEECH_CEILING}",
        f"longest_seconds = {LONGEST_SECONDS}",
        "",
        "[context]",
        f"spare = {SPARE}",
        f"least = {LEAST}",
        f"most = {MOST}",
    ]
    if confidence:
        lines += ["", "[confidence]"] + [f"{name} = {value:.5g}" for name, value in confidence.weights.items()]
    return "\n".join(lines) + "\n"
