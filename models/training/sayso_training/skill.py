"""A skill's folder as the trainer needs it: its templates, its examples and its catalogue."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from . import numbers
from .catalogue import UNITS, Catalogue
from .grammar import Grammar, Node, TemplateError, parse
from .options import Options
from .written import key

MOST_TEMPLATES = 20_000


class SkillError(ValueError):
    """A skill that nothing can be trained from; says which file and why."""


@dataclass(frozen=True)
class Example:
    """What a shopper says, with the product in it, if there is one that can be changed for another."""

    say: str
    item: str | None
    plain: bool
    """Whether it names nothing at all: no product, number, day or option."""


@dataclass(frozen=True)
class Table:
    """One `[[intents.name]]`: ways to say one thing."""

    intent: str
    templates: list[Node]
    examples: list[Example]

    def own_words(self) -> set[str]:
        """The words of its templates, and of its examples in which nothing is named."""
        plain = {word for example in self.examples if example.plain for word in key(example.say).split()}
        return plain.union(*(template.words() for template in self.templates))


class Skill:
    """One shop's language in one locale."""

    def __init__(self, folder: Path, locale: str = "en"):
        self.folder = folder
        source = folder / "sentences" / f"{locale}.toml"
        data = _toml(source)
        try:
            self.grammar = Grammar(data.get("lists", {}))
            self.tables = [
                Table(
                    intent,
                    [parse(template) for template in table.get("templates", [])],
                    [Example(e["say"], e.get("item"), len(e) == 1) for e in table.get("examples", [])],
                )
                for intent, tables in data.get("intents", {}).items()
                for table in tables
            ]
        except (TemplateError, KeyError, TypeError, AttributeError) as error:
            raise SkillError(f"{source}: {error}") from error
        if not self.tables:
            raise SkillError(f"{source}: no intents")
        if sum(len(table.templates) for table in self.tables) > MOST_TEMPLATES:
            raise SkillError(f"{source}: more than {MOST_TEMPLATES} templates")
        options = folder / "options.toml"
        try:
            self.options = Options(_toml(options) if options.exists() else {}, locale)
        except (KeyError, TypeError, AttributeError) as error:
            raise SkillError(f"{options}: {error}") from error
        fillers = data.get("fillers", {})
        self.lead = [filler for filler in fillers.get("lead", []) + fillers.get("anywhere", []) if filler]
        self.trail = fillers.get("trail", [])
        self.ask = fillers.get("ask", [])
        self.around_yes = fillers.get("around_yes", [])
        synonyms = [name for name in data.get("synonyms", {}) if len(name) < 40]
        try:
            self.catalogue = Catalogue.read(folder / "catalog.csv", synonyms, self._units(data))
        except (OSError, UnicodeError, ValueError) as error:
            raise SkillError(f"{folder / 'catalog.csv'}: {error}") from error

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name

    def named_words(self) -> set[str]:
        """The words that only typed places are filled with: of products and options, counts, days and months. Not
        ordinals: there are but ten of "the sixth one"."""
        names = [*self.catalogue.all_names(), *self.options.all_words()]
        counts = [*numbers.ONES, *numbers.TEENS, *numbers.TENS, *numbers.DAYS, *numbers.MONTHS]
        words = {word for name in [*names, *counts] for word in key(name).split()}
        return words - self.grammar.words() - {word for table in self.tables for word in table.own_words()}

    def from_template(self, table: Table, rng: random.Random) -> str:
        """A sentence that one of the table's templates fits."""
        return self.grammar.expand(rng.choice(table.templates), lambda name: self.place(name, rng), rng)

    def from_example(self, example: Example, rng: random.Random) -> str:
        """An example, now and then with another product in the place of its own."""
        if example.item and rng.random() < 0.8:
            found = re.search(rf"\b{re.escape(example.item)}\b", example.say, re.I)
            if found:
                return example.say[: found.start()] + self.catalogue.bare(rng) + example.say[found.end() :]
        return example.say

    def place(self, name: str, rng: random.Random) -> str:
        """Words for a typed place; a place that is not known here is left empty."""
        shop = self.catalogue
        if name in ("product", "named", "thing"):
            said = shop.several(rng) if rng.random() < 0.1 else shop.counted(rng)
            return self.options.beside(said, rng) if self.options and rng.random() < 0.3 else said
        if name in ("options", "not_options"):
            return self.options.some(rng) if self.options else ""
        if name == "order_number":
            return numbers.digits(rng.choice([3, 4, 4, 5, 6, 6]), rng)
        makers = {
            "not": lambda: shop.bare(rng),
            "it": lambda: rng.choice(["it", "that", "that one", "them", "those", "this one"]),
            "quantity": lambda: self._quantity(rng),
            "was": lambda: numbers.words(numbers.quantity(rng)),
            "money": lambda: numbers.money(rng),
            "money_min": lambda: numbers.money(rng),
            "ordinal": lambda: rng.choice(numbers.ORDINALS),
            "period": lambda: numbers.period(rng),
            "by": lambda: numbers.by_day(rng),
            "digits": lambda: numbers.digits(4, rng),
            "brand": lambda: shop.column("brand", rng),
            "size": lambda: shop.column("size", rng),
            "attribute": lambda: shop.column("words", rng),
            "description": lambda: shop.column(rng.choice(["brand", "size", "words"]), rng),
        }  # fmt: skip
        return makers[name]() if name in makers else ""

    def _quantity(self, rng: random.Random) -> str:
        """ "three", "two packs" """
        count, kind = numbers.quantity(rng), rng.random()
        units = self.catalogue.units
        if units and kind < 0.1:
            return f"one {rng.choice(units)[0]}"
        return numbers.words(count) + (f" {rng.choice(units)[1]}" if units and kind < 0.5 else "")

    @staticmethod
    def _units(data: dict) -> list[str]:
        """What things are counted in in this shop, as its examples say; the usual ones where there are any."""
        tables = [table for tables in data.get("intents", {}).values() for table in tables]
        said = {example["unit"] for table in tables for example in table.get("examples", []) if "unit" in example}
        return sorted(said | set(UNITS)) if said else []


def _toml(path: Path) -> dict:
    try:
        if path.stat().st_size > 16 << 20:
            raise SkillError(f"{path}: larger than 16 MiB")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise SkillError(f"{path}: {error}") from error
