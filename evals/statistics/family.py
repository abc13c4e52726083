"""One max-|t| distribution for a whole table: adjusted p and simultaneous intervals that agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bakeoff.evals.statistics.permutation import (
    TIE,
    Columns,
    absolute_t,
    columns_of,
    sign_chunks,
    vector_count,
)
from bakeoff.evals.statistics.results import BoolArray, Family, FloatArray, IntArray
from bakeoff.evals.statistics.units import Clusters, unit_sums


@dataclass(frozen=True, eq=False)
class _Scan:
    """What one pass over the sign vectors leaves."""

    effect: FloatArray
    se: FloatArray
    t: FloatArray
    hits: IntArray
    family_hits: IntArray
    critical: float


def max_t(
    differences: Sequence[Sequence[float]] | npt.NDArray[Any],
    clusters: Clusters | None = None,
    *,
    alpha: float = 0.05,
    permutations: int | None = None,
    seed: int = 0,
) -> Family:
    """Westfall and Young's single-step max-|t| over m columns of paired differences (1993; DESIGN §9).

    `differences` has shape (samples, m), NaN where a pair is missing. The signs of a sample, or of a
    whole cluster, flip together in all columns, which keeps their correlation; t is studentised anew
    under every flip. `permutations` defaults to max(10,000, 20·m/alpha); up to 13 units all sign
    vectors are enumerated instead. p_adjusted = #{max|t*| ≥ |t|} over all vectors, the identity
    counted, divided by their number. With k the most hits for which p ≤ alpha, `critical` is the
    (k + 1)-th largest max|t*|, so that p_adjusted ≤ alpha exactly where |t| exceeds it.

    A column whose C units could not reach alpha even alone (2^(1−C) > alpha; 6 units are needed at .05)
    stays out of the others' maximum, or its wild t would hide their effects; its own p compares with the
    larger of the maximum and its own |t*|. No spread: t is infinite, or 0 in a column of zeros, which
    has p 1 and no interval. Fewer than 2 units: t is NaN, p is 1, no interval.
    """
    values = np.asarray(differences, dtype=np.float64)
    if values.ndim != 2 or np.isinf(values).any():
        raise ValueError("differences must be a matrix (samples, columns), finite or NaN")
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie between 0 and 1")
    m = values.shape[1]
    sums = unit_sums(values, clusters)
    columns = columns_of(sums)
    draws = max(10_000, math.ceil(20 * m / alpha)) if permutations is None else permutations
    total, exact = vector_count(sums.units, draws)
    testable = 0.5 ** (columns.units - 1.0) <= alpha
    scan = _scan(columns, testable, draws, seed, alpha)
    p, p_adjusted = _p_values(columns, scan, testable, total)
    low, high = _simultaneous(scan, p_adjusted <= alpha, testable)
    known = columns.units >= 2
    return Family(
        t=np.where(known, np.copysign(scan.t, scan.effect), np.nan),
        se=np.where(known, scan.se, np.nan),
        effect=np.where(columns.n > 0, scan.effect, np.nan),
        p_adjusted=p_adjusted,
        low=low,
        high=high,
        critical=scan.critical,
        permutations=total,
        p=p,
        n=columns.n,
        units=columns.units,
        testable=testable,
        zero_variance=known & (scan.se == 0),
        exact=exact,
        alpha=alpha,
    )


def _scan(columns: Columns, testable: BoolArray, permutations: int, seed: int, alpha: float) -> _Scan:
    units, m = columns.sums.shape
    effect = se = t = np.zeros(m)
    hits, family_hits = np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.int64)
    maxima: list[FloatArray] = []
    for index, signs in enumerate(sign_chunks(units, permutations, seed)):
        means, errors = columns.mean_and_se(signs)
        flipped = absolute_t(means, errors)
        if index == 0:
            effect, se, t = means[0] * columns.scale, errors[0] * columns.scale, flipped[0].copy()
        # Raised by the tie tolerance here, once, so that hits and critical compare the same numbers.
        flipped *= 1 + TIE
        largest = np.where(testable, flipped, 0.0).max(axis=1, initial=0.0)
        hits += (flipped >= t).sum(axis=0)
        family_hits += (np.maximum(flipped, largest[:, None]) >= t).sum(axis=0)
        maxima.append(largest)
    critical = _critical(np.concatenate(maxima), alpha)
    return _Scan(effect, se, t, hits, family_hits, critical)


def _critical(maxima: FloatArray, alpha: float) -> float:
    """The value that |t| must exceed for at most k hits, k being the most with k/total ≤ alpha."""
    total = len(maxima)
    k = math.floor(alpha * total) + 1
    while k / total > alpha:
        k -= 1
    return math.inf if k == 0 else float(np.partition(maxima, total - k - 1)[total - k - 1])


def _p_values(
    columns: Columns, scan: _Scan, testable: BoolArray, total: int
) -> tuple[FloatArray, FloatArray]:
    """Unadjusted and adjusted p. Sampling error may not carry an untestable column below its floor."""
    known = columns.units >= 2
    floor = np.where(testable, 0.0, 0.5 ** (columns.units - 1.0))
    p, adjusted = (np.maximum(hits / total, floor) for hits in (scan.hits, scan.family_hits))
    return np.where(known, p, 1.0), np.where(known, adjusted, 1.0)


def _simultaneous(scan: _Scan, significant: BoolArray, testable: BoolArray) -> tuple[FloatArray, FloatArray]:
    """effect ± critical·se, infinite where there is none; rounding may not move an end across 0."""
    finite = math.isfinite(scan.critical)
    known = significant | (testable & (scan.se > 0) & finite)
    half = np.where(known, (scan.critical if finite else 0.0) * scan.se, np.inf)
    low, high = scan.effect - half, scan.effect + half
    tiny = np.finfo(np.float64).tiny
    above = np.where(significant & (scan.effect > 0), np.maximum(low, tiny), low)
    below = np.where(significant & (scan.effect < 0), np.minimum(high, -tiny), high)
    return (
        np.where(significant, above, np.minimum(low, 0.0)),
        np.where(significant, below, np.maximum(high, 0.0)),
    )
