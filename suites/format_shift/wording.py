"""How findings put numbers into words."""

from __future__ import annotations

from bakeoff.evals.statistics import Interval


def points(share: float | None) -> str:
    """A difference of shares in percentage points, signed.

    >>> points(-0.123)
    '−12.3'
    """
    if share is None:
        return "n/a"
    text = f"{100 * share:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "−")


def percent(share: float) -> str:
    """A share, without sign.

    >>> percent(0.5)
    '50.0 %'
    """
    return f"{100 * share:.1f} %"


def between(interval: Interval, alpha: float) -> str:
    """An interval of a difference of shares, in brackets.

    >>> between(Interval(0.1, 0.05, 0.15, "t", 200), 0.05)
    '(95 % interval +5.0 to +15.0)'
    """
    if interval.low is None or interval.high is None:
        return f"(no interval: {interval.method})"
    return f"({100 * (1 - alpha):.0f} % interval {points(interval.low)} to {points(interval.high)})"
