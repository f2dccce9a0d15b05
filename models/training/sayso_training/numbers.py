"""Numbers, digits, dates and amounts in English words, as the recogniser writes them."""

from __future__ import annotations

import random

ONES = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
DAY_OF_MONTH = (
    ORDINALS
    + "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
    + [f"twenty {ordinal}" for ordinal in ORDINALS[:9]]
    + ["thirtieth", "thirty first"]
)


def words(number: int) -> str:
    """0 to 999 in words, without hyphens."""
    if number < 10:
        return ONES[number]
    if number < 20:
        return TEENS[number - 10]
    if number < 100:
        return TENS[number // 10] + ("" if number % 10 == 0 else " " + ONES[number % 10])
    rest = "" if number % 100 == 0 else " " + words(number % 100)
    return ONES[number // 100] + " hundred" + rest


def digits(count: int, rng: random.Random) -> str:
    """So many digits one by one; now and then "oh" is heard for zero and written as zero's word."""
    return " ".join(rng.choice(ONES) for _ in range(count))


def quantity(rng: random.Random) -> int:
    """A number of packs: small ones are common."""
    kind = rng.random()
    if kind < 0.72:
        return rng.randint(2, 6)
    return rng.randint(7, 12) if kind < 0.92 else rng.choice([15, 18, 20, 24, 30, 36, 48, 50])


def money(rng: random.Random) -> str:
    """An amount of dollars."""
    kind = rng.random()
    if kind < 0.7:
        return words(rng.choice([5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 90])) + " dollars"
    if kind < 0.78:
        return "a hundred dollars"
    return f"{words(rng.randint(2, 60))} dollars and {words(rng.choice([10, 25, 49, 50, 75, 95, 99]))} cents"


def period(rng: random.Random) -> str:
    """A time that has been: "last Tuesday", "in March", "yesterday"."""
    return rng.choice(
        [
            lambda: rng.choice(["yesterday", "last week", "last month", "this week", "this month", "today"]),
            lambda: f"last {rng.choice(DAYS)}",
            lambda: f"on {rng.choice(DAYS)}",
            lambda: f"in {rng.choice(MONTHS)}",
            lambda: f"on {rng.choice(MONTHS)} {rng.choice(DAY_OF_MONTH)}",
            lambda: f"{words(rng.randint(2, 6))} {rng.choice(['days', 'weeks', 'months'])} ago",
            lambda: "from last " + rng.choice(["week", "month", "year", *DAYS]),
        ]
    )()


def by_day(rng: random.Random) -> str:
    """A day until which something shall happen."""
    day = rng.choice(["tomorrow", "tonight", "the weekend", "next week", *DAYS, *DAYS])
    if rng.random() < 0.2:
        day = f"{rng.choice(MONTHS)} {rng.choice(DAY_OF_MONTH)}"
    return rng.choice(["by ", "by ", "before ", "on ", ""]) + day
