"""Numbers as the plan says them."""

from __future__ import annotations

import math


def amount(value: float, *, bounded: bool = True, unit: str = "") -> str:
    """An effect, never rounded down: points of a score from 0 to 1, else the metric's own unit.

    >>> amount(0.0871), amount(0.05), amount(0.0004), amount(1.234, bounded=False, unit="s")
    ('8.8 points', '5 points', '0.04 points', '1.3 s')
    """
    if bounded:
        points = _up(value * 100)
        return f"{points} point" if points == "1" else f"{points} points"
    return f"{_up(value)} {unit}".rstrip()


def _up(value: float) -> str:
    """Two significant digits, or one decimal from 10 on, rounded up."""
    digits = min(12, max(0, 1 - math.floor(math.log10(value)))) if 0 < value < 10 else 1
    scale = 10**digits
    return f"{math.ceil(value * scale * (1 - 1e-6)) / scale:.{digits}f}".rstrip("0").rstrip(".")


def count(n: int | None) -> str:
    """A number of samples with its thousands apart; more than 10⁹ where there is none.

    >>> count(12366), count(None)
    ('12,366', 'more than 10^9')
    """
    return "more than 10^9" if n is None else f"{n:,}"
