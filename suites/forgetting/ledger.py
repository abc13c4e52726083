"""The ledger: item by item, what a system kept, forgot and gained against the system it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import is_binary, shared_clusters
from bakeoff.evals.statistics import (
    Clusters,
    Interval,
    difference_interval,
    mcnemar_n,
    non_inferiority_n,
    paired_test,
    ratio_interval,
)

Values = NDArray[np.float64]
Verdict = Literal["not worse", "worse", "cannot tell"]

ABOVE_CHANCE = 0.10
"""Retention is reported where the ancestor is this far above chance (METHODS §4)."""


@dataclass(frozen=True)
class Counts:
    """Items by what became of them; an item counts as right where its mean over repeats is above ½."""

    kept: int
    forgotten: int
    gained: int
    never: int

    @property
    def n(self) -> int:
        return self.kept + self.forgotten + self.gained + self.never

    @property
    def discordant(self) -> float:
        """Share of items that changed."""
        return (self.forgotten + self.gained) / self.n


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. `change` is after − before; p is two-sided and raw.

    `verdict`: `not worse` where the one-sided 95 % lower bound of the change lies above −margin, `worse`
    where the upper bound lies below it. `retention` is (after − c)/(before − c), c the chance level,
    None where the ancestor is less than 0.10 above chance. `needed` is how many items would settle
    a margin that these cannot.
    """

    counts: Counts
    before: float
    after: float
    change: Interval
    p: float | None
    test: str
    verdict: Verdict
    margin: float
    retention: Interval | None
    needed: int | None


def counts_of(before: Values, after: Values) -> Counts:
    """Right is above ½.

    >>> counts_of(np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0]))
    Counts(kept=1, forgotten=1, gained=1, never=1)
    """
    was, now = before > 0.5, after > 0.5
    return Counts(
        kept=int((was & now).sum()),
        forgotten=int((was & ~now).sum()),
        gained=int((~was & now).sum()),
        never=int((~was & ~now).sum()),
    )


def entry(
    before: Values,
    after: Values,
    chance: Values,
    *,
    margin: float,
    clusters: Clusters | None = None,
    alpha: float = 0.05,
    seed: int = 0,
    permutations: int = 10_000,
) -> Entry:
    """The line of items with scores `before` and `after` in [0, 1], all of length n ≥ 1, NaN nowhere.

    `chance` is each item's chance level; `clusters` labels items that are not independent. The margin
    is in rate (0.05 for five points). Clustered items are tested by so many sign flips of whole clusters.
    """
    binary = is_binary(before) and is_binary(after)
    change = difference_interval(after, before, clusters, binary=binary, alpha=alpha, bounds=(0.0, 1.0))
    one_sided = difference_interval(
        after, before, clusters, binary=binary, alpha=2 * alpha, bounds=(0.0, 1.0)
    )
    test = paired_test(after, before, clusters, binary=binary, permutations=permutations, seed=seed)
    counts, verdict = counts_of(before, after), _verdict(one_sided, margin)
    return Entry(
        counts=counts,
        before=float(before.mean()),
        after=float(after.mean()),
        change=change,
        p=test.p,
        test=test.method,
        verdict=verdict,
        margin=margin,
        retention=_retention(before - chance, after - chance, clusters, alpha),
        needed=_needed(change, counts.discordant, margin, alpha) if verdict == "cannot tell" else None,
    )


def labels_of(labels: Sequence[object], used: NDArray[np.bool_]) -> Clusters | None:
    """The cluster labels of the used items, or None where each is its own."""
    return shared_clusters(list(labels), used)


def _verdict(one_sided: Interval, margin: float) -> Verdict:
    if one_sided.low is not None and one_sided.low > -margin:
        return "not worse"
    if one_sided.high is not None and one_sided.high < -margin:
        return "worse"
    return "cannot tell"


def _retention(before: Values, after: Values, clusters: Clusters | None, alpha: float) -> Interval | None:
    if before.mean() < ABOVE_CHANCE:
        return None
    return ratio_interval(after, before, clusters, alpha)


def _needed(change: Interval, discordant: float, margin: float, alpha: float) -> int:
    """Items for 80 % power: to show no loss, or, where the loss seen exceeds the margin, to show the loss.

    At the share of discordant items that was seen, or, where none was, at one in n.
    """
    share = max(discordant, 1 / change.n)
    loss = -(change.estimate or 0.0)
    if loss > margin:
        return mcnemar_n(loss, max(share, loss), alpha=alpha)
    return non_inferiority_n(margin, share, alpha=alpha)
