"""Speech that is not the shop's: other requests, small talk, reading aloud, lone words, other languages."""

from __future__ import annotations

import pydoc_data.topics
import random
import re
import tomllib
from functools import cache
from pathlib import Path

from .written import written

TEXTS = Path(__file__).with_name("foreign.toml")


@cache
def texts() -> dict:
    """The texts of `foreign.toml`."""
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


@cache
def prose() -> list[str]:
    """Words of English prose in their order: Python's own manual, which every Python has."""
    pages = " ".join(pydoc_data.topics.topics[name] for name in sorted(pydoc_data.topics.topics))
    plain = " ".join(line for line in pages.split("\n") if not re.search(r"[=(){}<>_|*`\\]", line))
    return re.findall(r"[a-z]{2,12}", plain.lower())


def english(rng: random.Random) -> str:
    """An English sentence, or a few words, that no shop is meant by."""
    kind = rng.random()
    if kind < 0.36:
        text = _filled(rng.choice(texts()["sentences"]), rng)
    elif kind < 0.58:
        # Lone words near the ones that decide: "yet" shall not be a yes.
        text = rng.choice(texts()["near"])
        if rng.random() < 0.3:
            text += " " + rng.choice(texts()["near"])
    elif kind < 0.66:
        text = " ".join(rng.choice(texts()["words"]) for _ in range(rng.randint(1, 6)))
    elif kind < 0.74:
        text = " ".join(rng.choice(prose()) for _ in range(rng.randint(1, 7)))
    else:
        length = rng.randint(3, 11)
        at = rng.randrange(len(prose()) - length)
        text = " ".join(prose()[at : at + length])
    return written(text, rng)


def other(language: str, rng: random.Random) -> str:
    """A sentence of another language, or English words for its voice to mangle."""
    own = texts()["languages"].get(language, [])
    if own and rng.random() < 0.6:
        return rng.choice(own)
    return " ".join(rng.choice(prose()) for _ in range(rng.randint(2, 7)))


def _filled(template: str, rng: random.Random) -> str:
    lists = texts()["lists"]
    while found := re.search(r"<(\w+)>", template):
        template = template.replace(found.group(0), rng.choice(lists[found.group(1)]), 1)
    return template
