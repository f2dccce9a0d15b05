"""The names of a skill's products as shoppers say them, from its `catalog.csv`."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import numbers

UNITS = {
    "pack": "packs", "box": "boxes", "bottle": "bottles", "can": "cans", "bag": "bags", "roll": "rolls",
    "jar": "jars", "carton": "cartons", "tube": "tubes", "loaf": "loaves", "case": "cases", "bar": "bars",
    "bunch": "bunches", "pound": "pounds", "gallon": "gallons", "piece": "pieces",
}  # fmt: skip
MOST_PRODUCTS = 200_000


@dataclass(frozen=True)
class Product:
    """One product: "paper towels", "Northwind", "six pack", ("organic",)."""

    name: str
    brand: str
    size: str
    words: tuple[str, ...]


class Catalogue:
    """What can be asked for in a shop."""

    def __init__(self, products: list[Product], named: Sequence[str] = (), units: Sequence[str] = ()):
        """`named` are other names for products, the customers' own; `units` what they are counted in here."""
        if not products:
            raise ValueError("the catalogue is empty: there is nothing that the recogniser could learn to hear")
        self.products = products
        self.named = list(named)
        self.units = [(unit, UNITS.get(unit, unit + "s")) for unit in units]

    @classmethod
    def read(cls, path: Path, named: Sequence[str] = (), units: Sequence[str] = ()) -> Catalogue:
        """Reads a feed in Google's product data specification."""
        products = set()
        text = path.read_text(encoding="utf-8-sig")
        delimiter = "\t" if "\t" in text.split("\n", 1)[0] else ","
        for row in csv.DictReader(text.splitlines(), delimiter=delimiter):
            kind = (row.get("product_type") or "").split(">")[-1].strip()
            name = kind or (row.get("title") or "").split(",")[0].strip()
            told = [row.get(column) or "" for column in ("color", "material", "pattern", "product_highlight")]
            told = [word.strip().lower() for cell in told for word in cell.replace("/", ",").split(",")]
            if name:
                words = tuple(word for word in told if 0 < len(word) <= 24)
                products.add(
                    Product(plain(name), (row.get("brand") or "").strip(), (row.get("size") or "").strip(), words)
                )
            if len(products) > MOST_PRODUCTS:
                raise ValueError(f"{path}: more than {MOST_PRODUCTS} products")
        return cls(sorted(products, key=lambda p: (p.name, p.brand, p.size, p.words)), named, units)

    def all_names(self) -> list[str]:
        """Every name, brand, size and telling word, and what things are counted in."""
        told = [name for p in self.products for name in (p.name, p.brand, p.size, *p.words)]
        return [*told, *self.named, *(name for unit in self.units for name in unit)]

    def bare(self, rng: random.Random) -> str:
        """A product without a count: "Northwind paper towels"."""
        if self.named and rng.random() < 0.08:
            return rng.choice(self.named)
        # By name first, so that a thing with thirty variants is not heard of thirty times.
        name = rng.choice(self._names())
        product = rng.choice(self._by_name[name])
        text = name
        if product.words and rng.random() < 0.15:
            text = f"{rng.choice(product.words)} {text}"
        if product.size and rng.random() < 0.12:
            text = f"{product.size} {text}" if rng.random() < 0.7 else f"{text} {product.size}"
        if product.brand and rng.random() < 0.16:
            text = f"{product.brand} {text}"
        return text

    def counted(self, rng: random.Random) -> str:
        """A product as it is asked for: "two packs of batteries"."""
        bare, kind = self.bare(rng), rng.random()
        if not self.units and kind > 0.78:
            return f"{rng.choice(['a', 'one', 'another', 'two', 'three'])} {bare}"
        one, many = rng.choice(self.units or [("", "")])
        if kind < 0.42 or 0.60 <= kind < 0.70 and not one:
            return bare
        if kind < 0.60:
            plural = bare.endswith("s") and not bare.endswith("ss")
            return rng.choice(["the ", "some ", "more ", "my ", "some " if plural else "a "]) + bare
        if kind < 0.70:
            return f"{rng.choice(['a', 'one', 'another'])} {one} of {bare}"
        if kind < 0.78:
            return f"{numbers.words(numbers.quantity(rng))} {bare}"
        if kind < 0.82:
            return f"{rng.choice(['a', 'one', 'two', 'three'])} {rng.choice(['six', 'twelve'])} pack of {bare}"
        if kind < 0.97:
            return f"{numbers.words(numbers.quantity(rng))} {many} of {bare}"
        return f"{rng.choice(['a couple of', 'a few', 'half a dozen', 'a dozen'])} {many} of {bare}"

    def several(self, rng: random.Random) -> str:
        """Two to four products: "coffee, milk and two packs of batteries"."""
        names = [
            self.bare(rng) if rng.random() < 0.7 else self.counted(rng) for _ in range(rng.choice([2, 2, 3, 3, 4]))
        ]
        return ", ".join(names[:-1]) + " and " + names[-1]

    def column(self, column: str, rng: random.Random) -> str:
        """A brand, a size or a telling word; a product where the catalogue has none."""
        cells = {"brand": self._brands, "size": self._sizes, "words": self._told}[column]()
        return rng.choice(cells) if cells else self.bare(rng)

    def _names(self) -> list[str]:
        if not hasattr(self, "_by_name"):
            self._by_name: dict[str, list[Product]] = {}
            for product in self.products:
                self._by_name.setdefault(product.name, []).append(product)
            self._sorted = sorted(self._by_name)
        return self._sorted

    def _brands(self) -> list[str]:
        return sorted({product.brand for product in self.products if product.brand})

    def _sizes(self) -> list[str]:
        return sorted({product.size for product in self.products if product.size})

    def _told(self) -> list[str]:
        return sorted({word for product in self.products for word in product.words})


def plain(name: str) -> str:
    """ "Paper towels" as it stands in a sentence: "paper towels"; "Vitamin C" keeps its capital."""
    first, *rest = name.split(" ")
    return " ".join([first.lower() if first[1:].islower() or len(first) == 1 else first, *rest])
