"""The two ends between which every number of a retrieval lies: the right passages alone, and none."""

from __future__ import annotations

from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.ground import Ground
from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.note import Stress
from bakeoff.suites.context_stress.variants import with_contexts


def oracle(item: Item, _ground: Ground) -> list[Sample]:
    """Only the gold passages."""
    return [with_contexts(item, Stress(probe="oracle"), item.gold)]


def closed_book(item: Item, _ground: Ground) -> list[Sample]:
    """No passage at all."""
    return [with_contexts(item, Stress(probe="closed_book"), ())]
