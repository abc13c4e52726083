"""Differences: every system against its baseline on every metric, judged as one family.

The effect, its simultaneous interval, the adjusted p and the verdict of all differences come from one
max-|t| distribution (Westfall–Young; DESIGN §9), so that they cannot contradict each other.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means, shared_clusters
from bakeoff.evals.comparison import Bounds, Difference, Verdict
from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import Family, difference_interval, max_t, paired_differences, paired_test
from bakeoff.evals.table import STATUS_CODES, Column, ScoreTable

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Contrast:
    """One system against one baseline on one metric: a value per sample on either side, or NaN."""

    column: Column
    system: str
    baseline: str
    a: Values
    b: Values

    @property
    def paired(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.a) & ~np.isnan(self.b)

    @property
    def difference(self) -> Values:
        """a − b, NaN where either is missing; rounding noise is 0."""
        return paired_differences(self.a, self.b)


def contrasts(table: ScoreTable, pairs: Sequence[tuple[str, str]]) -> list[Contrast]:
    """All contrasts of these (system, baseline) pairs, metric by metric."""
    index = {system.name: i for i, system in enumerate(table.systems)}
    found = []
    for column in table.columns:
        means = {name: sample_means(column.values[i]) for name, i in index.items()}
        found += [Contrast(column, a, b, means[a], means[b]) for a, b in pairs]
    return found


def differences(
    table: ScoreTable, pairs: Sequence[tuple[str, str]], *, alpha: float, seed: int
) -> tuple[list[tuple[str, Difference]], int, int]:
    """(column key, difference) for each contrast, the size of the family, and its permutations."""
    every = contrasts(table, pairs)
    tested = [contrast for contrast in every if contrast.paired.sum() >= 2]
    labels = cluster_labels(table.samples)
    family = _family(tested, labels, alpha=alpha, seed=seed)
    bounded = _bounds(table, tested, labels, family, alpha=alpha, seed=seed)
    place = {id(contrast): i for i, contrast in enumerate(tested)}
    found = []
    for contrast in every:
        i = place.get(id(contrast))
        if i is None or family is None:
            difference = _untested(contrast)
        else:
            difference = _difference(contrast, labels, family, i, bounded.get(i), alpha=alpha, seed=seed)
        found.append((contrast.column.key, difference))
    return found, len(tested), 0 if family is None else family.permutations


def _family(
    tested: Sequence[Contrast], labels: Sequence[Hashable], *, alpha: float, seed: int
) -> Family | None:
    if not tested:
        return None
    matrix = np.column_stack([contrast.difference for contrast in tested])
    used = np.asarray(np.stack([contrast.paired for contrast in tested]).any(axis=0))
    return max_t(matrix[used], shared_clusters(labels, used), alpha=alpha, seed=seed)


@dataclass(frozen=True)
class Judgement:
    """The simultaneous interval of one contrast, its adjusted p, and what they mean."""

    low: float | None
    high: float | None
    p_adjusted: float | None
    verdict: Verdict


def judge(
    contrast: Contrast, labels: Sequence[Hashable], family: Family, i: int, *, alpha: float, seed: int
) -> Judgement:
    """What the family says of its i-th contrast.

    Without any spread the family has no honest width; the contrast's own interval at alpha/m
    (Bonferroni) stands in.
    """
    low, high = family.low[i], family.high[i]
    if family.zero_variance[i]:
        interval = difference_interval(
            *_paired(contrast), **_design(contrast, labels), alpha=alpha / len(family.t), seed=seed
        )
        low, high = interval.low, interval.high
    ends = _within(contrast.column.output, _number(low), _number(high))
    p_adjusted = _number(family.p_adjusted[i])
    return Judgement(*ends, p_adjusted, verdict(contrast.column.output, *ends, p_adjusted, alpha))


def _within(output: Output, low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """The ends, cut to the differences that the score's range allows; this never takes 0 out, or in."""
    if output.low is None or output.high is None:
        return low, high
    span = output.high - output.low
    return None if low is None else max(low, -span), None if high is None else min(high, span)


def verdict(
    output: Output, low: float | None, high: float | None, p_adjusted: float | None, alpha: float
) -> Verdict:
    """What a simultaneous interval says, in the metric's direction.

    An interval inside ±margin is *equivalent* even where it excludes 0: the margin says that
    differences of that size do not matter.
    """
    if low is None or high is None or p_adjusted is None:
        return Verdict.CANNOT_TELL
    if output.margin is not None and -output.margin < low and high < output.margin:
        return Verdict.EQUIVALENT
    if p_adjusted > alpha or low <= 0 <= high:
        return Verdict.CANNOT_TELL
    return Verdict.BETTER if (low > 0) == (output.direction == "higher") else Verdict.WORSE


def _paired(contrast: Contrast) -> tuple[Values, Values]:
    return contrast.a[contrast.paired], contrast.b[contrast.paired]


def _design(contrast: Contrast, labels: Sequence[Hashable]) -> dict[str, Any]:
    """How the pairs hang together: clusters, whether both sides are binary, and the score's range."""
    a, b = _paired(contrast)
    output = contrast.column.output
    return {
        "clusters": shared_clusters(labels, contrast.paired),
        "binary": is_binary(a) and is_binary(b),
        "bounds": (output.low, output.high),
    }


def _difference(
    contrast: Contrast,
    labels: Sequence[Hashable],
    family: Family,
    i: int,
    bounds: Bounds | None,
    *,
    alpha: float,
    seed: int,
) -> Difference:
    a, b = _paired(contrast)
    design = _design(contrast, labels)
    pointwise = difference_interval(a, b, **design, alpha=alpha, seed=seed)
    test = paired_test(a, b, design["clusters"], binary=design["binary"], seed=seed)
    judged = judge(contrast, labels, family, i, alpha=alpha, seed=seed)
    found, note = judged.verdict, pointwise.flag
    if bounds is not None and not bounds.stable:
        found, note = Verdict.CANNOT_TELL, "the verdict depends on answers that the judge could not score"
    return Difference(
        system=contrast.system,
        baseline=contrast.baseline,
        effect=float((a - b).mean()),
        low=judged.low,
        high=judged.high,
        p=test.p,
        p_mid=test.p_mid,
        p_adjusted=judged.p_adjusted,
        verdict=found,
        pointwise_low=pointwise.low,
        pointwise_high=pointwise.high,
        n=len(a),
        clusters=pointwise.clusters,
        **_unpaired(contrast),
        interval=pointwise.method,
        test=test.method,
        bounds=bounds,
        note=note,
    )


def _untested(contrast: Contrast) -> Difference:
    """Fewer than two pairs: an effect may be there, but nothing can be said of it."""
    paired = contrast.paired
    n = int(paired.sum())
    nothing = bool(np.isnan(contrast.a).all() or np.isnan(contrast.b).all())
    return Difference(
        system=contrast.system,
        baseline=contrast.baseline,
        effect=float(contrast.difference[paired].mean()) if n else None,
        n=n,
        **_unpaired(contrast),
        verdict=Verdict.NOT_APPLICABLE if nothing else Verdict.CANNOT_TELL,
        note="" if nothing else f"only {n} paired samples",
    )


def _unpaired(contrast: Contrast) -> dict[str, int]:
    has_a, has_b = ~np.isnan(contrast.a), ~np.isnan(contrast.b)
    return {"only_system": int((has_a & ~has_b).sum()), "only_baseline": int((has_b & ~has_a).sum())}


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None


def _bounds(
    table: ScoreTable,
    tested: Sequence[Contrast],
    labels: Sequence[Hashable],
    family: Family | None,
    *,
    alpha: float,
    seed: int,
) -> dict[int, Bounds]:
    """Effects with all judge failures scored against the system, and for it (DESIGN §6).

    Only for outputs with a range; the family is computed again for each extreme.
    """
    index = {system.name: i for i, system in enumerate(table.systems)}
    touched = {
        i: contrast
        for i, contrast in enumerate(tested)
        if contrast.column.output.worst is not None
        and contrast.column.output.best is not None
        and _has_judge_failures(contrast, index)
    }
    if not touched or family is None:
        return {}
    extremes = []
    for ends in (("worst", "best"), ("best", "worst")):
        filled = [_filled(c, index, *ends) if i in touched else c for i, c in enumerate(tested)]
        extremes.append((filled, _family(filled, labels, alpha=alpha, seed=seed)))
    found = {}
    for i, contrast in touched.items():
        verdicts = {judge(contrast, labels, family, i, alpha=alpha, seed=seed).verdict}
        effects = []
        for filled, at_extreme in extremes:
            assert at_extreme is not None
            effects.append(float(np.nanmean(filled[i].difference)))
            verdicts.add(judge(filled[i], labels, at_extreme, i, alpha=alpha, seed=seed).verdict)
        found[i] = Bounds(low_effect=min(effects), high_effect=max(effects), stable=len(verdicts) == 1)
    return found


def _has_judge_failures(contrast: Contrast, index: dict[str, int]) -> bool:
    code = STATUS_CODES[Status.JUDGE_FAILED]
    sides = [index[contrast.system], index[contrast.baseline]]
    return bool((contrast.column.statuses[sides] == code).any())


def _filled(contrast: Contrast, index: dict[str, int], system_end: str, baseline_end: str) -> Contrast:
    """The contrast with each judge failure at one end of the output's range."""
    output, column = contrast.column.output, contrast.column

    def fill(name: str, end: str) -> Values:
        i = index[name]
        failed = column.statuses[i] == STATUS_CODES[Status.JUDGE_FAILED]
        value = output.worst if end == "worst" else output.best
        filled = column.values[i].copy()
        filled[failed] = value
        return sample_means(filled)

    return replace(contrast, a=fill(contrast.system, system_end), b=fill(contrast.baseline, baseline_end))
