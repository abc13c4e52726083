"""Exact power of the paired comparisons of rates: McNemar's test and Tango's non-inferiority test.

b pairs succeed on the first side only, c on the second only: b + c ~ Binomial(n, π), and b given b + c
is binomial too. Nothing is simulated or approximated but for tails below 10⁻¹⁵.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from bakeoff.evals.statistics.power import mcnemar_n, non_inferiority_n
from bakeoff.evals.statistics.power_search import smallest_effect, smallest_n
from bakeoff.evals.statistics.results import FloatArray

_TAIL_SDS = 9.0
_SMOOTH_FROM = 50_000  # pairs: the saw's teeth are then below 0.001 of power


@lru_cache(maxsize=4096)
def mcnemar_power(n: int, effect: float, discordant: float, *, alpha: float = 0.05) -> float:
    """Power of the exact two-sided McNemar test over n pairs for a difference of rates `effect`.

    `discordant` is the share π of pairs on which the sides differ; where the effect is larger, all of
    them differ in its direction, and π is the effect.

    >>> round(mcnemar_power(337, 0.05, 0.10), 3)
    0.801
    """
    _check(n=n, effect=effect, discordant=discordant)
    share = max(discordant, effect)
    pairs, weights = _discordant_pairs(n, share)
    least = _critical_count(pairs, alpha / 2)
    better = (share + effect) / (2 * share)
    rejected = at_most(least, pairs, better) + at_most(least, pairs, 1 - better)
    return float(weights @ rejected)


def mcnemar_exact_n(effect: float, discordant: float, *, alpha: float = 0.05, power: float = 0.80) -> int:
    """Pairs for the exact two-sided McNemar test to find a difference of rates `effect` (METHODS §4).

    >>> mcnemar_exact_n(0.02, 0.10), mcnemar_exact_n(0.05, 0.20)
    (2043, 658)
    """
    _check(effect=effect, discordant=discordant)
    start = mcnemar_n(effect, max(discordant, effect), alpha=alpha, power=power)
    return smallest_n(lambda n: mcnemar_power(n, effect, discordant, alpha=alpha), start, power)


def mcnemar_mde(n: int, discordant: float, *, alpha: float = 0.05, power: float = 0.80) -> float | None:
    """The smallest difference of rates that n pairs find; None where not even a difference of 1 is found.

    >>> round(mcnemar_mde(337, 0.10), 4)
    0.05
    """
    _check(n=n, discordant=discordant)
    return smallest_effect(lambda effect: mcnemar_power(n, effect, discordant, alpha=alpha), power)


@lru_cache(maxsize=4096)
def tango_power(n: int, margin: float, discordant: float, *, alpha: float = 0.05) -> float:
    """Power of Tango's one-sided non-inferiority test over n pairs whose true rates are equal.

    The chance that the difference is shown to lie above −margin, as `non_inferiority_p` shows it.

    >>> round(tango_power(2000, 0.02, 0.10), 2)  # METHODS §4
    0.88
    """
    _check(n=n, effect=margin, discordant=discordant)
    if margin >= 1:
        return 1.0  # nothing is worse by more than everything
    pairs, weights = _discordant_pairs(n, discordant)
    needed = _fewest_wins(pairs, n, margin, NormalDist().inv_cdf(1 - alpha))
    return float(weights @ (1 - at_most(needed - 1, pairs, 0.5)))


def tango_n(margin: float, discordant: float, *, alpha: float = 0.05, power: float = 0.80) -> int:
    """Pairs to show by Tango's test that a rate is not lower by `margin` where it is not lower at all.

    The power goes up and down within 1/margin pairs; from this n on it stays (METHODS §7).
    """
    _check(effect=margin, discordant=discordant)
    if margin >= 1:
        return 1
    start = non_inferiority_n(margin, discordant, alpha=alpha, power=power)
    tooth = math.ceil(1 / margin) + 1 if start < _SMOOTH_FROM else 1
    return smallest_n(lambda n: tango_power(n, margin, discordant, alpha=alpha), start, power, settled=tooth)


def tango_mde(n: int, discordant: float, *, alpha: float = 0.05, power: float = 0.80) -> float | None:
    """The smallest margin for which n pairs show non-inferiority where the rates are equal."""
    _check(n=n, discordant=discordant)
    return smallest_effect(lambda margin: tango_power(n, margin, discordant, alpha=alpha), power)


def at_most(k: FloatArray, n: FloatArray, p: float) -> FloatArray:
    """P(X ≤ k) for X ~ Binomial(n, p), elementwise; 0 below 0."""
    from scipy.special import betainc

    inside = (k >= 0) & (k < n)
    found = np.where(k >= n, 1.0, 0.0)
    found[inside] = betainc(n[inside] - k[inside], k[inside] + 1, 1 - p)
    return np.asarray(found, dtype=np.float64)


def _discordant_pairs(n: int, share: float) -> tuple[FloatArray, FloatArray]:
    """The counts of discordant pairs that can happen, and their probabilities."""
    from scipy.special import gammaln, xlog1py, xlogy

    middle, reach = n * share, _TAIL_SDS * math.sqrt(n * share * (1 - share)) + 10
    d = np.arange(max(0, math.floor(middle - reach)), min(n, math.ceil(middle + reach)) + 1, dtype=np.float64)
    ways = gammaln(n + 1) - gammaln(d + 1) - gammaln(n - d + 1)
    weights = np.exp(ways + xlogy(d, share) + xlog1py(n - d, -share))
    return d, np.asarray(weights / weights.sum())


def _critical_count(pairs: FloatArray, level: float) -> FloatArray:
    """Per number of discordant pairs, the largest k with P(X ≤ k) ≤ level at ½, or −1."""
    low, high = np.full_like(pairs, -1.0), np.floor(pairs / 2) + 1
    while (open_ := high - low > 1).any():
        middle = np.floor((low + high) / 2)
        inside = at_most(middle, pairs, 0.5) <= level
        low, high = np.where(open_ & inside, middle, low), np.where(open_ & ~inside, middle, high)
    return low


def _fewest_wins(pairs: FloatArray, n: int, margin: float, z: float) -> FloatArray:
    """Per number of discordant pairs, the fewest wins at which the score exceeds z; pairs + 1: never."""
    low, high = np.full_like(pairs, -1.0), pairs + 1
    while (open_ := high - low > 1).any():
        middle = np.floor((low + high) / 2)
        passes = _tango_score(middle, pairs - middle, n, margin) > z
        low, high = np.where(open_ & ~passes, middle, low), np.where(open_ & passes, middle, high)
    return high


def _tango_score(b: FloatArray, c: FloatArray, n: int, margin: float) -> FloatArray:
    """(b − c + nm)/sd at a true difference of −margin, elementwise as in `non_inferiority_p`."""
    linear = -b - c - (2 * n - b + c) * margin
    constant = c * margin * (1 + margin)
    q = (np.sqrt(np.maximum(linear**2 - 8 * n * constant, 0.0)) - linear) / (4 * n)
    sd = np.sqrt(np.maximum(n * (2 * q - margin * (1 + margin)), np.finfo(np.float64).tiny))
    return np.asarray((b - c + n * margin) / sd)


def _check(*, n: int = 1, effect: float = 0.5, discordant: float) -> None:
    if n < 1 or not (0 < effect <= 1 and 0 < discordant <= 1):
        raise ValueError("needs n >= 1, and effect and discordant above 0 and at most 1")
