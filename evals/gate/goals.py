"""A goal for one number, and what an interval says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bakeoff.evals.gate.result import State


@dataclass(frozen=True)
class Goal:
    """The number must be at least, or at most, `limit`; `strict`: beyond it.

    A difference must clear −margin strictly (METHODS §7), an absolute bound may be met exactly.
    """

    side: Literal["at least", "at most"]
    limit: float
    strict: bool = False

    def state(self, low: float | None, high: float | None) -> State:
        """Pass where the near bound clears the limit, fail where the far one misses it, else inconclusive."""
        sign = 1.0 if self.side == "at least" else -1.0
        near, far = (low, high) if sign > 0 else (high, low)
        limit = sign * self.limit
        if near is not None and (sign * near > limit or (sign * near == limit and not self.strict)):
            return State.PASS
        if far is not None and sign * far < limit:
            return State.FAIL
        return State.INCONCLUSIVE

    def deciding(self, state: State) -> Literal["lower", "upper"]:
        """Which bound decides: the one towards the limit; for a fail the one that should have reached it."""
        towards: Literal["lower", "upper"] = "lower" if self.side == "at least" else "upper"
        away: Literal["lower", "upper"] = "upper" if towards == "lower" else "lower"
        return away if state is State.FAIL else towards

    def holds(self, value: float) -> bool:
        """Whether a value is on the wanted side."""
        if value == self.limit:
            return not self.strict
        return (value > self.limit) == (self.side == "at least")


def number(value: float | None) -> str:
    """Four significant digits; ∞ for what is beyond all.

    >>> number(0.85), number(-0.02), number(12345.6), number(float("inf")), number(None)
    ('0.85', '-0.02', '1.235e+04', '∞', 'n/a')
    """
    if value is None:
        return "n/a"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "-∞"
    return f"{value:.4g}"
