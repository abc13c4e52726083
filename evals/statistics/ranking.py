"""How well scores tell two groups apart: the area under the ROC curve, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bakeoff.evals.statistics.results import FEW_CLUSTERS, FEW_SAMPLES, FloatArray, Interval
from bakeoff.evals.statistics.units import Clusters, cluster_codes, finite_vector

_NO_SPREAD = 1e-12


def auc(
    scores: Sequence[float] | npt.NDArray[Any],
    positive: Sequence[bool] | npt.NDArray[Any],
    *,
    strata: Sequence[int] | npt.NDArray[Any] | None = None,
    clusters: Clusters | None = None,
    alpha: float = 0.05,
) -> Interval:
    """The chance that a positive's score lies above a negative's, ties counted half.

    Only pairs within a stratum are compared (the test folds of a cross-validation, whose scores need not
    be on one scale); strata that lack a class are left out. The variance is DeLong's (1988): the sum, over
    the two classes, of that of a mean of placements V_i = share of the other class that i is ranked rightly
    to; by whole clusters where there are clusters (Obuchowski 1997, without the covariance between
    classes). The interval is a t interval with min(C₊, C₋) − 1 degrees of freedom, clipped to [0, 1]. Without
    variance (all pairs right) its lower end is (α/2)^(1/min(C₊, C₋)), as for that many independent pairs.
    `n` counts the scores that were compared. Raises ValueError where the lengths differ.
    """
    x = finite_vector(scores, "scores")
    labels = np.asarray(positive, dtype=bool)
    folds = np.zeros(len(x), dtype=np.int64) if strata is None else np.asarray(strata)
    if not len(x) == len(labels) == len(folds):
        raise ValueError(f"{len(x)} scores, {len(labels)} labels and {len(folds)} strata")
    units = np.arange(len(x)) if clusters is None else cluster_codes(clusters, len(x))
    placed = _placements(x, labels, folds)
    used = ~np.isnan(placed)
    ups, downs = used & labels, used & ~labels
    if not used.any():
        return Interval(None, None, None, "none (no pairs)", 0)
    mean = float(placed[ups].mean())
    sizes = [len(np.unique(units[mask])) for mask in (ups, downs)]
    se = math.hypot(*(_standard_error(placed[mask], units[mask]) for mask in (ups, downs)))
    clustered = sum(sizes) < int(used.sum())
    return _interval(mean, se, min(sizes), int(used.sum()), clustered, alpha)


def _placements(x: FloatArray, labels: npt.NDArray[np.bool_], folds: npt.NDArray[Any]) -> FloatArray:
    """For each score the share of the other class that it is ranked rightly to; NaN without one."""
    placed = np.full(len(x), np.nan)
    for fold in np.unique(folds):
        ups, downs = (folds == fold) & labels, (folds == fold) & ~labels
        if ups.any() and downs.any():
            placed[ups] = _share_below(x[ups], x[downs])
            placed[downs] = 1 - _share_below(x[downs], x[ups])
    return placed


def _share_below(values: FloatArray, others: FloatArray) -> FloatArray:
    ordered = np.sort(others)
    below = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return np.asarray(below / (2 * len(others)), dtype=np.float64)


def _standard_error(values: FloatArray, units: npt.NDArray[Any]) -> float:
    """Of a mean, by units: SE² = C/(C−1) · (1/n²) Σ_c (Σ_{i∈c} (v_i − v̄))²; infinite for one unit."""
    _, codes = np.unique(units, return_inverse=True)
    sums = np.bincount(codes, weights=values - values.mean())
    c = len(sums)
    return math.inf if c < 2 else math.sqrt(c / (c - 1) * float(sums @ sums)) / len(values)


def _interval(mean: float, se: float, units: int, n: int, clustered: bool, alpha: float) -> Interval:
    clusters = units if clustered else None
    flag = "" if units >= 10 else (FEW_CLUSTERS if clustered else FEW_SAMPLES)
    if units < 2 or se < _NO_SPREAD:
        share = (alpha / 2) ** (1 / units)
        reason = "zero variance" if units > 1 else "one unit"
        ends = mean * share, 1 - (1 - mean) * share
        return Interval(mean, *ends, f"bound ({reason})", n, clusters, flag)
    from scipy.special import stdtrit

    half = float(stdtrit(units - 1, 1 - alpha / 2)) * se
    method = "DeLong, clustered" if clustered else "DeLong"
    return Interval(mean, max(0.0, mean - half), min(1.0, mean + half), method, n, clusters, flag)
