"""The template language of a skill's `sentences/<locale>.toml`, read to make sentences with it.

`docs/skills.md` describes it: `word`, `[there or not]`, `(one|of|these)`, `<list>`, `{place}`. Sayso's
own reader tells what a sentence means; this one draws a random sentence that a template fits.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

TOKEN = re.compile(r"\s*([\[\]()|]|<[a-z0-9_]+>|\{[a-z0-9_]+\}|[^\s\[\]()|<>{}]+)")
MOST_DEEP = 24
"""How deep brackets and lists may be nested; more is a list that names itself."""


class TemplateError(ValueError):
    """A template that cannot be read; says which and why."""


@dataclass
class Node:
    """A part of a template: "word", "place", "list", "all" (in a row), "one" (of these), "maybe"."""

    kind: str
    text: str = ""
    parts: list[Node] = field(default_factory=list)

    def words(self) -> set[str]:
        """The words that it says itself, in small letters."""
        own = {self.text.lower()} if self.kind == "word" else set()
        return own.union(*(part.words() for part in self.parts))


def parse(template: str) -> Node:
    """Reads one template."""
    tokens: list[str] = []
    at = 0
    template = template.strip()
    while at < len(template):
        found = TOKEN.match(template, at)
        if not found:
            raise TemplateError(f"`{template}`: cannot be read from character {at + 1} on")
        tokens.append(found.group(1))
        at = found.end()
    node, rest = _alternatives(tokens, template, 0)
    if rest:
        raise TemplateError(f"`{template}`: `{rest[0]}` closes nothing")
    return node


def _alternatives(tokens: list[str], template: str, depth: int) -> tuple[Node, list[str]]:
    if depth > MOST_DEEP:
        raise TemplateError(f"`{template}`: too deep")
    choices: list[Node] = []
    row: list[Node] = []
    while tokens and tokens[0] not in "])":
        token, tokens = tokens[0], tokens[1:]
        if token == "|":
            choices.append(Node("all", parts=row))
            row = []
        elif token in "[(":
            inner, tokens = _alternatives(tokens, template, depth + 1)
            closing = "]" if token == "[" else ")"
            if not tokens or tokens[0] != closing:
                raise TemplateError(f"`{template}`: `{token}` is not closed")
            tokens = tokens[1:]
            row.append(Node("maybe", parts=[inner]) if token == "[" else inner)
        elif token[0] == "<":
            row.append(Node("list", token[1:-1]))
        elif token[0] == "{":
            row.append(Node("place", token[1:-1]))
        else:
            row.append(Node("word", token))
    choices.append(Node("all", parts=row))
    return (choices[0] if len(choices) == 1 else Node("one", parts=choices)), tokens


class Grammar:
    """The lists of a skill, and how a sentence is drawn from its templates."""

    def __init__(self, lists: dict[str, list[str]], maybe: float = 0.3):
        """`maybe` is the probability that an optional part is there."""
        self.lists = {name: [parse(line) for line in lines] for name, lines in lists.items()}
        self.maybe = maybe

    def words(self) -> set[str]:
        """The words of its lists."""
        return set().union(*(node.words() for nodes in self.lists.values() for node in nodes))

    def expand(self, node: Node, place: Callable[[str], str], rng: random.Random, depth: int = 0) -> str:
        """A random sentence. `place` gives the words for a typed place by its name."""
        if depth > MOST_DEEP:
            raise TemplateError("a list names itself")
        if node.kind == "word":
            return node.text
        if node.kind == "place":
            return place(node.text)
        if node.kind == "list":
            if not self.lists.get(node.text):
                raise TemplateError(f"there is no list <{node.text}>")
            return self.expand(rng.choice(self.lists[node.text]), place, rng, depth + 1)
        if node.kind == "maybe" and rng.random() >= self.maybe:
            return ""
        parts = [rng.choice(node.parts)] if node.kind == "one" else node.parts
        return " ".join(filter(None, (self.expand(part, place, rng, depth + 1) for part in parts)))
