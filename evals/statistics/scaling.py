"""How many samples an interval would need to clear a limit, judged from the interval at hand."""

from __future__ import annotations

import math
from statistics import NormalDist


def scaled_n(
    n: int, estimate: float, end: float, limit: float, *, alpha: float = 0.05, power: float = 0.80
) -> int | None:
    """Samples with which a one-sided bound at `alpha` would clear `limit`, if the estimate is the truth.

    `end` is that bound with n samples. Its distance from the estimate shrinks with √n, so it just reaches the
    limit at n·(|end − estimate|/|limit − estimate|)²; the factor (1 + z_b/z)² makes that happen with
    probability `power`. A planning figure: normal, and as clustered as now. None where it cannot be said: the
    estimate is at the limit, or the interval has no width.

    >>> scaled_n(100, 0.88, 0.82, 0.85)
    915
    """
    distance, width = abs(limit - estimate), abs(end - estimate)
    if distance == 0 or width == 0 or not all(map(math.isfinite, (distance, width))):
        return None
    ratio = NormalDist().inv_cdf(power) / NormalDist().inv_cdf(1 - alpha)
    return math.ceil(n * (width / distance * (1 + ratio)) ** 2)
