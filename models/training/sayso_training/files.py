"""Files that are whole or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable) -> None:
    """Writes a file under another name and renames it, so that a kill leaves nothing half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_json(path: Path, value) -> None:
    """As JSON, in one piece."""
    write_whole(path, lambda file: file.write(json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"))


def write_torch(path: Path, state: dict) -> None:
    """A checkpoint, in one piece."""
    import torch

    write_whole(path, lambda file: torch.save(state, file))
