"""The pretraining mixture: an endless stream of rows, in fixed shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from bakeoff.examples.support.world import passages, people, skills
from bakeoff.examples.support.world.rows import Row, Turn

SHARES: dict[Callable[[Random], Row], float] = {
    passages.about_one: 0.27,
    passages.about_several: 0.05,
    people.about_people: 0.11,
    passages.closed_book: 0.05,
    skills.unknowable: 0.02,
    skills.arithmetic: 0.18,
    skills.lists: 0.10,
    skills.strings: 0.06,
    skills.yes_or_no: 0.04,
    skills.knowledge: 0.05,
    skills.translation: 0.07,
}
"""Share of the rows that each maker gives; reading rows are long, so of the tokens they have most."""

_SYSTEM_SHARE = 0.03
_BESIDE_THE_POINT = {"people": 0.1, "reading": 0.0, "reading several": 0.0}
_BESIDE_THE_POINT_ELSE = 0.25
_SYSTEM_TEXTS = (
    "You are a helpful assistant.",
    "Answer shortly.",
    "You answer the customers of a shop.",
    "Answer the question.",
)


def rows(rng: Random) -> Iterator[Row]:
    """Rows to train on, without end; what is held out for evaluation does not occur."""
    makers, weights = list(SHARES), list(SHARES.values())
    while True:
        row = rng.choices(makers, weights)[0](rng)
        if not row.held_out:
            yield _perhaps_under_a_system_message(rng, _perhaps_beside_the_point(rng, row))


def held_out_rows(rng: Random, maker: Callable[[Random], Row]) -> Iterator[Row]:
    """Rows of one maker that training never sees.

    A row about a passage has no key: its names and values are drawn anew, so it is new by itself.
    """
    while True:
        row = maker(rng)
        if row.held_out or not row.keys:
            yield row


def _perhaps_beside_the_point(rng: Random, row: Row) -> Row:
    """The row, or the same under a passage that has nothing to do with it, as retrieval will give one."""
    if rng.random() >= _BESIDE_THE_POINT.get(row.skill, _BESIDE_THE_POINT_ELSE):
        return row
    passage = passages.invent(rng, fewest=3).passage(rng)
    first, *rest = row.turns
    return replace(row, turns=(Turn(f"{passage}\n{first.question}", first.answer), *rest))


def _perhaps_under_a_system_message(rng: Random, row: Row) -> Row:
    if rng.random() < _SYSTEM_SHARE:
        return replace(row, system=rng.choice(_SYSTEM_TEXTS))
    return row
