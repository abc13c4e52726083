"""A quantile with a distribution-free interval: order statistics, as latency bounds need them."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from bakeoff.evals.statistics.intervals import Values
from bakeoff.evals.statistics.results import FEW_SAMPLES, Interval


def quantile_interval(values: Values, quantile: float, alpha: float = 0.05) -> Interval:
    """The interval of a quantile over n independent values, valid for every distribution.

    Its ends are order statistics: with B ~ Binomial(n, q), low
    is the largest X_(r) with P(B < r) ≤ alpha/2, high the smallest X_(s) with P(B ≥ s) ≤ alpha/2; an end
    that n values are too few for is None. The estimate is X_(⌈nq⌉). Values may be infinite: an answer that
    never came is later than all. Raises ValueError on NaN, and unless 0 < quantile < 1.

    >>> found = quantile_interval(range(1, 101), 0.9, alpha=0.10)
    >>> found.estimate, found.low, found.high
    (90.0, 85.0, 96.0)
    """
    if not 0 < quantile < 1:
        raise ValueError("needs 0 < quantile < 1")
    x = np.sort(np.asarray(values, dtype=np.float64))
    if x.ndim != 1 or np.isnan(x).any():
        raise ValueError("needs a vector of numbers")
    n = len(x)
    if n == 0:
        return Interval(None, None, None, "none (no data)", 0)
    from scipy.special import bdtr, bdtrc

    counts = np.arange(n)
    below = int((bdtr(counts, n, quantile) <= alpha / 2).sum())  # P(B ≤ k) of k = 0 … n − 1
    above = int((bdtrc(counts, n, quantile) > alpha / 2).sum())  # P(B ≥ k + 1)
    low = float(x[below - 1]) if below else None
    high = float(x[above]) if above < n else None
    estimate = float(x[min(n, max(1, math.ceil(n * quantile - 1e-9))) - 1])
    return Interval(estimate, low, high, "order statistics", n, flag=FEW_SAMPLES if n < 10 else "")


def least_n(quantile: float, *, alpha: float = 0.05) -> int:
    """The fewest values that give a quantile a one-sided upper bound at `alpha`: qⁿ ≤ alpha.

    >>> least_n(0.95), least_n(0.99)
    (59, 299)
    """
    return math.ceil(math.log(alpha) / math.log(quantile) - 1e-9)


def quantile_n(
    quantile: float, share: float, *, alpha: float = 0.05, power: float = 0.80, upper: bool = True
) -> int | None:
    """Values to show, at one-sided `alpha`, that a quantile is on its side of a limit.

    `share` is the true share of values within the limit. A quantile q below the limit is a share above q:
    n = ((z·√(q(1−q)) + z_b·√(s(1−s))) / (s − q))², the usual size for one rate, and at least `least_n` of
    the end that is needed. None where share and quantile are equal.

    >>> quantile_n(0.95, 0.98)
    253
    """
    if share == quantile:
        return None
    z, z_b = NormalDist().inv_cdf(1 - alpha), NormalDist().inv_cdf(power)
    spread = z * math.sqrt(quantile * (1 - quantile)) + z_b * math.sqrt(share * (1 - share))
    return max(
        math.ceil((spread / (share - quantile)) ** 2),
        least_n(quantile if upper else 1 - quantile, alpha=alpha),
    )
