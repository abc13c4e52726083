"""Families `knowledge` and `commonsense`: written multiple choice, four options in an order drawn by seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from pydantic import JsonValue

from bakeoff.suites.forgetting.families.data import rows
from bakeoff.suites.forgetting.families.family import Family, Item, written

_LETTERS = "ABCD"


def _made(name: str) -> Callable[[Random], Sequence[Item]]:
    """The items of a file: question, right option, three wrong ones."""
    return lambda rng: [_item(rng, *row) for row in rows(name)]


def _item(rng: Random, question: str, right: str, *wrong: str) -> Item:
    options = [right, *wrong]
    rng.shuffle(options)
    answer = options.index(right)
    shown = "\n".join(f"{letter}) {option}" for letter, option in zip(_LETTERS, options, strict=True))
    text = f"{question}\n{shown}\nAnswer with the letter of the right option."
    spec: dict[str, JsonValue] = {"answer": answer, "options": [*options]}
    return Item(text, _LETTERS[answer], "letter", spec, options=tuple(options))


KNOWLEDGE = Family(
    name="knowledge",
    about="General knowledge at school level: nature, geography, history, arts, numbers; four options.",
    written=True,
    chance=0.25,
    items=written("knowledge", _made("knowledge")),
)

COMMONSENSE = Family(
    name="commonsense",
    about="Everyday situations: causes, purposes, what happens next, what to do; four options.",
    written=True,
    chance=0.25,
    items=written("commonsense", _made("commonsense")),
)
