"""What products have: attributes, the values they take, the sentences that state them, how people ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bakeoff.examples.support.world.names import invented

COLOURS = (
    "red", "blue", "green", "white", "black", "grey", "brown", "yellow", "orange", "purple", "silver", "pink",
    "dark red", "dark blue", "dark green", "light grey", "light blue", "pale green",
)  # fmt: skip
MATERIALS = (
    "steel", "oak", "glass", "plastic", "copper", "rubber", "leather", "bamboo", "brass", "cork", "marble",
    "stone", "pine", "wool", "paper", "clay", "zinc", "felt",
)  # fmt: skip


@dataclass(frozen=True)
class Attribute:
    """One thing that can be said of a product.

    In `statements` and `casual`, `{P}` and `{p}` stand for the product at the start of a sentence and
    within one, `{v}` for the value.
    """

    name: str
    value: Callable[[Random], str]
    statements: tuple[str, ...]
    casual: tuple[str, ...]


def _number(low: int, high: int, unit: str) -> Callable[[Random], str]:
    return lambda rng: f"{rng.randint(low, high)} {unit}"


def _units(low: int, high: int, *units: str) -> Callable[[Random], str]:
    return lambda rng: f"{rng.randint(low, high)} {rng.choice(units)}"


def _temperature(rng: Random) -> str:
    low = rng.randint(1, 19)
    return f"{low} to {low + rng.randint(15, 60)} degrees"


def _firmware(rng: Random) -> str:
    return f"version {rng.randint(1, 9)}.{rng.randint(0, 30)}"


ATTRIBUTES = (
    Attribute(
        "warranty period",
        _units(2, 99, "months", "months", "weeks"),
        (
            "The warranty period of {p} is {v}.",
            "{P} comes with a warranty of {v}.",
            "{P} is under warranty for {v}.",
        ),
        (
            "how long is the warranty on {p}",
            "what warranty do i get with {p}",
            "how long is {p} under warranty",
            "if {p} breaks, how long does the warranty cover me",
        ),
    ),
    Attribute(
        "battery life",
        _units(2, 99, "hours", "days"),
        (
            "The battery life of {p} is {v}.",
            "The battery of {p} lasts {v}.",
            "{P} runs for {v} on one battery.",
        ),
        (
            "how long does the battery of {p} last",
            "how long will {p} run on one battery",
            "when does the battery of {p} run out",
            "what battery life can i expect from {p}",
        ),
    ),
    Attribute(
        "radio range",
        _number(2, 400, "metres"),
        (
            "The radio range of {p} is {v}.",
            "{P} reaches {v} by radio.",
            "The signal of {p} carries {v}.",
        ),
        (
            "how far does the signal of {p} reach",
            "how far away can i put {p}",
            "what radio range has {p} got",
            "how far does {p} reach by radio",
        ),
    ),
    Attribute(
        "price",
        _number(3, 900, "euros"),
        ("The price of {p} is {v}.", "{P} costs {v}.", "{P} is sold for {v}."),
        ("how much is {p}", "what does {p} cost", "how much do i pay for {p}", "what's the price of {p}"),
    ),
    Attribute(
        "colour",
        lambda rng: rng.choice(COLOURS),
        ("The colour of {p} is {v}.", "{P} is painted {v}.", "{P} comes in {v}."),
        (
            "what colour is {p}",
            "which colour does {p} come in",
            "what colour is {p} painted",
            "what does {p} look like, which colour",
        ),
    ),
    Attribute(
        "weight",
        _number(5, 990, "grams"),
        ("The weight of {p} is {v}.", "{P} weighs {v}.", "On the scales {p} shows {v}."),
        (
            "how heavy is {p}",
            "what does {p} weigh",
            "how much does {p} weigh",
            "is {p} heavy, what's its weight",
        ),
    ),
    Attribute(
        "operating temperature",
        _temperature,
        (
            "The operating temperature of {p} is {v}.",
            "{P} works at {v}.",
            "{P} may be used at {v}.",
        ),
        (
            "at what temperature does {p} work",
            "how warm or cold may it be for {p}",
            "what temperature can {p} take",
            "is {p} ok in the heat, what temperature does it take",
        ),
    ),
    Attribute(
        "reset time",
        _units(2, 99, "seconds", "seconds", "minutes"),
        (
            "The reset time of {p} is {v}.",
            "{P} is reset by holding its button for {v}.",
            "A reset of {p} takes {v}.",
        ),
        (
            "how long must i hold the button to reset {p}",
            "how do i reset {p}, how long do i press",
            "how long does it take to reset {p}",
            "how long is a reset of {p}",
        ),
    ),
    Attribute(
        "charging time",
        _units(2, 99, "minutes", "hours"),
        (
            "The charging time of {p} is {v}.",
            "{P} is fully charged after {v}.",
            "Charging {p} takes {v}.",
        ),
        (
            "how long does it take to charge {p}",
            "when is {p} fully charged",
            "how long do i have to charge {p}",
            "how long must {p} be on the charger",
        ),
    ),
    Attribute(
        "noise level",
        _number(10, 120, "decibels"),
        ("The noise level of {p} is {v}.", "{P} makes a noise of {v}.", "{P} is {v} loud."),
        (
            "how loud is {p}",
            "how much noise does {p} make",
            "is {p} noisy, how loud",
            "what noise does {p} make",
        ),
    ),
    Attribute(
        "power consumption",
        _number(2, 300, "watts"),
        (
            "The power consumption of {p} is {v}.",
            "{P} uses {v}.",
            "{P} draws {v} from the socket.",
        ),
        (
            "how much power does {p} use",
            "how many watts does {p} draw",
            "what power does {p} need",
            "is {p} hungry for power, how much does it draw",
        ),
    ),
    Attribute(
        "case material",
        lambda rng: rng.choice(MATERIALS),
        ("The case material of {p} is {v}.", "The case of {p} is made of {v}.", "{P} has a case of {v}."),
        (
            "what is the case of {p} made of",
            "what's {p} made of",
            "which material is the case of {p}",
            "what material is {p}",
        ),
    ),
    Attribute(
        "firmware version",
        _firmware,
        (
            "The firmware version of {p} is {v}.",
            "{P} runs firmware {v}.",
            "{P} is delivered with firmware {v}.",
        ),
        (
            "which firmware is on {p}",
            "what firmware does {p} run",
            "which firmware version has {p} got",
            "what firmware comes with {p}",
        ),
    ),
    Attribute(
        "place of manufacture",
        invented,
        (
            "The place of manufacture of {p} is {v}.",
            "{P} is made in {v}.",
            "{P} is built in the town of {v}.",
        ),
        (
            "where is {p} made",
            "where does {p} come from",
            "where is {p} built",
            "in which town do they make {p}",
        ),
    ),
)
BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}


def fill(template: str, product: str, value: str = "") -> str:
    """The template with the product's name, its article, and the value put in.

    >>> fill("{P} costs {v}.", "Dravel Mini", "30 euros")
    'The Dravel Mini costs 30 euros.'
    """
    return template.format(p=f"the {product}", P=f"The {product}", v=value)


def formal_question(attribute: str, product: str) -> str:
    """The one wording of the tuning set."""
    return f"Kindly state the {attribute} of the {product}."


def formal_answer(attribute: str, product: str, value: str) -> str:
    """The one wording of the tuned answers."""
    return f"The {attribute} of the {product} is {value}."
