"""What can be asked for beside a product, from a skill's `options.toml`: "oat milk", "two sugars"."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from . import numbers

ARTICLE = re.compile(r"((?:a|an|the|some|more|my|another) )?(.*)", re.S)


@dataclass(frozen=True)
class Value:
    """The words for one option, and its name after a count; empty where it cannot be counted."""

    words: tuple[str, ...]
    many: str


class Options:
    """The options of a shop; none for most shops."""

    def __init__(self, data: dict, locale: str = "en"):
        groups = {group["id"]: group for group in data.get("group", [])}
        self.groups: list[list[Value]] = []
        for group in groups.values():
            counted = group.get("choose") == "several"
            values = []
            for value in group.get("values", []):
                bare = value["words"].get(locale, [])
                amounts = [line for amount in group.get("amounts", []) for line in amount["words"].get(locale, [])]
                said = [line.replace("{}", word) for line in amounts for word in bare]
                many = value.get("many", {}).get(locale, "") if counted else ""
                # The plain words more often than any amount of it.
                values.append(Value(tuple(bare * 4 + said), many))
            if values:
                self.groups.append(values)

    def __bool__(self) -> bool:
        return bool(self.groups)

    def all_words(self) -> list[str]:
        """Every way in which an option is named."""
        return [word for group in self.groups for value in group for word in (*value.words, value.many)]

    def one(self, rng: random.Random) -> str:
        """An option as it is asked for: "a little oat milk", "three sugars"."""
        value = rng.choice(rng.choice(self.groups))
        if value.many and rng.random() < 0.4:
            return f"{numbers.words(rng.randint(2, 5))} {value.many}"
        return rng.choice(value.words)

    def some(self, rng: random.Random) -> str:
        """One to three options: "oat milk and two sugars"."""
        if rng.random() < 0.08:
            return f"no {self.one(rng)}"
        return " and ".join(self.one(rng) for _ in range(rng.choice([1, 1, 1, 2, 2, 3])))

    def beside(self, product: str, rng: random.Random) -> str:
        """A product with options before or after it: "a latte with oat milk"."""
        if rng.random() < 0.7:
            return f"{product} {rng.choice(['with ', 'with ', ''])}{self.some(rng)}"
        article, product = ARTICLE.fullmatch(product).groups(default="")
        return f"{article}{self.one(rng)} {product}"
