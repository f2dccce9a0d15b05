"""What is said in training and in tests: the skills' own sentences, and much that is none of them."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import foreign, numbers
from .skill import Skill, SkillError
from .written import held_out, key, written

UNHEARD = "[INAUDIBLE]"
"""The text for speech that is not the shop's."""
BLANK = "[BLANK_AUDIO]"
"""The text for silence, noise and music: the annotation that whisper.cpp's own models use."""

COMMON = {"buy": 4.0, "reorder": 3.0, "yes": 2.0, "no": 2.0, "add_to_cart": 2.0, "change_cart": 1.6, "choose": 2.0}
"""How often an intent is said, where that is not once."""
ENGINE = set(
    "launch help reorder buy search choose details price stock add_to_cart remove_from_cart change_cart list_cart "
    "clear_cart check_out order_status cancel_order return_item delivery_date yes no correct digits repeat back "
    "cancel wait stop human purchases undo thanks".split()
)
"""The intents that every shop has; the others are a skill's own."""
SHORT_WORDS = 3
"""A text of so many words and fewer is an answer rather than a sentence; they are heard worst."""
LONGEST = 88
"""The most characters: longer sentences are seldom spoken in one breath, and cost most."""
AS_SAID = 0.4
"""The part of the sentences that are trained with that is drawn as it is said; the rest prefers what is seldom said."""
CANDIDATES = 20
"""Sentences of which one is chosen for the rarest word in it."""
MOST_DRAWS = 5_000
"""After so many sentences of which none fits, there is none."""
VERBS = set(
    "add arrange ask bring browse buy call cancel change check checkout clear close confirm connect contact continue "
    "decrease delete describe discard do double drop empty erase explain find finish forget get give go grab have hear "
    "help include increase keep know leave let list look lower make mark move open order pass pay pick place play "
    "prepare purchase put raise read rebuy recommend refund remove reorder repeat replace replenish replay reserve "
    "reset restart restate restock return say search see select send ship shop show speak spell start stop suggest "
    "swap switch take talk tell track turn try undo update use wait want".split()
)
"""What "could you" and "I want to" may stand before."""
ASKED = re.compile(r"^(what|where|when|who|how|which|if)\b", re.I)
TELLING = re.compile(r"\b(know|tell me)$", re.I)
"""How an opening ends that stands before a question: "could you tell me where …"."""


@dataclass(frozen=True)
class Utterance:
    """What a voice says, the text that shall be heard, and what it is an example of."""

    say: str
    label: str
    kind: str


class Sentences:
    """Draws utterances of one or more skills. The same seed draws the same ones."""

    def __init__(self, skills: list[Path], seed: int, locale: str = "en"):
        if not skills:
            raise SkillError("no skill is named")
        self.rng = random.Random(seed)
        self.skills = [Skill(Path(folder), locale) for folder in skills]
        self.weights = [len(skill.catalogue.products) ** 0.5 + len(skill.tables) for skill in self.skills]
        self.tables = {skill: self._weights(skill) for skill in self.skills}
        self.named = set().union(*(skill.named_words() for skill in self.skills))
        # A wake-up word or one shared "yes" is said in every shop; what is not in any is foreign.
        self.answers = {skill: self._answers(skill) for skill in self.skills}
        self.known = {key(text) for texts in self.answers.values() for text in texts}
        self.often = Counter(word for _ in range(12_000) for word in set(key(self._any().label).split()))

    def training(self) -> Utterance:
        """A sentence that may be trained with. Half of a shop's words are said once in a thousand sentences, and
        what was heard three times is not learned: such words come more often here than they are said. Answers and
        numbers, on which money depends, are as many as they are."""
        utterance = self._trainable()
        if utterance.kind in ("answer", "number") or self.rng.random() < AS_SAID:
            return utterance
        some = [self._trainable() for _ in range(CANDIDATES)]
        return self.rng.choices(some, [self._rareness(other) for other in some])[0]

    def test(self) -> Utterance:
        """A sentence that no model has been trained with, drawn as they are said. Raises `SkillError` where there are
        too few of them."""
        found = self._first(lambda utterance: self.held_out(utterance.label))
        if not found:
            raise SkillError("too few different sentences to judge a model by; more templates or products are needed")
        return found

    def phrase(self) -> Utterance:
        """One of the shop's own fixed sentences, in which nothing is named; a model is trained with these. Where
        there are none, any that it is trained with."""
        kinds = ("sentence", "short")
        found = self._first(lambda utterance: utterance.kind in kinds and not self._names(utterance.label))
        return found or self._trainable()

    def held_out(self, text: str) -> bool:
        """Whether this sentence is never trained with: one of fifteen of those that name a product, an option, a
        number or a day. A fixed one, "what are your opening hours", has no others that it could be learned from."""
        return self._names(text) and held_out(text)

    def answer(self) -> Utterance:
        """One of the shortest and most decisive: yes, no, stop, cancel, a digit, an ordinal."""
        rng = self.rng
        text = rng.choice(
            [
                lambda: rng.choice(["yes", "yes", "yes please", "yeah", "yep"]),
                lambda: rng.choice(["no", "no", "no thanks", "no thank you", "nope"]),
                lambda: rng.choice(["stop", "stop", "cancel", "cancel", "cancel that"]),
                lambda: rng.choice(numbers.ONES),
                lambda: rng.choice(["", "the ", "the "]) + rng.choice(numbers.ORDINALS[:6]) + rng.choice(["", " one"]),
            ]
        )()
        return self._utterance(text, "answer")

    def number(self) -> Utterance:
        """A PIN of four digits or the number of an order."""
        rng = self.rng
        pin, order = numbers.digits(4, rng), numbers.digits(rng.choice([3, 4, 5, 6]), rng)
        frames = (
            ["{pin}"] * 5
            + ["my pin is {pin}"] * 3
            + ["the pin is {pin}", "it is {pin}", "pin {pin}", "my code is {pin}"]
        )
        frames += ["order {order}", "order number {order}", "number {order}", "my order number is {order}"]
        frames += ["where is order {order}", "cancel order {order}", "track order number {order}", "{order}"]
        return self._utterance(rng.choice(frames).format(pin=pin, order=order), "number")

    def held_out_number(self) -> Utterance:
        """A number that no model has been trained with."""
        while True:
            utterance = self.number()
            if self.held_out(utterance.label):
                return utterance

    def test_mix(self) -> Utterance:
        """For fitting the confidence: sentences, with answers, numbers and phrases as often as they are said."""
        kind = self.rng.random()
        if kind < 0.35:
            return self.answer() if kind < 0.2 else self.held_out_number()
        return self.phrase() if kind < 0.55 else self.test()

    def foreign(self, test: bool = False) -> Utterance:
        """English that is not the shop's: the recogniser shall not make a shopping sentence of it."""
        while True:
            text = foreign.english(self.rng)
            words = key(text).split()
            shop_like = key(text) in self.known or len(words) < 4 and self.often.keys() >= set(words)
            if words and not shop_like and held_out(text, least=1) == test:
                return Utterance(text, UNHEARD, "foreign")

    def foreign_text(self, language: str) -> str:
        """A sentence of another language, by its espeak-ng name."""
        return foreign.other(language, self.rng)

    def _trainable(self) -> Utterance:
        while True:
            utterance = self._any()
            if not self.held_out(utterance.label):
                return utterance

    def _first(self, fits: Callable[[Utterance], bool]) -> Utterance | None:
        return next(filter(fits, (self._any() for _ in range(MOST_DRAWS))), None)

    def _names(self, text: str) -> bool:
        return not self.named.isdisjoint(key(text).split())

    def _rareness(self, utterance: Utterance) -> float:
        return 1 / min((self.often[word] + 1 for word in key(utterance.label).split()), default=1e9)

    def _any(self) -> Utterance:
        rng = self.rng
        skill = rng.choices(self.skills, self.weights)[0]
        kind = rng.random()
        if kind < 0.12:
            return self._utterance(self._framed(rng.choice(self.answers[skill]), skill, 0.08), "short")
        if kind < 0.18:
            return self.answer()
        if kind < 0.28:
            return self.number()
        if kind < 0.34:
            return self._utterance(
                skill.place(rng.choice(["quantity", "money", "ordinal", "period", "by"]), rng), "phrase"
            )
        if kind < 0.43:
            named = skill.catalogue.bare(rng) if rng.random() < 0.5 else skill.place("product", rng)
            return self._utterance(self._framed(named, skill, 0.25), "product")
        table = rng.choices(skill.tables, self.tables[skill])[0]
        if table.examples and (kind < 0.60 or not table.templates):
            return self._utterance(
                self._framed(skill.from_example(rng.choice(table.examples), rng), skill, 0.05), "sentence"
            )
        return self._utterance(self._framed(skill.from_template(table, rng), skill, 0.35), "sentence")

    def _weights(self, skill: Skill) -> list[float]:
        """How often each table's intent is said. What only this shop does is said as often as it has examples."""
        tables = Counter(table.intent for table in skill.tables)
        examples = Counter(table.intent for table in skill.tables for _ in table.examples)
        own = {intent: max(1.0, examples[intent] / 1.5) for intent in tables if intent not in ENGINE}
        return [own.get(t.intent, COMMON.get(t.intent, 1.0)) / tables[t.intent] for t in skill.tables]

    def _answers(self, skill: Skill) -> list[str]:
        """The skill's short texts: its shortest examples, and what its plainest templates say."""
        texts = {example.say for table in skill.tables for example in table.examples}
        for table in skill.tables:
            for _ in range(6 * len(table.templates)):
                texts.add(skill.from_template(table, self.rng))
        return sorted({text for text in texts if 0 < len(text.split()) <= SHORT_WORDS})

    def _framed(self, text: str, skill: Skill, often: float) -> str:
        """With what people say around a request: "could you … please"."""
        rng = self.rng
        kind = rng.random()
        if kind >= often or len(text.split()) > 12:
            return text
        if text[1:2].islower() and text.split()[0].istitle():
            text = text[0].lower() + text[1:]
        if kind < often * 0.4 and skill.lead:
            return f"{rng.choice(skill.lead)} {text}"
        if kind < often * 0.7 and skill.ask:
            opening = rng.choice(skill.ask)
            fits = ASKED.match(text) if TELLING.search(opening) else text.partition(" ")[0].lower() in VERBS
            return f"{opening} {text}" if fits else text
        return f"{text} {rng.choice(skill.trail)}" if skill.trail else text

    def _utterance(self, text: str, kind: str) -> Utterance:
        label = written(text, self.rng)
        if not label or len(label) > LONGEST:
            return self._any()
        return Utterance(label, label, kind)
