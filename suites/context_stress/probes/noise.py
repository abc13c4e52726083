"""Passages that look right and do not answer: some, only such, or one of them many times over."""

from __future__ import annotations

import math
from dataclasses import replace

from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.ground import NO_NEGATIVE, Ground
from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.near_copies import near_copies
from bakeoff.suites.context_stress.note import Stress
from bakeoff.suites.context_stress.variants import drawing, unanswerable, with_contexts

SHARES = (0.0, 0.4, 0.8)
"""Shares of irrelevant passages that are asked for (METHODS.md §5)."""


def noise(item: Item, ground: Ground) -> list[Sample] | str:
    """One variant for each share, the negatives of a lower one among those of a higher."""
    if not ground.negatives_of(item, 1):
        return NO_NEGATIVE
    return [_noisy(item, ground, share) for share in SHARES]


def negatives(item: Item, ground: Ground) -> list[Sample] | str:
    """Hard negatives alone: nothing there answers."""
    chosen = ground.negatives_of(item, ground.passages)
    if not chosen:
        return NO_NEGATIVE
    return [unanswerable(with_contexts(item, Stress(probe="negatives"), chosen))]


def flood(item: Item, ground: Ground) -> list[Sample] | str:
    """The gold passages behind near copies of the nearest negative."""
    chosen = ground.negatives_of(item, 1)
    if not chosen:
        return NO_NEGATIVE
    copies = near_copies(chosen[0].text, ground.passages - 1)
    source = chosen[0].source
    passages = [
        replace(chosen[0], text=text, source=f"{source}-{k}" if k else source)
        for k, text in enumerate(copies)
    ]
    return [with_contexts(item, Stress(probe="flood"), [*passages, *item.gold])]


def negatives_for(share: float, gold: int, passages: int, most: int) -> int:
    """How many negatives bring their share nearest to the one asked for, given the gold passages: at most
    ceil(passages · share), as METHODS.md §5 has them, and at least one where the share is not 0.

    >>> [negatives_for(0.4, 1, 5, 9), negatives_for(0.8, 1, 5, 9), negatives_for(0.8, 2, 5, 9)]
    [1, 4, 4]
    """
    if share == 0:
        return 0
    counts = range(1, max(1, min(math.ceil(passages * share), most)) + 1)
    return min(counts, key=lambda count: (abs(count / (count + gold) - share), count))


def _noisy(item: Item, ground: Ground, share: float) -> Sample:
    found = ground.negatives_of(item, ground.passages)
    count = negatives_for(share, len(item.gold), ground.passages, len(found))
    passages = [*item.gold, *found[:count]]
    real = count / len(passages)
    if count:
        drawing(ground.seed, "noise", share, item.id).shuffle(passages)
    return with_contexts(item, Stress(probe="noise", level=f"{share:g}/{real:.2f}"), passages)
