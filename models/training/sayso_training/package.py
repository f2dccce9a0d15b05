"""A finished model and what is written beside it: size, checksum, settings."""

from __future__ import annotations

import hashlib
from pathlib import Path

import zstandard

from .features import LEAST, MOST, SPARE
from .files import write_whole

LONGEST_SECONDS = 10


def sha256(path: Path) -> str:
    """In lower-case hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compress(path: Path, packed: Path) -> int:
    """zstd at its strongest; gives the size in bytes."""
    data = zstandard.ZstdCompressor(level=22).compress(path.read_bytes())
    write_whole(packed, lambda file: file.write(data))
    return len(data)


def entry(path: Path, description: str, confidence: dict[str, float] | None) -> str:
    """The model's entry as in `models/manifest.toml`, without its name."""
    lines = [
        f'description = "{description}"',
        f'file = "{path.name}"',
        f"size = {path.stat().st_size}",
        f'sha256 = "{sha256(path)}"',
        'licence = "Apache-2.0 OR MIT"',
        'languages = ["en"]',
        f"longest_seconds = {LONGEST_SECONDS}",
        f"context = {{ spare = {SPARE}, least = {LEAST}, most = {MOST} }}",
    ]
    if confidence:
        lines.append("confidence = { " + ", ".join(f"{name} = {value:.5g}" for name, value in confidence.items()) + " }")
    return "\n".join(lines) + "\n"
