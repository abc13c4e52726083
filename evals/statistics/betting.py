"""Bounds of a mean that hold at every sample size at once, however often somebody looks (METHODS §7).

Waudby-Smith and Ramdas (2024), "Estimating means of bounded random variables by betting". Values x₁, x₂, …
in [0, 1] have the mean μ. Against "the mean is at most m" a gambler stakes the share γ of a capital that
starts at 1:

    K_t(m) = 1/G · Σ_γ Π_{i≤t} (1 − γ + γ·x_i/m)

If μ ≤ m, no factor has an expectation above 1: each product, and their mean over G fixed shares, is a
non-negative supermartingale, so that K ever reaches 1/α with probability α at most (Ville). The lower bound
is the largest m for which it has. Every factor falls in m, so K does, and bisection finds the bound. The
upper bound is that of 1 − x. The largest K until t counts (the running intersection): a bound never gives
way again.

A mixture of fixed shares, not bets that follow the data: whatever the variance, some share of a geometric
grid is near the best one, and of what the mixture costs, a factor G in capital, only the logarithm counts.
"""

from __future__ import annotations

import numpy as np

from bakeoff.evals.statistics.intervals import Values
from bakeoff.evals.statistics.results import FloatArray, Interval
from bakeoff.evals.statistics.units import finite_vector

METHOD = "betting, valid at any time"
CROSSED = "the two bounds cross: the samples do not look like draws from one population"

SHARES: FloatArray = np.geomspace(0.03, 0.9, 8)
"""The stakes. Of grids of 6 to 24 shares, this one decided soonest in median over effects of 0 to 25 points
on paired, and of 5 to 10 points on single, right-or-wrong scores."""

HALVINGS = 24
"""Of a bracket no wider than 1: a bound is within 1e-7 of the exact one, on the safe side."""

_SLACK = 1e-9


def betting_interval(values: Values, *, low: float = 0.0, high: float = 1.0, alpha: float = 0.05) -> Interval:
    """The mean of values in [low, high], in the order in which they came, with its bounds.

    Each end is a one-sided bound at alpha/2 that holds at all sample sizes at once: the probability that it
    is ever beyond the mean is at most alpha/2. Raises ValueError for values outside the range.
    """
    x = finite_vector(values)
    if not low < high:
        raise ValueError(f"no range: {low} to {high}")
    unit = (x - low) / (high - low)
    if len(x) and (unit.min() < -_SLACK or unit.max() > 1 + _SLACK):
        raise ValueError(f"values outside {low} to {high}")
    if not len(x):
        return Interval(None, None, None, METHOD, 0)
    unit = np.clip(unit, 0.0, 1.0)
    below, above = lower_bound(unit, alpha / 2), 1.0 - lower_bound(1.0 - unit, alpha / 2)
    scale = high - low
    flag = CROSSED if below > above else ""
    return Interval(float(x.mean()), low + scale * below, low + scale * above, METHOD, len(x), flag=flag)


def lower_bound(unit: FloatArray, alpha: float) -> float:
    """The largest m in [0, 1] against which the capital has ever reached 1/alpha; 0 where there is none.

    `unit`: values in [0, 1], in order.
    """
    # the capital against m exceeds 1 only once a mean of the first values has exceeded m
    below, above = 0.0, float((np.cumsum(unit) / np.arange(1, len(unit) + 1)).max(initial=0.0))
    if above == 0.0:
        return 0.0
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        if peak(unit, middle) >= 1.0 / alpha:
            below = middle
        else:
            above = middle
    return below


def peak(unit: FloatArray, mean: float) -> float:
    """The largest capital K_t that betting against "at most `mean`" (above 0) has had, over all t."""
    # a product that overflows has long passed every 1/alpha, one that underflows has lost all but nothing
    with np.errstate(over="ignore", under="ignore"):
        factors = 1.0 - SHARES + np.multiply.outer(unit / mean, SHARES)
        return float(np.cumprod(factors, axis=0).sum(axis=1).max()) / len(SHARES)
