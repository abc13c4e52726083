"""The order in which a sequential run takes its items, and which samples a look has seen."""

from __future__ import annotations

import math
import random
from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import cluster_labels
from bakeoff.evals.records import Status
from bakeoff.evals.runs import SequentialInfo
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey, ScoreTable

GROWTH = 0.05
"""A look takes at least this share of what was taken, so that a large run is not all looking."""

Mask = NDArray[np.bool_]


def item_ranks(samples: Sequence[SampleKey], seed: int) -> list[int]:
    """For each sample the place of its item: a cluster, or an origin with its variants, is one item.

    The order is random, fixed by the seed and the items' own names: neither the file's order nor other
    samples change which of two items comes first.
    """
    labels = cluster_labels(samples)
    ranks = {label: i for i, label in enumerate(sorted(set(labels), key=lambda label: _draw(label, seed)))}
    return [ranks[label] for label in labels]


@lru_cache(maxsize=100_000)  # every look asks again
def _draw(label: Hashable, seed: int) -> tuple[float, str]:
    """A random number of the item's own; its name decides where two are equal."""
    return random.Random(f"order {seed} {label!r}").random(), repr(label)


def looks(sizes: Sequence[int], first: int, step: int) -> list[int]:
    """How many items each look has seen, the last one all of them; `sizes` are the items' samples, in order.

    >>> looks([1] * 10, first=4, step=3)
    [4, 7, 10]
    """
    found, taken, wanted = [], 0, first
    for i, size in enumerate(sizes, start=1):
        taken += size
        if taken >= wanted or i == len(sizes):
            found.append(i)
            wanted = taken + max(step, math.ceil(GROWTH * taken))
    return found


def taken_mask(samples: Sequence[SampleKey], info: SequentialInfo | None) -> Mask:
    """Which samples the run has taken: all where it is not sequential, or has not had a look yet."""
    if info is None or not 0 < info.taken < len(samples):
        return np.ones(len(samples), dtype=bool)
    ranks = np.array(item_ranks(samples, info.seed))
    ends = np.cumsum(np.bincount(ranks))
    return np.asarray(ends[ranks] <= info.taken)


def keep_taken(table: ScoreTable, info: SequentialInfo | None, *, whole: bool = False) -> ScoreTable:
    """The table without the samples that were not taken; with `whole` they stay, as not applicable."""
    mask = taken_mask(table.samples, info)
    if mask.all():
        return table
    if whole:
        return replace(table, columns=[_masked(column, mask) for column in table.columns])
    columns = [
        replace(column, values=column.values[:, mask], statuses=column.statuses[:, mask])
        for column in table.columns
    ]
    samples = [sample for sample, kept in zip(table.samples, mask.tolist(), strict=True) if kept]
    return replace(table, samples=samples, columns=columns)


def _masked(column: Column, mask: Mask) -> Column:
    values, statuses = column.values.copy(), column.statuses.copy()
    values[:, ~mask] = np.nan
    statuses[:, ~mask] = STATUS_CODES[Status.NOT_APPLICABLE]
    return replace(column, values=values, statuses=statuses)


def told(info: SequentialInfo) -> str:
    """What stopping saved, in a sentence; empty for a run that took all its samples."""
    if not info.stopped:
        return ""
    reasons = f" ({'; '.join(info.reasons)})" if info.reasons else ""
    judged = f" and {info.saved_scores:,} judged scores" if info.saved_scores else ""
    return (
        f"decided after {info.taken:,} of {info.total:,} samples: {info.verdict}{reasons}; "
        f"{info.saved_answers:,} answers{judged} were not asked for"
    )


def stop_notes(info: SequentialInfo | None) -> list[str]:
    """What the reader of a table must know of a run that stopped when its gate was certain."""
    if info is None or not info.stopped:
        return []
    line = (
        f"This run {told(info)}. It stopped because of what it saw: the intervals and p of this table do not "
        "allow for that, and lean towards the verdict. `bakeoff gate` decides by bounds that do."
    )
    return [line]
