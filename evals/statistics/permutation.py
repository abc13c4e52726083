"""Sign flips: under the null hypothesis each unit's difference may as well have the other sign."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bakeoff.evals.statistics.results import FloatArray, IntArray, PairedTest
from bakeoff.evals.statistics.units import Clusters, UnitSums, finite_vector, unit_sums

# Up to here all sign vectors are enumerated: 2^13 = 8,192.
EXACT_UNITS = 13
# |t*| this close to |t| is a tie that rounding broke.
TIE = 1e-9
# Signs held at a time: 32 MB of float64.
_CHUNK = 4_000_000


@dataclass(frozen=True, eq=False)
class Columns:
    """What |t| needs of each of m columns. With signs s, unit sums u and counts N:

    mean m* = Σsu/n and se*² = C/(C−1)·(Σu² − 2m*·ΣsuN + m*²·ΣN²)/n², since s² = 1. Where no unit
    holds more than one value uN = u, and this is Student's t. `sums` are divided by `scale`, a power of
    two per column, so that no square overflows or vanishes; means and errors come back in that scale.
    """

    sums: FloatArray
    weighted: FloatArray | None
    squares: FloatArray
    sizes: FloatArray
    n: IntArray
    units: IntArray
    scale: FloatArray

    def mean_and_se(self, signs: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Means and standard errors, shape (rows, m), under each row of signs, shape (rows, units)."""
        totals = signs @ self.sums
        crossed = totals if self.weighted is None else signs @ self.weighted
        mean = totals / np.maximum(self.n, 1)
        spread = self.squares - 2 * mean * crossed + mean**2 * self.sizes
        # What is left of Σu² after cancellation to 12 digits is rounding.
        spread[spread <= 1e-12 * self.squares] = 0.0
        factor = self.units / np.maximum(self.units - 1, 1)
        return mean, np.sqrt(factor * spread) / np.maximum(self.n, 1)


def columns_of(sums: UnitSums) -> Columns:
    _, exponent = np.frexp(np.abs(sums.sums).max(axis=0, initial=0.0))
    scaled = np.ldexp(sums.sums, -exponent)
    return Columns(
        sums=scaled,
        weighted=scaled * sums.counts if sums.clustered else None,
        squares=(scaled**2).sum(axis=0),
        sizes=(sums.counts**2).sum(axis=0),
        n=sums.counts.sum(axis=0).astype(np.int64),
        units=(sums.counts > 0).sum(axis=0),
        scale=np.ldexp(1.0, exponent),
    )


def absolute_t(mean: FloatArray, se: FloatArray) -> FloatArray:
    """|mean|/se; without spread 0 where the mean is 0 too, else infinite."""
    spread = se > 0
    ratio = np.abs(mean) / np.where(spread, se, 1.0)
    return np.where(spread, ratio, np.where(mean != 0, np.inf, 0.0))


def vector_count(units: int, permutations: int) -> tuple[int, bool]:
    """How many sign vectors there will be, the identity included, and whether they are all of them."""
    if permutations < 1:
        raise ValueError("at least one permutation is needed")
    return (1 << units, True) if units <= EXACT_UNITS else (permutations + 1, False)


def sign_chunks(units: int, permutations: int, seed: int) -> Iterator[FloatArray]:
    """Sign vectors (±1.0) in chunks of shape (rows, units); the very first one is the identity."""
    total, exact = vector_count(units, permutations)
    rng = np.random.default_rng(seed)
    rows = max(1, _CHUNK // max(units, 1))
    for start in range(0, total, rows):
        stop = min(start + rows, total)
        flipped: npt.NDArray[Any]
        if exact:
            flipped = (np.arange(start, stop)[:, None] >> np.arange(units)) & 1
        else:
            packed = rng.integers(0, 256, size=(stop - start, math.ceil(units / 8)), dtype=np.uint8)
            flipped = np.unpackbits(packed, axis=1, count=units)
            if start == 0:
                flipped[0] = 0
        signs = flipped.astype(np.float64)
        signs *= -2.0
        signs += 1.0
        yield signs


def sign_flip(
    differences: Sequence[float] | npt.NDArray[Any],
    clusters: Clusters | None = None,
    *,
    permutations: int = 10_000,
    seed: int = 0,
) -> PairedTest:
    """Two-sided sign-flip permutation test that paired differences centre on 0 (METHODS §7).

    Whole clusters flip where there are clusters. The statistic is the studentised mean, clustered like
    the interval (without clusters that orders sign vectors as the mean does). Up to 13 units all 2^units
    vectors are enumerated; else p = (1 + #)/(permutations + 1), the identity counted, which keeps the
    test valid. It is `max_t` with a single column.

    >>> sign_flip([1.0, 2.0, 3.0, 4.0]).p
    0.125
    """
    sums = unit_sums(finite_vector(differences, "differences")[:, None], clusters)
    n = int(sums.counts.sum())
    if n == 0:
        return PairedTest(None, None, "none (no pairs)", 0)
    columns = columns_of(sums)
    total, exact = vector_count(sums.units, permutations)
    observed, hits = 0.0, 0
    for index, signs in enumerate(sign_chunks(sums.units, permutations, seed)):
        t = absolute_t(*columns.mean_and_se(signs))[:, 0]
        observed = t[0] if index == 0 else observed
        hits += int(np.count_nonzero(t * (1 + TIE) >= observed))
    method = f"sign-flip ({'exact' if exact else 'random'}{', by cluster' if sums.clustered else ''})"
    count = sums.units if sums.clustered else None
    return PairedTest(hits / total, None, method, n, count, permutations=total)
