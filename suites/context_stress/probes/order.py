"""The same passages in other orders."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.ground import Ground
from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.note import Stress
from bakeoff.suites.context_stress.passages import Passage
from bakeoff.suites.context_stress.variants import drawing, with_contexts

PERMUTATIONS = 3
FEWEST = 2
"""Negatives without which there is no middle."""


def order(item: Item, ground: Ground) -> list[Sample] | str:
    """The gold passages first, in the middle and last, and three random orders that differ from these
    and from each other."""
    found = list(ground.negatives_of(item, max(FEWEST, ground.passages - len(item.gold))))
    if len(found) < FEWEST:
        return "the corpus holds fewer than two passages that surely do not answer it"
    gold, half = list(item.gold), len(found) // 2
    orders = {
        "first": [*gold, *found],
        "middle": [*found[:half], *gold, *found[half:]],
        "last": [*found, *gold],
    }
    others = _others(list(orders.values()), ground.seed, item)
    orders.update((f"p{number}", next(others)) for number in range(1, PERMUTATIONS + 1))
    return [with_contexts(item, Stress(probe="order", level=name), order) for name, order in orders.items()]


def _others(known: list[list[Passage]], seed: int, item: Item) -> Iterator[list[Passage]]:
    """Random orders, none of them twice and none known; with three passages there are just three."""
    draw = drawing(seed, "order", item.id)
    seen = [list(one) for one in known]
    while True:
        one = list(known[0])
        draw.shuffle(one)
        if one not in seen:
            seen.append(one)
            yield one
