"""How many pairs a paired comparison of rates needs, by formula (METHODS §4, §7); `power_pairs` is exact."""

from __future__ import annotations

import math
from statistics import NormalDist


def mcnemar_n(drop: float, discordant: float, *, alpha: float = 0.05, power: float = 0.80) -> int:
    """Pairs for the exact two-sided McNemar test to find a difference of rates `drop`.

    n ≈ (z√π + z_b√(π − δ²))²/δ², times ¼(1 + √(1 + 4/(nδ)))² for the exact test, with δ the drop and
    π the share of discordant pairs (METHODS §4; within 4 % of the exact table at 2 and 5 points). Raises
    ValueError unless 0 < drop ≤ discordant ≤ 1.

    >>> mcnemar_n(0.02, 0.10), mcnemar_n(0.05, 0.20)
    (2059, 665)
    """
    if not 0 < drop <= discordant <= 1:
        raise ValueError("needs 0 < drop <= discordant <= 1")
    z, z_b = _z(1 - alpha / 2), _z(power)
    n = (z * math.sqrt(discordant) + z_b * math.sqrt(discordant - drop**2)) ** 2 / drop**2
    return math.ceil(n * (1 + math.sqrt(1 + 4 / (n * drop))) ** 2 / 4)


def non_inferiority_n(margin: float, discordant: float, *, alpha: float = 0.05, power: float = 0.80) -> int:
    """Pairs to show at one-sided `alpha` that a rate is not lower by `margin` where it is not lower at all.

    Wald's n = (z + z_b)²·π/m² (METHODS §7); Tango's test needs up to 9 % more at a margin of 5 points.
    Raises ValueError unless 0 < margin < 1 and 0 < discordant ≤ 1.

    >>> non_inferiority_n(0.05, 0.10), non_inferiority_n(0.02, 0.20)
    (248, 3092)
    """
    if not (0 < margin < 1 and 0 < discordant <= 1):
        raise ValueError("needs 0 < margin < 1 and 0 < discordant <= 1")
    return math.ceil((_z(1 - alpha) + _z(power)) ** 2 * discordant / margin**2)


def _z(probability: float) -> float:
    return NormalDist().inv_cdf(probability)
