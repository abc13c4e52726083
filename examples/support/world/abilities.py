"""The general skills of the shop's models as families for suite `forgetting`: nothing that training saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from random import Random
from re import findall
from typing import Any

from bakeoff.examples.support.world import passages, people, skills
from bakeoff.examples.support.world.lexicon import CAN, DAYS, IS, LEGS, OPPOSITES
from bakeoff.examples.support.world.mixture import held_out_rows
from bakeoff.examples.support.world.rows import Row

EACH = 120
"""Items of each family."""

FAMILIES: dict[str, Callable[[Random], Row]] = {
    "reading": passages.about_one,
    "people": people.about_people,
    "arithmetic": skills.arithmetic,
    "lists": skills.lists,
    "strings": skills.strings_of_names,
    "yes_or_no": skills.yes_or_no,
    "knowledge": skills.knowledge,
    "translation": skills.translation,
}

_THINGS = sorted(
    {*IS, *CAN, *LEGS, *OPPOSITES, *OPPOSITES.values(), *DAYS}, key=lambda thing: (-len(thing), thing)
)


def ability_rows() -> list[dict[str, Any]]:
    """The items, the families in turn, so that any prefix has as many of each; no question occurs twice.

    Items on one thing in several wordings share a cluster; every passage is its own.
    """
    made = [list(_items(family, maker)) for family, maker in FAMILIES.items()]
    return [row for group in zip(*made, strict=True) for row in group]


def _cluster(family: str, row: Row) -> str | None:
    """What the row is about: its key, or, where that is the wording itself, the thing that is asked of."""
    if not row.keys:
        return None
    question = row.turns[0].question
    about = row.keys[0] if row.keys[0] != question else _thing(question)
    return f"{family}: {about}"


def _thing(question: str) -> str:
    """The thing whose words the question holds, or, where a typo hit it, the most similar one."""
    words = findall(r"\w+", question.lower())
    plainly = (thing for thing in _THINGS if set(thing.lower().split()) <= {*words})
    nearly = (near[0] for word in words if (near := get_close_matches(word, _THINGS, 1, 0.75)))
    return next(plainly, None) or next(nearly, question)


def _items(family: str, maker: Callable[[Random], Row]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for row in held_out_rows(Random(f"abilities: {family}"), maker):
        turn = row.turns[0]
        if turn.question in seen:
            continue
        seen.add(turn.question)
        yield {
            "id": f"{family}-{len(seen):03}",
            "family": family,
            "question": turn.question,
            "reference": turn.answer,
            "cluster": _cluster(family, row),
        }
        if len(seen) == EACH:
            return
