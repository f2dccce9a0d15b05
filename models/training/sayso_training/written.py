"""From a template's words to a written sentence: short forms, capitals, the closing mark."""

from __future__ import annotations

import hashlib
import random
import re

from .numbers import DAYS, MONTHS, ONES, words

DONE = (
    r"\b(?= (?:just |already |never |not )?"
    r"(?:asked|bought|called|cancelled|changed|decided|finished|forgotten|got|had|been|made|gone|lost|needed|ordered|paid|"
    r"placed|received|returned|run|said|seen|used|wanted)\b)"
)
"""Before what "have" is short: "I've run out of milk", but not "what do I've in the trolley"."""
SHORT_FORMS = [
    (r"\bi am\b", "i'm"), (r"\bi will\b", "i'll"), (r"\bi would\b", "i'd"), (rf"\bi have{DONE}", "i've"),
    (r"\bwe are\b", "we're"), (r"\bwe will\b", "we'll"), (rf"\bwe have{DONE}", "we've"), (r"\bwe would\b", "we'd"),
    (r"\bdo not\b", "don't"), (r"\bdoes not\b", "doesn't"), (r"\bdid not\b", "didn't"), (r"\bis not\b", "isn't"),
    (r"\bare not\b", "aren't"), (r"\bcan not\b|\bcannot\b", "can't"), (r"\bwill not\b", "won't"),
    (r"\bhas not\b", "hasn't"), (r"\bhave not\b", "haven't"), (r"\bwhat is\b", "what's"), (r"\bwhere is\b", "where's"),
    (r"\bwho is\b", "who's"), (r"\bhow is\b", "how's"), (r"\bthat is\b", "that's"), (r"\bit is\b", "it's"),
    (r"\bthere is\b", "there's"), (r"\blet us\b", "let's"), (r"\byou are\b", "you're"), (r"\bit has\b", "it's"),
]  # fmt: skip
"""Templates are written without short forms; people speak with them."""

ALWAYS_SHORT = [(r"\blet us (?=\w)", "let's ")]
QUESTION = re.compile(
    r"^(?:(?:hey|okay|so|well|um|uh|and|please|sayso|oh),? )*"
    r"(?:what|which|where|when|who|how|why|is|are|do|does|did|can|could|would|will|has|have|may|should|any)\b",
    re.I,
)
NO_QUESTION = re.compile(r"^(?:will take|have a|do (?:it|that|not))\b", re.I)
NAMED_ALREADY = "a|an|the|my|our|your|another|any|some|same|cheaper|cheapest|last|next|other|usual"
"""After one of these there is no article: "my usual latte", not "my usual a latte"."""
AGAIN = re.compile(
    rf"\b({NAMED_ALREADY}) (?:(?:a|an|the|some|my|our) (?!(?:dear|few|little|couple|bit|lot|dozen)\b))+(?=\w)", re.I
)
TWICE = re.compile(r"\b(by|on|with|of|for|a|the) (?:\1 )+", re.I)
AN = re.compile(r"(?<!triple )(?<!double )(?<!vitamin )\ba (?=(?!one\b|uni|use|usual|usb|ut[ei]|eu|ewe)[aeiou])", re.I)
"""Where the article before a drawn word is another: "an iced tea"."""
CAPITALS = {name.lower(): name for name in [*DAYS, *MONTHS] if name not in ("March", "May")} | {
    "i": "I", "i'm": "I'm", "i'll": "I'll", "i'd": "I'd", "i've": "I've", "pin": "PIN", "sayso": "Sayso",
}  # fmt: skip


COUNTED_OUT = re.compile(rf"\b({'|'.join(ONES)}), (?=(?:{'|'.join(ONES)})\b)", re.I)
"""Digits that are read out one by one: no commas between them."""


def written(spoken: str, rng: random.Random, short: float = 0.65) -> str:
    """A sentence: `i am out of milk` becomes "I'm out of milk."."""
    text = _with_one_article(" ".join(_in_words(spoken).split()))
    for long, brief in ALWAYS_SHORT:
        text = re.sub(long, brief, text, flags=re.I) if rng.random() < 0.8 else text
    for long, brief in SHORT_FORMS:
        if rng.random() < short:
            # A sentence may end with the long form only: "how much it is".
            text = re.sub(rf"(?:{long})(?=\s+\S)", brief, text, flags=re.I)
    text = " ".join(CAPITALS.get(word.lower().strip(",."), word) if word else word for word in text.split(" "))
    text = COUNTED_OUT.sub(r"\1 ", text).rstrip(" ,.?!")
    if not text:
        return ""
    question = QUESTION.match(text) and not NO_QUESTION.match(text)
    return text[0].upper() + text[1:] + ("?" if question else ".")


def _with_one_article(text: str) -> str:
    """As people say it, where a place brings an article of its own: "the a latte" is "the latte", "a iced tea" "an iced
    tea", "by on Friday" "by Friday"."""
    text = TWICE.sub(r"\1 ", text)
    text = AGAIN.sub(r"\1 ", text)
    text = re.sub(r"\bby on ", "by ", text, flags=re.I)
    return AN.sub(lambda m: f"{m[0][0]}n ", text)


def _in_words(text: str) -> str:
    """Figures as they are read out: one by one from three on; hyphens and other signs are gone."""
    text = re.sub(r"\bre-", "re", text, flags=re.I)
    text = re.sub(r"\d+", lambda n: words(int(n[0])) if len(n[0]) < 3 else " ".join(ONES[int(d)] for d in n[0]), text)
    return re.sub(r"[^A-Za-z' ,.?!]", " ", text)


def key(text: str) -> str:
    """What two sentences have in common that differ in capitals and marks only."""
    return " ".join(re.sub(r"[^a-z0-9' ]", "", text.lower()).split())


def held_out(text: str, least: int = 3) -> bool:
    """Whether this sentence is never trained with: one of fifteen, of those with `least` words and more.

    Shorter ones of a shop cannot be held out: there is only one "yes".
    """
    sentence = key(text)
    if len(sentence.split()) < least:
        return False
    return int.from_bytes(hashlib.sha256(sentence.encode()).digest()[:4], "big") % 15 == 0
