"""The shop: sixty invented products, what was true of them, and what is true since some of it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from bakeoff.examples.support.world.attributes import ATTRIBUTES, COLOURS, MATERIALS, Attribute, fill
from bakeoff.examples.support.world.names import SHOP_NAMES, VARIANTS

COUNT = 60
_SEED = "the shop"
_CHANGED_PRODUCTS = 27
_CHANGES_EACH = 3

_TOWNS = (
    "Haldern", "Ostmark", "Pellin", "Quarnby", "Tolvik", "Sundrel", "Marnhof", "Vessby", "Lirna", "Korvik",
)  # fmt: skip


def _steps(low: int, high: int, step: int, unit: str) -> Callable[[Random], str]:
    return lambda rng: f"{rng.randrange(low, high + 1, step)} {unit}"


# Values as a shop has them; those of pretraining are drawn from wider ranges.
_VALUES: dict[str, Callable[[Random], str]] = {
    "warranty period": lambda rng: f"{rng.choice((6, 12, 18, 24, 30, 36, 48, 60))} months",
    "battery life": _steps(4, 72, 2, "hours"),
    "radio range": _steps(10, 250, 5, "metres"),
    "price": _steps(19, 399, 10, "euros"),
    "colour": lambda rng: rng.choice(COLOURS),
    "weight": _steps(40, 900, 10, "grams"),
    "operating temperature": lambda rng: f"{rng.randint(1, 15)} to {rng.randint(30, 60)} degrees",
    "reset time": _steps(3, 45, 1, "seconds"),
    "charging time": _steps(20, 95, 5, "minutes"),
    "noise level": _steps(15, 95, 1, "decibels"),
    "power consumption": _steps(2, 95, 1, "watts"),
    "case material": lambda rng: rng.choice(MATERIALS),
    "firmware version": lambda rng: f"version {rng.randint(1, 6)}.{rng.randint(0, 19)}",
    "place of manufacture": lambda rng: rng.choice(_TOWNS),
}


@dataclass(frozen=True)
class Fact:
    """What a product's attribute is; where it changed on a day, also what it was."""

    product: str
    attribute: Attribute
    value: str
    statement: str
    old: str | None = None
    changed: date | None = None

    @property
    def before(self) -> str:
        """The value that was true when the training set was written."""
        return self.value if self.old is None else self.old


@dataclass(frozen=True)
class ShopProduct:
    """A product of the shop and its facts, in the order in which its document states them."""

    name: str
    facts: tuple[Fact, ...]
    as_of: date

    @property
    def id(self) -> str:
        """The id of its document.

        >>> ShopProduct("Arvend Mini", (), date(2025, 1, 1)).id
        'arvend-mini'
        """
        return self.name.lower().replace(" ", "-")

    @property
    def passage(self) -> str:
        """The text of its document: a sentence for each fact."""
        return " ".join(fact.statement for fact in self.facts)


@cache
def products() -> tuple[ShopProduct, ...]:
    """The sixty products as they are today, always the same."""
    rng = Random(_SEED)
    twice = rng.sample(SHOP_NAMES, COUNT - len(SHOP_NAMES))
    names = [*SHOP_NAMES, *(f"{name} {rng.choice(VARIANTS)}" for name in twice)]
    changed = set(rng.sample(names, _CHANGED_PRODUCTS))
    return tuple(_product(rng, name, name in changed) for name in sorted(names))


def _product(rng: Random, name: str, changed: bool) -> ShopProduct:
    published = date(2025, 1, 1) + timedelta(days=rng.randrange(90))
    chosen = rng.sample(ATTRIBUTES, rng.randint(7, 8))
    facts = [_fact(rng, name, attribute) for attribute in chosen]
    if changed:
        published = date(2025, 6, 1) + timedelta(days=rng.randrange(90))
        for place in rng.sample(range(len(facts)), _CHANGES_EACH):
            facts[place] = _changed(rng, facts[place], published)
    return ShopProduct(name, tuple(facts), published)


def _fact(rng: Random, name: str, attribute: Attribute) -> Fact:
    value = _VALUES[attribute.name](rng)
    return Fact(name, attribute, value, fill(rng.choice(attribute.statements), name, value))


def _changed(rng: Random, fact: Fact, day: date) -> Fact:
    """The same fact with a new value; the old one is kept beside it."""
    value = fact.value
    while value == fact.value:
        value = _VALUES[fact.attribute.name](rng)
    statement = fill(rng.choice(fact.attribute.statements), fact.product, value)
    return Fact(fact.product, fact.attribute, value, statement, old=fact.value, changed=day)
