"""Binary outcomes: Wilson's interval of one rate; Tango's interval and McNemar's test of a pair of rates."""

from __future__ import annotations

import math
import sys
from statistics import NormalDist

from bakeoff.evals.statistics.results import Interval


def wilson(successes: int, n: int, alpha: float = 0.05) -> Interval:
    """Wilson's score interval of a rate (Wilson 1927; METHODS §7).

    >>> found = wilson(18, 20)
    >>> round(found.low, 4), round(found.high, 4)
    (0.699, 0.9721)
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes among {n}")
    if n == 0:
        return Interval(None, None, None, "none (no data)", 0)
    z, rate = normal_quantile(alpha), successes / n
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Interval(rate, low, high, "Wilson", n)


def tango(b: int, c: int, n: int, alpha: float = 0.05) -> Interval:
    """Tango's score interval of a difference of paired rates, (b − c)/n (Tango 1998; METHODS §7).

    `b` pairs succeed on the first side only, `c` on the second only, `n` is the number of all pairs.
    The interval holds the differences that the score test does not reject, so it stays honest without
    discordant pairs: tango(0, 0, n) is ± z²/(n + z²). For non-inferiority with margin m at one-sided
    5 %, take alpha=0.10: not inferior where low > −m, which is `non_inferiority_p(b, c, n, m)` < .05.

    >>> found = tango(1, 7, 21)
    >>> round(found.low, 3), round(found.high, 3)
    (-0.517, -0.026)
    """
    _check_discordant(b, c, n)
    if n == 0:
        return Interval(None, None, None, "none (no data)", 0)
    z = normal_quantile(alpha)
    return Interval((b - c) / n, -_tango_upper(c, b, n, z), _tango_upper(b, c, n, z), "Tango", n)


def non_inferiority_p(b: int, c: int, n: int, margin: float) -> float:
    """One-sided p of Tango's score test against H0: difference ≤ −margin, with 0 < margin < 1."""
    _check_discordant(b, c, n)
    if not 0 < margin < 1 or n == 0:
        raise ValueError("needs pairs and a margin between 0 and 1")
    z = (b - c + n * margin) / _score_sd(b, c, n, -margin)
    return max(NormalDist().cdf(-z), sys.float_info.min)


def mcnemar(b: int, c: int) -> tuple[float, float]:
    """McNemar's exact p and mid-p from the discordant counts, two-sided (METHODS §4, §7).

    exact = min(1, 2·P(X ≤ min(b, c))) and mid = 2·P(X ≤ min) − P(X = min), X ~ Binomial(b + c, ½).

    >>> mcnemar(1, 7)
    (0.0703125, 0.0390625)
    """
    from scipy.special import bdtr

    _check_discordant(b, c, b + c)
    if b == c:
        return 1.0, 1.0
    n, least = b + c, min(b, c)
    doubled = 2 * float(bdtr(least, n, 0.5))
    # Python divides big integers exactly, where floats would overflow.
    at_least = math.comb(n, least) / (1 << n)
    tiny = sys.float_info.min
    return min(1.0, max(doubled, tiny)), max(doubled - at_least, tiny)


def _tango_upper(b: int, c: int, n: int, z: float) -> float:
    """Root above (b − c)/n of b − c − nδ = −z·sd(δ), by bisection: left of it the score is larger."""
    inside, outside = (b - c) / n, 1.0
    while outside - inside > 1e-15:
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        if b - c - n * middle > -z * _score_sd(b, c, n, middle):
            inside = middle
        else:
            outside = middle
    return outside


def _score_sd(b: int, c: int, n: int, delta: float) -> float:
    """SD of b − c where the true difference is `delta`: √(n(2q + δ(1 − δ))).

    q is the most likely rate of c under that constraint: the larger root of
    2n·q² + (−b − c + (2n − b + c)δ)·q − cδ(1 − δ) = 0 (Tango 1998, equation 10).
    """
    linear = -b - c + (2 * n - b + c) * delta
    constant = -c * delta * (1 - delta)
    q = (math.sqrt(max(linear * linear - 8 * n * constant, 0.0)) - linear) / (4 * n)
    return math.sqrt(max(n * (2 * q + delta * (1 - delta)), 0.0))


def _check_discordant(b: int, c: int, n: int) -> None:
    if b < 0 or c < 0 or b + c > n:
        raise ValueError(f"{b} and {c} discordant among {n} pairs")


def normal_quantile(alpha: float) -> float:
    """The z of a two-sided interval: Φ⁻¹(1 − alpha/2)."""
    return NormalDist().inv_cdf(1 - alpha / 2)
