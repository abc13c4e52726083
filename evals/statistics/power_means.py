"""Power of a t test of a mean, or of a mean of paired differences, clustered or not."""

from __future__ import annotations

import math
from statistics import NormalDist

from bakeoff.evals.statistics.design_effect import INDEPENDENT, Clustering
from bakeoff.evals.statistics.power_search import smallest_effect, smallest_n

_NORMAL_FROM = 1e6


def normal_n(effect: float, sd: float, *, alpha: float = 0.05, power: float = 0.80, sides: int = 2) -> int:
    """n = (z_{α/2} + z_β)²·sd²/δ² (Miller 2024, METHODS §7; the sizes of METHODS §3), without t's correction.

    >>> normal_n(0.05, 0.45), normal_n(0.10, 0.45)  # difference in differences, METHODS §3
    (636, 159)
    """
    _check(effect=effect, sd=sd, sides=sides)
    z = NormalDist().inv_cdf(1 - alpha / sides) + NormalDist().inv_cdf(power)
    return math.ceil((z * sd / effect) ** 2)


def mean_power(
    n: int,
    effect: float,
    sd: float,
    *,
    alpha: float = 0.05,
    sides: int = 2,
    clusters: Clustering = INDEPENDENT,
) -> float:
    """Power of the t test over n values of standard deviation `sd` to find that their mean is `effect`.

    One-sided (`sides=1`) for a bound or non-inferiority: `effect` is then the distance from the bound, or
    the margin. With clusters, SE² = design effect·sd²/n, and t has n/size − 1 degrees of freedom.

    >>> round(mean_power(34, 0.5, 1.0), 3)
    0.808
    """
    from scipy.special import stdtrit

    _check(n=n, effect=effect, sd=sd, sides=sides)
    df = n / clusters.size - 1
    if df < 1:
        return 0.0  # fewer than two clusters
    shift = effect / (sd * math.sqrt(clusters.effect / n))
    critical = float(stdtrit(df, 1 - alpha / sides))
    right = 1 - _noncentral_t(critical, df, shift)
    return right + (_noncentral_t(-critical, df, shift) if sides == 2 else 0.0)


def mean_n(
    effect: float,
    sd: float,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    sides: int = 2,
    clusters: Clustering = INDEPENDENT,
) -> int:
    """Values for the t test to find a mean of `effect`; two or three more than by the normal `normal_n`.

    >>> mean_n(0.05, 0.35), mean_n(0.05, 0.35, clusters=Clustering(4, 2.0))
    (387, 777)
    """
    start = normal_n(effect, sd, alpha=alpha, power=power, sides=sides) * clusters.effect
    return smallest_n(
        lambda n: mean_power(n, effect, sd, alpha=alpha, sides=sides, clusters=clusters), start, power
    )


def mean_mde(
    n: int,
    sd: float,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    sides: int = 2,
    clusters: Clustering = INDEPENDENT,
) -> float | None:
    """The smallest mean that n values find; None where they hold fewer than two clusters.

    In the score's own unit, and maybe larger than its range.
    """
    _check(n=n, sd=sd, sides=sides)
    reach = sd * math.sqrt(clusters.effect / n) * 1e6
    return smallest_effect(
        lambda effect: mean_power(n, effect, sd, alpha=alpha, sides=sides, clusters=clusters),
        power,
        largest=reach,
    )


def repeated_sd(between: float, within: float, repeats: int) -> float:
    """SD of a paired difference of means over K answers: √(ω² + (σ_A² + σ_B²)/K) (Miller 2024, METHODS §7).

    `between` is ω², the variance of the samples' true differences, `within` σ_A² + σ_B², that of one
    answer each about their means.

    >>> round(repeated_sd(0.06, 0.0625, 1), 3), round(repeated_sd(0.06, 0.0625, 5), 3)
    (0.35, 0.269)
    """
    if between < 0 or within < 0 or repeats < 1:
        raise ValueError("needs variances of at least 0 and a repeat")
    return math.sqrt(between + within / repeats)


def did_sd(flips_a: float, flips_b: float) -> float:
    """SD of one item's difference in differences where shifting flips these shares of right and wrong.

    >>> round(did_sd(0.10, 0.10), 2)  # METHODS §3
    0.45
    """
    if not (0 <= flips_a <= 1 and 0 <= flips_b <= 1):
        raise ValueError("shares lie between 0 and 1")
    return math.sqrt(flips_a + flips_b)


def _noncentral_t(x: float, df: float, shift: float) -> float:
    """P(T ≤ x) of the noncentral t."""
    from scipy.special import nctdtr

    if df > _NORMAL_FROM:
        return NormalDist().cdf(x - shift)
    found = float(nctdtr(df, shift, x))
    return 0.0 if math.isnan(found) else found  # scipy has no number for what is below 10⁻⁷⁰


def _check(*, n: int = 2, effect: float = 1.0, sd: float, sides: int = 2) -> None:
    if n < 1 or effect <= 0 or not sd > 0 or not math.isfinite(sd) or sides not in (1, 2):
        raise ValueError("needs n >= 1, effect and sd above 0, and one or two sides")
