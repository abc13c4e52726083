"""Formats crossed with items: formats are drawn as items are, so both vary (METHODS.md §3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from bakeoff.evals.statistics.intervals import cluster_t
from bakeoff.evals.statistics.permutation import TIE
from bakeoff.evals.statistics.results import UNBOUNDED, Bounds, FloatArray, Interval, PairedTest
from bakeoff.evals.statistics.units import Clusters, cluster_codes

# Spread below this share of the values is rounding of equal numbers.
_NO_SPREAD = 1e-12
# Resampled cells held at a time: 32 MB of float64.
_CHUNK = 4_000_000


def two_way(
    values: npt.NDArray[Any],
    clusters: Clusters | None = None,
    alpha: float = 0.05,
    *,
    bounds: Bounds = UNBOUNDED,
) -> tuple[Interval, PairedTest]:
    """The mean of values of shape (items, formats), both a random factor: t interval, and test of mean 0.

    SE² = V_items + V_formats − V_cells, each V the clustered variance of the mean with its factor G/(G − 1)
    (Cameron, Gelbach and Miller 2011), V_cells by item cluster and format; never below the larger of the
    first two. t has min(item clusters, formats) − 1 degrees of freedom. The claim is about the formats
    that these were drawn from. Without variance the bound of `cluster_t` by the smaller factor, and the
    p of as many equal signs. Raises ValueError on NaN; no interval below two items or two formats.
    """
    x = _matrix(values)
    groups = np.arange(len(x)) if clusters is None else cluster_codes(clusters, len(x))
    least = min(len(np.unique(groups)), x.shape[1]) if x.size else 0
    if least < 2:
        mean = float(x.mean()) if x.size else None
        why = "fewer than 2 items or formats" if x.size else "no data"
        return Interval(mean, None, None, f"none ({why})", x.size), PairedTest(None, None, "none", x.size)
    mean = float(x.mean())
    se = math.sqrt(_two_way_variance(x - mean, groups))
    method = "two-way t (items and formats)"
    if se <= _NO_SPREAD * float(np.abs(x).max()):
        p = 0.5 ** (least - 1) if mean else 1.0
        interval = _without_spread(x, groups, alpha, bounds)
        return interval, PairedTest(p, None, "sign-flip (no variance)", x.size, least)
    from scipy.special import stdtr, stdtrit

    half = float(stdtrit(least - 1, 1 - alpha / 2)) * se
    low, high = _clipped(mean - half, mean + half, mean, bounds)
    p = 2 * float(stdtr(least - 1, -abs(mean) / se))
    return Interval(mean, low, high, method, x.size, least), PairedTest(p, None, method, x.size, least)


def worst_format(
    a: npt.NDArray[Any],
    b: npt.NDArray[Any],
    clusters: Clusters | None = None,
    *,
    alpha: float = 0.05,
    resamples: int = 10_000,
    seed: int = 0,
    bounds: Bounds = UNBOUNDED,
) -> tuple[Interval, PairedTest]:
    """How much lower the worst format of a lies than that of b: min over formats of a's mean, less b's.

    `a` and `b` have shape (items, formats) and hold changes from each system's own unshifted level. The
    interval is the percentile one of the two-way bootstrap, formats and items (whole clusters) drawn
    anew; the test exchanges the two systems item by item (by whole clusters), which keeps the formats
    as they are. Negative is worse for a. Where no resample differs, with C item clusters, each end
    lies 1 − (alpha/2)^(1/C) of the way from the estimate to its end of `bounds` (of the difference), as in
    `cluster_t`.
    Raises ValueError on NaN or different shapes.
    """
    x, y = _matrix(a), _matrix(b)
    if x.shape != y.shape:
        raise ValueError(f"pairs of different shapes: {x.shape} and {y.shape}")
    if not x.size:
        return Interval(None, None, None, "none (no data)", 0), PairedTest(None, None, "none", 0)
    groups = np.arange(len(x)) if clusters is None else cluster_codes(clusters, len(x))
    codes, index = np.unique(groups, return_inverse=True)
    units = len(codes)
    sums = np.stack([_by_unit(x, index, units), _by_unit(y, index, units)])
    counts = np.bincount(index, minlength=units).astype(np.float64)
    observed = float(_gap(sums.sum(axis=1), counts.sum()))
    rng = np.random.default_rng(seed)
    drawn = _bootstrapped(sums, counts, resamples, rng)
    ends = np.quantile(drawn, [alpha / 2, 1 - alpha / 2])
    low, high = min(float(ends[0]), observed), max(float(ends[1]), observed)
    hits = _exchanged(sums, counts, observed, resamples, rng)
    test = PairedTest(
        (1 + hits) / (1 + resamples), None, "exchange (random)", len(x), units, None, resamples + 1
    )
    if units < 2:
        return Interval(observed, None, None, "none (one item)", len(x), units), test
    if (x == y).all() or ends[1] - ends[0] < _NO_SPREAD:
        share = 1 - (alpha / 2) ** (1 / units)
        low_end, high_end = (None if end is None else observed + (end - observed) * share for end in bounds)
        return Interval(observed, low_end, high_end, "bound (no spread)", len(x), units), test
    return Interval(observed, low, high, "two-way bootstrap", len(x), units), test


def _without_spread(x: FloatArray, groups: npt.NDArray[Any], alpha: float, bounds: Bounds) -> Interval:
    """What is left where nothing varies: the bound by the factor with fewer levels."""
    formats = np.broadcast_to(np.arange(x.shape[1]), x.shape)
    items = np.broadcast_to(groups[:, None], x.shape)
    fewer = formats if x.shape[1] <= len(np.unique(groups)) else items
    return cluster_t(x.ravel(), fewer.ravel(), alpha, bounds=bounds)


def _two_way_variance(residuals: FloatArray, groups: npt.NDArray[Any]) -> float:
    codes, index = np.unique(groups, return_inverse=True)
    cells = _by_unit(residuals, index, len(codes))
    items, formats = _variance(cells.sum(axis=1)), _variance(cells.sum(axis=0))
    both = items + formats - _variance(cells.ravel())
    return max(both, items, formats) / residuals.size**2


def _variance(sums: FloatArray) -> float:
    return len(sums) / (len(sums) - 1) * float(sums @ sums)


def _by_unit(values: FloatArray, index: npt.NDArray[Any], units: int) -> FloatArray:
    sums = np.zeros((units, values.shape[1]))
    np.add.at(sums, index, values)
    return sums


def _gap(totals: FloatArray, n: FloatArray | float) -> FloatArray:
    """Worst mean of a less that of b; totals of shape (2, …, formats)."""
    worst: FloatArray = totals.min(axis=-1) / n
    return np.asarray(worst[0] - worst[1])


def _bootstrapped(
    sums: FloatArray, counts: FloatArray, resamples: int, rng: np.random.Generator
) -> FloatArray:
    _, units, formats = sums.shape
    rows = max(1, _CHUNK // max(units * formats, 1))
    parts = []
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        weights = rng.multinomial(units, np.full(units, 1 / units), size=size).astype(np.float64)
        totals = np.einsum("ru,suf->srf", weights, sums, optimize=True)
        chosen = rng.integers(0, formats, size=(size, formats))
        totals = np.take_along_axis(totals, np.broadcast_to(chosen, totals.shape), axis=2)
        parts.append(_gap(totals, weights @ counts))
    return np.concatenate(parts)


def _exchanged(
    sums: FloatArray, counts: FloatArray, observed: float, permutations: int, rng: np.random.Generator
) -> int:
    """How many random exchanges part the systems at least as far as they were found."""
    _, units, formats = sums.shape
    total, swing = sums.sum(axis=1), sums[1] - sums[0]
    rows = max(1, _CHUNK // max(units * formats, 1))
    hits = 0
    for start in range(0, permutations, rows):
        swapped = rng.integers(0, 2, size=(min(rows, permutations - start), units)).astype(np.float64)
        moved = swapped @ swing
        gap = _gap(np.stack([total[0] + moved, total[1] - moved]), float(counts.sum()))
        hits += int(np.count_nonzero(np.abs(gap) * (1 + TIE) + 1e-12 >= abs(observed)))
    return hits


def _matrix(values: npt.NDArray[Any]) -> FloatArray:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2 or not np.isfinite(x).all():
        raise ValueError("values must be a finite matrix (items, formats)")
    return x


def _clipped(low: float, high: float, mean: float, bounds: Bounds) -> tuple[float, float]:
    least, most = bounds
    return (
        low if least is None else max(low, min(least, mean)),
        high if most is None else min(high, max(most, mean)),
    )
