"""Two independent groups: the interval and the test of a difference of means where nothing is paired."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bakeoff.evals.statistics.intervals import Values, cluster_t
from bakeoff.evals.statistics.proportions import wilson
from bakeoff.evals.statistics.results import (
    FEW_CLUSTERS,
    FEW_SAMPLES,
    UNBOUNDED,
    Bounds,
    FloatArray,
    IntArray,
    Interval,
)
from bakeoff.evals.statistics.units import Clusters, cluster_codes, finite_vector

# Spread below this share of the values is rounding of equal numbers.
_NO_SPREAD = 1e-12
# Halvings of the range of z: far below what any reader sees.
_HALVINGS = 40
_LARGEST_Z = 40.0


@dataclass(frozen=True)
class Unpaired:
    """The difference of two means, first − second, with its interval, and the two-sided p of no difference.

    `interval.n` counts both groups' values, `interval.clusters` both groups' clusters. `p` is in (0, 1], None
    where a group is empty or the interval is open. `test` names what made it.
    """

    interval: Interval
    p: float | None
    test: str


@dataclass(frozen=True)
class _Group:
    """One group: its values, the clusters that they are in, and each cluster's summed deviation over n."""

    values: FloatArray
    codes: IntArray
    influence: dict[int, float]

    @property
    def mean(self) -> float:
        return float(self.values.mean())

    @property
    def clusters(self) -> int:
        return len(self.influence)

    @property
    def variance(self) -> float:
        """The variance of the mean: C/(C − 1) · (1/n²) Σ_c (Σ_{i∈c} (s_i − s̄))² (METHODS §7)."""
        squares = math.fsum(one * one for one in self.influence.values())
        scale = float(np.abs(self.values).max(initial=0.0))
        if self.clusters < 2 or squares <= (_NO_SPREAD * scale) ** 2:
            return 0.0
        return self.clusters / (self.clusters - 1) * squares


def unpaired_difference(
    a: Values,
    b: Values,
    clusters_a: Clusters | None = None,
    clusters_b: Clusters | None = None,
    *,
    binary: bool = False,
    alpha: float = 0.05,
    bounds: Bounds = UNBOUNDED,
) -> Unpaired:
    """The difference of the means of two groups of different samples, a − b.

    Unclustered 0/1 values (with `binary`) → Newcombe's hybrid score interval and Fisher's exact test; else
    Welch's t on cluster sums, each value a cluster of its own where none are given. Labels are shared by the
    groups: a cluster with values in both keeps its covariance, and the degrees of freedom are then those of
    the group with fewer clusters. Where a group shows no spread, or is a single cluster, its variance is
    unknown, not 0: the interval is then made from each group's own (`bounds` is the score's range, without
    which there may be none), and p is the level at which it would touch 0.
    """
    x, y = finite_vector(a, "a"), finite_vector(b, "b")
    if not len(x) or not len(y):
        return Unpaired(Interval(None, None, None, "none (no data)", len(x) + len(y)), None, "none (no data)")
    first, second, clustered = _groups(x, y, clusters_a, clusters_b)
    if binary and not clustered and bool(np.isin(np.concatenate([x, y]), (0.0, 1.0)).all()):
        return _of_rates(first, second, alpha)
    if first.variance and second.variance:
        return _welch(first, second, alpha, bounds, clustered)
    return _recovered(first, second, alpha, bounds, clustered)


def newcombe(hits_a: int, n_a: int, hits_b: int, n_b: int, alpha: float = 0.05) -> tuple[float, float]:
    """Newcombe's hybrid score interval of a difference of two independent rates (1998, method 10).

    >>> low, high = newcombe(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    low, high = _combined(wilson(hits_a, n_a, alpha), wilson(hits_b, n_b, alpha))
    assert low is not None
    assert high is not None
    return low, high


def _combined(one: Interval, other: Interval) -> tuple[float | None, float | None]:
    """The ends of one − other from the two intervals: θ ∓ √((θ₁ − l₁)² + (u₂ − θ₂)²), and its mirror."""
    assert one.estimate is not None
    assert other.estimate is not None
    difference = one.estimate - other.estimate
    low = high = None
    if one.low is not None and other.high is not None:
        low = difference - math.hypot(one.estimate - one.low, other.high - other.estimate)
    if one.high is not None and other.low is not None:
        high = difference + math.hypot(one.high - one.estimate, other.estimate - other.low)
    return low, high


def _of_rates(first: _Group, second: _Group, alpha: float) -> Unpaired:
    from scipy.stats import fisher_exact

    hits = [int(first.values.sum()), int(second.values.sum())]
    sizes = [len(first.values), len(second.values)]
    low, high = newcombe(hits[0], sizes[0], hits[1], sizes[1], alpha)
    table = np.array([[hits[0], sizes[0] - hits[0]], [hits[1], sizes[1] - hits[1]]])
    p = min(1.0, max(float(fisher_exact(table).pvalue), math.ulp(0.0)))
    return Unpaired(_interval(first, second, (low, high), "Newcombe", False), p, "Fisher (exact)")


def _welch(first: _Group, second: _Group, alpha: float, bounds: Bounds, clustered: bool) -> Unpaired:
    """t with Welch and Satterthwaite's degrees of freedom, (v₁ + v₂)²/(v₁²/(C₁ − 1) + v₂²/(C₂ − 1))."""
    from scipy.special import stdtr, stdtrit

    v, w = first.variance, second.variance
    shared = first.influence.keys() & second.influence.keys()
    if shared:
        both = first.influence.keys() | second.influence.keys()
        scale = [math.sqrt(one.clusters / (one.clusters - 1)) for one in (first, second)]
        pulls = [
            scale[0] * first.influence.get(c, 0.0) - scale[1] * second.influence.get(c, 0.0) for c in both
        ]
        variance = math.fsum(pull * pull for pull in pulls)
        df = float(min(first.clusters, second.clusters) - 1)
    else:
        variance = v + w
        df = variance**2 / (v**2 / (first.clusters - 1) + w**2 / (second.clusters - 1))
    se, difference = math.sqrt(variance), first.mean - second.mean
    if se == 0.0:  # shared clusters may cancel each other exactly
        return _recovered(first, second, alpha, bounds, clustered)
    half = float(stdtrit(df, 1 - alpha / 2)) * se
    method = "Welch's t, by cluster" if clustered else "Welch's t"
    p = min(1.0, max(2 * float(stdtr(df, -abs(difference) / se)), math.ulp(0.0)))
    ends = _clipped(difference - half, difference + half, bounds)
    return Unpaired(_interval(first, second, ends, method, clustered), p, method)


def _recovered(first: _Group, second: _Group, alpha: float, bounds: Bounds, clustered: bool) -> Unpaired:
    """The interval from the two groups' own, and the level at which it would touch 0, by bisection on z."""

    def ends(level: float) -> tuple[float | None, float | None]:
        one, other = (cluster_t(group.values, group.codes, level, bounds=bounds) for group in (first, second))
        return _combined(one, other)

    difference = first.mean - second.mean
    low, high = ends(alpha)
    method = "from each group's interval (no variance)"
    interval = _interval(first, second, _clipped(low, high, bounds), method, clustered)
    if difference == 0.0:
        return Unpaired(interval, 1.0, method)
    side = 0 if difference > 0 else 1
    if ends(alpha)[side] is None:
        return Unpaired(interval, None, "none (no variance)")
    least, most = 0.0, _LARGEST_Z
    for _ in range(_HALVINGS):
        z = (least + most) / 2
        end = ends(_level(z))[side]
        excludes = end is not None and (end > 0 if side == 0 else end < 0)
        least, most = (z, most) if excludes else (least, z)
    return Unpaired(interval, max(_level(most), math.ulp(0.0)), method)


def _level(z: float) -> float:
    """The two-sided level of a normal quantile."""
    return math.erfc(z / math.sqrt(2))


def _groups(
    x: FloatArray, y: FloatArray, clusters_a: Clusters | None, clusters_b: Clusters | None
) -> tuple[_Group, _Group, bool]:
    """The two groups with cluster numbers in common, and whether any cluster holds more than one value."""
    labels: list[object] = [*(clusters_a if clusters_a is not None else [None] * len(x))]
    labels += [*(clusters_b if clusters_b is not None else [None] * len(y))]
    codes = cluster_codes(labels, len(x) + len(y))
    parts = (x, codes[: len(x)]), (y, codes[len(x) :])
    first, second = (_Group(values, part, _influence(values, part)) for values, part in parts)
    return first, second, len(np.unique(codes)) < len(codes)


def _influence(values: FloatArray, codes: IntArray) -> dict[int, float]:
    known, places = np.unique(codes, return_inverse=True)
    sums = np.bincount(places, weights=values - values.mean()) / len(values)
    return dict(zip(known.tolist(), sums.tolist(), strict=True))


def _clipped(low: float | None, high: float | None, bounds: Bounds) -> tuple[float | None, float | None]:
    """The ends, cut to the differences that the score's range allows."""
    if bounds[0] is None or bounds[1] is None:
        return low, high
    span = bounds[1] - bounds[0]
    return None if low is None else max(low, -span), None if high is None else min(high, span)


def _interval(
    first: _Group, second: _Group, ends: tuple[float | None, float | None], method: str, clustered: bool
) -> Interval:
    n = len(first.values) + len(second.values)
    clusters = len(first.influence.keys() | second.influence.keys()) if clustered else None
    few = min(first.clusters, second.clusters) < 10
    flag = (FEW_CLUSTERS if clustered else FEW_SAMPLES) if few else ""
    return Interval(first.mean - second.mean, *ends, method, n, clusters, flag)
