"""Power to show that one rate clears a bound (Wilson's interval), and what a bound of a quantile needs."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from bakeoff.evals.statistics.power_pairs import at_most
from bakeoff.evals.statistics.power_search import LARGEST
from bakeoff.evals.statistics.results import FloatArray

_STEPS = 30


def rate_power(n: int, rate: float, bound: float, *, alpha: float = 0.05) -> float:
    """The chance that the one-sided Wilson end over n values clears `bound` where the true rate is `rate`.

    Above the bound where the rate is above it (`at_least`), below it where the rate is below (`at_most`).

    >>> round(rate_power(200, 0.92, 0.85), 2)
    0.92
    """
    _check(rate, bound)
    return float(_powers(np.array([float(n)]), rate, bound, alpha)[0])


def rate_n(rate: float, bound: float, *, alpha: float = 0.05, power: float = 0.80) -> int:
    """Values to show that a true `rate` clears `bound`; from this n on the power stays.

    The power goes up and down like a saw with n; all n of the region are looked at.
    """
    _check(rate, bound)
    low, high = _region(rate, bound, alpha, power)
    if high > LARGEST / 100:
        raise ValueError("no number of samples up to 10^7 reaches that power")
    while True:
        sizes = np.arange(low, high + 1, dtype=np.float64)
        short = np.flatnonzero(_powers(sizes, rate, bound, alpha) < power)
        if len(short) == 0:
            return low
        if sizes[short[-1]] < 0.95 * high:
            return int(sizes[short[-1]]) + 1
        high *= 2


def rate_mde(n: int, bound: float, *, above: bool, alpha: float = 0.05, power: float = 0.80) -> float | None:
    """The smallest distance between a bound and a true rate on its good side that n values show.

    `above`: the rate has to lie above the bound. None where even a perfect rate is not shown.
    """
    room = 1 - bound if above else bound
    sign = 1 if above else -1
    _check(bound + sign * room, bound)

    def enough(distance: float) -> bool:
        rate = bound + sign * distance
        if rate == bound or _region(rate, bound, alpha, power)[0] > n:
            return False
        return rate_n(rate, bound, alpha=alpha, power=power) <= n

    if not enough(room):
        return None
    low, high = 0.0, room
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def quantile_least_n(quantile: float, *, alpha: float = 0.05) -> int:
    """Values without which no one-sided upper bound of a quantile exists: the first n with q^n ≤ α.

    The largest of n values lies above the quantile with probability 1 − q^n, whatever the distribution.

    >>> quantile_least_n(0.95), quantile_least_n(0.50)
    (59, 5)
    """
    if not 0 < quantile < 1:
        raise ValueError("a quantile lies between 0 and 1")
    return math.ceil(math.log(alpha) / math.log(quantile))


def _region(rate: float, bound: float, alpha: float, power: float) -> tuple[int, int]:
    """Where the n that is needed lies: around the normal approximation."""
    z, z_b = NormalDist().inv_cdf(1 - alpha), NormalDist().inv_cdf(power)
    sds = z * math.sqrt(bound * (1 - bound)) + z_b * math.sqrt(rate * (1 - rate))
    gap = max(abs(rate - bound), sds / math.sqrt(LARGEST))
    guess = (sds / gap) ** 2
    return max(1, math.floor(0.7 * guess - 50)), math.ceil(1.3 * guess + 200)


def _powers(sizes: FloatArray, rate: float, bound: float, alpha: float) -> FloatArray:
    """P(x > n·b + z√(n·b(1 − b))): what the score test, whose inversion Wilson's interval is, rejects."""
    if rate < bound:
        rate, bound = 1 - rate, 1 - bound
    z = NormalDist().inv_cdf(1 - alpha)
    beaten = np.floor(sizes * bound + z * np.sqrt(sizes * bound * (1 - bound)))
    return 1 - at_most(beaten, sizes, rate)


def _check(rate: float, bound: float) -> None:
    if not (0 <= rate <= 1 and 0 < bound < 1) or rate == bound:
        raise ValueError("needs a rate in [0, 1] that differs from a bound in (0, 1)")
