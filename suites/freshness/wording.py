"""How this suite's findings put durations and verdicts into words."""

from __future__ import annotations

from bakeoff.evals.findings import FindingStatus
from bakeoff.suites.format_shift.wording import percent


def duration(seconds: float) -> str:
    """Seconds in the unit that one would say.

    >>> duration(0.0421), duration(21600)
    ('0.042 s', '6 hours')
    """
    if seconds < 120:
        return f"{seconds:.2g} s" if seconds < 1 else f"{seconds:.3g} s"
    for name, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {name}"
    raise AssertionError("unreachable")


def verdict(status: FindingStatus, tolerance: float) -> str:
    """What a rate means beside what is tolerated."""
    bound = f"the {percent(tolerance)} that are tolerated"
    if status == "alarm":
        return f"more than {bound}"
    return f"less than {bound}" if status == "clear" else f"not shown to be above or below {bound}"
