"""Independent units: what is resampled and sign-flipped is a sample, or a whole cluster of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bakeoff.evals.statistics.results import FloatArray, IntArray

Clusters = Sequence[Hashable] | npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class UnitSums:
    """Sums and counts of the values of each unit, both of shape (units, columns).

    Missing values add nothing to either. Rows are in an order that depends on the values alone, so
    that seeded resampling does not depend on the order in which samples arrive.
    """

    sums: FloatArray
    counts: FloatArray
    clustered: bool

    @property
    def units(self) -> int:
        return len(self.sums)


def cluster_codes(clusters: Clusters, n: int) -> IntArray:
    """Integers 0…C−1 for n cluster labels; None (or NaN) is a cluster of its own.

    Raises ValueError where there is not one label for each value.
    """
    if len(clusters) != n:
        raise ValueError(f"{len(clusters)} cluster labels for {n} values")
    known: dict[Hashable, int] = {}
    codes = np.empty(n, dtype=np.int64)
    fresh = 0
    for i, label in enumerate(clusters):
        alone = label is None or label != label
        codes[i] = fresh if alone else known.setdefault(label, fresh)
        fresh += codes[i] == fresh
    return codes


def unit_sums(values: FloatArray, clusters: Clusters | None = None) -> UnitSums:
    """Reduce values of shape (n, m), NaN where missing, to units; units without any value are dropped.

    Clusters that all hold one value are no clusters: `clustered` is then False.
    """
    codes = np.arange(len(values)) if clusters is None else cluster_codes(clusters, len(values))
    present = ~np.isnan(values)
    kept = present.any(axis=1)
    values, present, codes = values[kept], present[kept], codes[kept]
    order = _row_order(values)
    order = order[np.argsort(codes[order], kind="stable")]
    values, present, codes = values[order], present[order], codes[order]
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    clustered = len(starts) < len(codes)
    sums, counts = np.where(present, values, 0.0), present.astype(np.float64)
    if clustered:
        sums, counts = np.add.reduceat(sums, starts, axis=0), np.add.reduceat(counts, starts, axis=0)
    order = _row_order(np.hstack([sums, counts]))
    return UnitSums(sums[order], counts[order], clustered)


def _row_order(rows: FloatArray) -> IntArray:
    """Lexicographic order of rows, first column first; equal rows are interchangeable."""
    if rows.shape[0] == 0 or rows.shape[1] == 0:
        return np.arange(rows.shape[0])
    return np.lexsort(rows.T[::-1])


def finite_vector(values: Sequence[float] | npt.NDArray[Any], name: str = "values") -> FloatArray:
    """A float vector; ValueError where it is not one-dimensional or holds NaN or infinity."""
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, not of shape {vector.shape}")
    if not np.isfinite(vector).all():
        raise ValueError(f"{name} must be finite: leave missing values out")
    return vector


def paired_differences(
    a: Sequence[float] | npt.NDArray[Any], b: Sequence[float] | npt.NDArray[Any]
) -> FloatArray:
    """a − b, elementwise (any equal shapes, NaN allowed), with rounding noise set to 0.

    A difference within 8 units in the last place of the larger operand is an artefact of averaging
    repeats in another order; left in, it would be a column with tiny but perfectly regular effects.
    """
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"pairs of different shapes: {x.shape} and {y.shape}")
    difference = x - y
    noise = 8 * np.finfo(np.float64).eps * np.maximum(np.abs(x), np.abs(y))
    return np.where(np.abs(difference) <= noise, 0.0, difference)
