"""Family `arithmetic`: sums, differences, products, divisions, remainders, percentages, short expressions."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from bakeoff.suites.forgetting.families.family import Family, Item, generator

Problem = tuple[str, int]

_ASKING = (
    "What is {}?",
    "Calculate {}.",
    "Work out {}.",
    "Compute {} and give the result as a number.",
    "Give the value of {}.",
)


def _sum(rng: Random) -> Problem:
    a, b = rng.randint(100, 9_999), rng.randint(100, 9_999)
    return f"{a} + {b}", a + b


def _difference(rng: Random) -> Problem:
    a, b = rng.randint(100, 9_999), rng.randint(100, 9_999)
    return f"{a} - {b}", a - b


def _product(rng: Random) -> Problem:
    a, b = rng.randint(12, 999), rng.randint(3, 99)
    return f"{a} × {b}", a * b


def _quotient(rng: Random) -> Problem:
    a, b = rng.randint(12, 999), rng.randint(3, 60)
    return f"{a * b} ÷ {b}", a


def _remainder(rng: Random) -> Problem:
    a, b = rng.randint(200, 9_999), rng.randint(3, 29)
    return f"the remainder of {a} divided by {b}", a % b


def _percentage(rng: Random) -> Problem:
    share, whole = rng.choice((5, 10, 15, 20, 25, 30, 40, 60, 75, 80)), rng.randint(3, 400) * 20
    return f"{share}% of {whole}", share * whole // 100


def _three(rng: Random) -> Problem:
    a, b, c = rng.randint(20, 900), rng.randint(3, 40), rng.randint(3, 40)
    return (f"{a} + {b} × {c}", a + b * c) if rng.random() < 0.5 else (f"({a} - {b}) × {c}", (a - b) * c)


def _column(rng: Random) -> Problem:
    terms = [rng.randint(11, 499) for _ in range(4)]
    return " + ".join(map(str, terms)), sum(terms)


_KINDS: tuple[Callable[[Random], Problem], ...] = (
    _sum, _difference, _product, _quotient, _remainder, _percentage, _three, _column,
)  # fmt: skip


def _item(rng: Random) -> Item:
    expression, value = rng.choice(_KINDS)(rng)
    return Item(rng.choice(_ASKING).format(expression), str(value), "number")


ARITHMETIC = Family(
    name="arithmetic",
    about="Whole-number arithmetic: eight kinds of expression with operands of up to four digits.",
    written=False,
    chance=0.0,
    items=generator("arithmetic", _item),
)
