"""The items whose score changed most between two systems, or two runs: their records, and which they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, JsonValue

from bakeoff.evals.records import Citation, Context, Record, Turn

Direction = Literal["higher", "lower"]


@dataclass(frozen=True)
class Change:
    """One sample of one system scored twice: its ids on either side, and `after − before`, never 0."""

    system: str
    before: str
    after: str
    change: float


class ItemAnswer(Record):
    """One answer, and what the metric made of it; `text` is None where the answer failed, or is not held.

    `reason` and `detail` are the metric's evidence. `status` is `open` for a score that is missing.
    """

    repeat: int
    text: str | None = None
    error: str | None = None
    contexts: tuple[Context, ...] | None = None
    citations: tuple[Citation, ...] = ()
    value: float | None = None
    status: str
    reason: str | None = None
    detail: Mapping[str, JsonValue] = Field(default_factory=dict)


class ItemSide(Record):
    """One side of an item: who answered (`system` or `system@run`), under which id, how well on average."""

    name: str
    sample: str
    value: float
    answers: tuple[ItemAnswer, ...]


class ChangedItem(Record):
    """A sample with both answers. `change` is after − before; `worse` in the metric's own direction."""

    id: str
    change: float
    worse: bool
    domain: str | None = None
    question: str
    conversation: tuple[Turn, ...] = ()
    reference: str | None = None
    before: ItemSide
    after: ItemSide


class ChangedItems(Record):
    """The items that changed most, losses first, and how many changed at all.

    `scored` counts the pairs of scores, `unscored` those pairs to which the metric applies but which lack a
    score on either side. With two runs, `before` and `after` are runs, and every system in both counts.
    """

    before: str
    after: str
    run: str | None = None
    suite: str
    metric: str
    direction: Direction
    scored: int
    unscored: int
    worse: int
    better: int
    items: tuple[ChangedItem, ...] = ()


def is_worse(change: float, direction: Direction) -> bool:
    return (change < 0) == (direction == "higher")


def most_changed(changes: Sequence[Change], direction: Direction, limit: int) -> list[Change]:
    """The `limit` largest changes in either direction: losses first, the largest of either first.

    Ties are broken by id, then system, so that the same scores give the same items in any order.
    """

    def by_size(one: Change) -> tuple[float, str, str]:
        return -abs(one.change), one.before, one.system

    largest = sorted(changes, key=by_size)[:limit]
    return sorted(largest, key=lambda one: not is_worse(one.change, direction))
