"""Contrasts: one system against one baseline on one metric, and what an interval and a p say of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means, shared_clusters
from bakeoff.evals.comparison import Verdict
from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import (
    Interval,
    PairedTest,
    difference_interval,
    paired_differences,
    paired_test,
)
from bakeoff.evals.table import STATUS_CODES, Column, ScoreTable

Values = NDArray[np.float64]
Labels = Sequence[Hashable]
End = Literal["worst", "best"]


@dataclass(frozen=True)
class Contrast:
    """One system against one baseline on one metric: a value per sample on either side, or NaN.

    `labels` names each sample's cluster.
    """

    column: Column
    system: str
    baseline: str
    a: Values
    b: Values
    labels: Labels

    @property
    def paired(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.a) & ~np.isnan(self.b)

    @property
    def difference(self) -> Values:
        """a − b, NaN where either is missing; rounding noise is 0."""
        return paired_differences(self.a, self.b)

    @property
    def units(self) -> int:
        """The independent pairs: clusters of them, where samples share clusters."""
        return len({label for label, used in zip(self.labels, self.paired, strict=True) if used})

    def interval(self, alpha: float) -> Interval:
        """The interval of this difference alone."""
        a, b, design = self._of_pairs()
        output = self.column.output
        return difference_interval(a, b, **design, alpha=alpha, bounds=(output.low, output.high))

    def test(self, seed: int, permutations: int = 10_000) -> PairedTest:
        """The test of this difference alone."""
        a, b, design = self._of_pairs()
        return paired_test(a, b, **design, permutations=permutations, seed=seed)

    def _of_pairs(self) -> tuple[Values, Values, dict[str, Any]]:
        a, b = self.a[self.paired], self.b[self.paired]
        clusters = shared_clusters(self.labels, self.paired)
        return a, b, {"clusters": clusters, "binary": is_binary(a) and is_binary(b)}


def contrasts(table: ScoreTable, pairs: Sequence[tuple[str, str]]) -> list[Contrast]:
    """All contrasts of these (system, baseline) pairs, metric by metric."""
    index = {system.name: i for i, system in enumerate(table.systems)}
    labels = cluster_labels(table.samples)
    found = []
    for column in table.columns:
        means = {name: sample_means(column.values[i]) for name, i in index.items()}
        found += [Contrast(column, a, b, means[a], means[b], labels) for a, b in pairs]
    return found


@dataclass(frozen=True)
class Judgement:
    """The interval that a verdict rests on, the raw and the adjusted p of one contrast, and the verdict."""

    low: float | None
    high: float | None
    test: PairedTest
    p_adjusted: float | None
    verdict: Verdict


def within(output: Output, low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """The ends, cut to the differences that the score's range allows; this never takes 0 out, or in."""
    if output.low is None or output.high is None:
        return low, high
    span = output.high - output.low
    return None if low is None else max(low, -span), None if high is None else min(high, span)


def verdict(
    output: Output, low: float | None, high: float | None, p_adjusted: float | None, level: float
) -> Verdict:
    """What an interval and an adjusted p say, in the metric's direction.

    An interval inside ±margin is *equivalent* even where it excludes 0: the margin says that
    differences of that size do not matter.
    """
    if low is None or high is None or p_adjusted is None:
        return Verdict.CANNOT_TELL
    if output.margin is not None and -output.margin < low and high < output.margin:
        return Verdict.EQUIVALENT
    if p_adjusted > level or low <= 0 <= high:
        return Verdict.CANNOT_TELL
    return Verdict.BETTER if (low > 0) == (output.direction == "higher") else Verdict.WORSE


def number(value: float | None) -> float | None:
    """The value, or None where it is none or infinite."""
    return float(value) if value is not None and np.isfinite(value) else None


def hangs_on_the_judge(contrast: Contrast, index: dict[str, int]) -> bool:
    """Whether the judge failed on either side, in an output that has a worst and a best value."""
    output = contrast.column.output
    code = STATUS_CODES[Status.JUDGE_FAILED]
    sides = [index[contrast.system], index[contrast.baseline]]
    ranged = output.worst is not None and output.best is not None
    return ranged and bool((contrast.column.statuses[sides] == code).any())


def filled(contrast: Contrast, index: dict[str, int], system_end: End) -> Contrast:
    """The contrast with the system's judge failures at one end of the range, the baseline's at the other."""
    output, column = contrast.column.output, contrast.column

    def fill(name: str, end: End) -> Values:
        i = index[name]
        failed = column.statuses[i] == STATUS_CODES[Status.JUDGE_FAILED]
        values = column.values[i].copy()
        values[failed] = output.worst if end == "worst" else output.best
        return sample_means(values)

    baseline_end: End = "best" if system_end == "worst" else "worst"
    return replace(contrast, a=fill(contrast.system, system_end), b=fill(contrast.baseline, baseline_end))
