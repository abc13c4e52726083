"""The ratio of two paired means, as a retention ratio is, with Fieller's interval."""

from __future__ import annotations

import math

import numpy as np

from bakeoff.evals.statistics.intervals import Values
from bakeoff.evals.statistics.results import FloatArray, IntArray, Interval
from bakeoff.evals.statistics.units import Clusters, cluster_codes, finite_vector

FIELLER = "Fieller"


def ratio_interval(
    numerator: Values, denominator: Values, clusters: Clusters | None = None, alpha: float = 0.05
) -> Interval:
    """mean(numerator)/mean(denominator) over n pairs, with Fieller's interval (METHODS §4).

    The interval holds the ratios r at which the mean of numerator − r·denominator is not told from 0 by a t
    test with C − 1 degrees of freedom over C clusters (every pair its own where none are given). Where
    the denominator itself is not told from 0, no bounded interval exists: the ends are None. Raises
    ValueError on NaN and on lengths that differ.
    """
    x, y = finite_vector(numerator, "numerator"), finite_vector(denominator, "denominator")
    if len(x) != len(y):
        raise ValueError(f"{len(x)} numerators for {len(y)} denominators")
    codes = np.arange(len(x)) if clusters is None else cluster_codes(clusters, len(x))
    units = len(np.unique(codes))
    shown = units if units < len(x) else None
    if units < 2:
        return Interval(None, None, None, "none (no data)", len(x), shown)
    a, b = float(x.mean()), float(y.mean())
    if b == 0:
        return Interval(None, None, None, "none (the denominator is 0)", len(x), shown)
    low, high = _fieller(a, b, _covariance(x - a, y - b, codes), _t(units, alpha))
    method = FIELLER if low is not None else "none (the denominator is not told from 0)"
    return Interval(a / b, low, high, method, len(x), shown)


def _covariance(x: FloatArray, y: FloatArray, codes: IntArray) -> tuple[float, float, float]:
    """Clustered variances and covariance of the two means, with the small-sample factor C/(C − 1)."""
    sums_x, sums_y = np.bincount(codes, x), np.bincount(codes, y)
    scale = len(sums_x) / (len(sums_x) - 1) / len(x) ** 2
    return float(sums_x @ sums_x) * scale, float(sums_y @ sums_y) * scale, float(sums_x @ sums_y) * scale


def _fieller(
    a: float, b: float, covariance: tuple[float, float, float], t: float
) -> tuple[float | None, float | None]:
    """The roots of (b² − t²·v_b)r² − 2(ab − t²·v_ab)r + (a² − t²·v_a) = 0."""
    v_a, v_b, v_ab = covariance
    square, linear, constant = b**2 - t**2 * v_b, a * b - t**2 * v_ab, a**2 - t**2 * v_a
    if square <= 0:
        return None, None
    root = math.sqrt(max(linear**2 - square * constant, 0.0))
    return (linear - root) / square, (linear + root) / square


def _t(units: int, alpha: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(units - 1, 1 - alpha / 2))
