"""Intervals of a mean: Student's t, cluster-t, BCa, and what is left where nothing varies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bakeoff.evals.statistics.results import (
    FEW_CLUSTERS,
    FEW_SAMPLES,
    UNBOUNDED,
    Bounds,
    FloatArray,
    Interval,
)
from bakeoff.evals.statistics.units import Clusters, UnitSums, finite_vector, unit_sums

Values = Sequence[float] | npt.NDArray[Any]

# Spread below this share of the values is rounding of equal numbers.
_NO_SPREAD = 1e-12
# Resampled indices held at a time: 8 MB.
_CHUNK = 1_000_000


def cluster_t(
    values: Values, clusters: Clusters | None = None, alpha: float = 0.05, *, bounds: Bounds = UNBOUNDED
) -> Interval:
    """The t interval of a mean with C − 1 degrees of freedom over C clusters.

    Clustered SE² = C/(C−1) · (1/n²) Σ_c (Σ_{i∈c} (s_i − s̄))² (Miller 2024, METHODS §7, with the
    small-sample factor). Without clusters this is Student's t interval, and is named so. Fewer than 10
    clusters are flagged. The ends are clipped to `bounds` (the score's range, None for an open end).
    """
    sums = _sums(values, clusters)
    if (fallback := _degenerate(sums, alpha, bounds)) is not None:
        return fallback
    from scipy.special import stdtrit

    mean, residuals, n = _centred(sums)
    c = sums.units
    se = math.sqrt(c / (c - 1) * float(residuals @ residuals)) / n
    half = float(stdtrit(c - 1, 1 - alpha / 2)) * se
    method = "cluster-t" if sums.clustered else "t"
    return _interval(sums, mean, (mean - half, mean + half), method, bounds)


def bca(
    values: Values,
    clusters: Clusters | None = None,
    alpha: float = 0.05,
    resamples: int = 10_000,
    seed: int = 0,
    *,
    bounds: Bounds = UNBOUNDED,
) -> Interval:
    """The bias-corrected and accelerated bootstrap interval of a mean (Efron 1987; METHODS §7).

    Whole clusters are resampled where there are clusters. With θ* the resampled means, z0 = Φ⁻¹(share
    of θ* below the mean, ties counted half) and a = Σd³ / (6 (Σd²)^1.5) with d the deviations of the
    leave-one-unit-out means, the ends are the θ*-quantiles at Φ(z0 + (z0 + z)/(1 − a(z0 + z))).
    The same values give the same interval in whatever order they come.
    """
    sums = _sums(values, clusters)
    if (fallback := _degenerate(sums, alpha, bounds)) is not None:
        return fallback
    mean = _centred(sums)[0]
    means = resampled_means(sums, resamples, seed)
    ends = np.quantile(means, _bca_levels(sums, means, mean, alpha))
    return _interval(sums, mean, (float(ends[0]), float(ends[1])), "BCa", bounds)


def resampled_means(sums: UnitSums, resamples: int, seed: int) -> FloatArray:
    """Means of `resamples` draws of units with replacement, shape (resamples,)."""
    rng = np.random.default_rng(seed)
    u, n, c = sums.sums[:, 0], sums.counts[:, 0], sums.units
    rows = max(1, _CHUNK // c)
    means = np.empty(resamples)
    for start in range(0, resamples, rows):
        stop = min(start + rows, resamples)
        drawn = rng.integers(0, c, size=(stop - start, c))
        size = n[drawn].sum(axis=1) if sums.clustered else float(c)
        means[start:stop] = u[drawn].sum(axis=1) / size
    return means


def _bca_levels(sums: UnitSums, means: FloatArray, mean: float, alpha: float) -> FloatArray:
    from scipy.special import ndtr, ndtri

    below = (np.mean(means < mean) + np.mean(means <= mean)) / 2
    z0 = float(ndtri(np.clip(below, 0.5 / len(means), 1 - 0.5 / len(means))))
    u, n = sums.sums[:, 0], sums.counts[:, 0]
    left_out = (u.sum() - u) / (n.sum() - n)
    d = left_out.mean() - left_out
    scale = float(d @ d) ** 1.5  # of values near the smallest floats it is 0
    a = float((d**3).sum()) / (6 * scale) if scale > 0 else 0.0
    shifted = z0 + ndtri(np.array([alpha / 2, 1 - alpha / 2]))
    # Past the pole the level has reached its end.
    room = np.maximum(1 - a * shifted, np.finfo(np.float64).tiny)
    return np.asarray(ndtr(z0 + shifted / room), dtype=np.float64)


def _degenerate(sums: UnitSums, alpha: float, bounds: Bounds) -> Interval | None:
    """The interval where variance cannot be estimated, or None where it can.

    For C units that all show the mean v, in a score that cannot fall below lo,
    low = lo + (v − lo)·(α/2)^(1/C), and likewise above. It holds for every distribution: with mean m
    of w ≥ 0, P(all C of w exceed m/(α/2)^(1/C)) ≤ α/2, by Markov's inequality for each. At v = lo = 0 and
    hi = 1 the other end is 1 − (α/2)^(1/C), the bound for zero events of METHODS §7 (one-sided there).
    """
    n = int(sums.counts.sum())
    if n == 0:
        return Interval(None, None, None, "none (no data)", 0)
    mean, residuals, _ = _centred(sums)
    scale = float(np.abs(sums.sums).max())
    if sums.units > 1 and float(np.abs(residuals).max()) > _NO_SPREAD * scale:
        return None
    reason = "zero variance" if sums.units > 1 else ("one cluster" if n > 1 else "one sample")
    share = (alpha / 2) ** (1 / sums.units)
    low, high = (None if end is None else end + (mean - end) * share for end in _around(mean, bounds))
    kind = "none" if low is None and high is None else "bound"
    return _interval(sums, mean, (low, high), f"{kind} ({reason})", bounds)


def _interval(
    sums: UnitSums, mean: float, ends: tuple[float | None, float | None], method: str, bounds: Bounds
) -> Interval:
    low, high = ends
    least, most = _around(mean, bounds)
    if low is not None and least is not None:
        low = max(low, least)
    if high is not None and most is not None:
        high = min(high, most)
    clusters = sums.units if sums.clustered else None
    few = FEW_CLUSTERS if sums.clustered else FEW_SAMPLES
    flag = few if sums.units < 10 else ""
    return Interval(mean, low, high, method, int(sums.counts.sum()), clusters, flag)


def _around(mean: float, bounds: Bounds) -> Bounds:
    """The score's range, stretched by what rounding put outside (a cosine of 1.0000001)."""
    low, high = bounds
    return (None if low is None else min(low, mean), None if high is None else max(high, mean))


def _sums(values: Values, clusters: Clusters | None) -> UnitSums:
    return unit_sums(finite_vector(values)[:, None], clusters)


def _centred(sums: UnitSums) -> tuple[float, FloatArray, float]:
    """Mean over all values, each unit's summed deviation from it, and the number of values."""
    u, counts = sums.sums[:, 0], sums.counts[:, 0]
    n = float(counts.sum())
    mean = float(u.sum()) / n
    return mean, u - mean * counts, n
