"""What a benchmark claims: a measured number beside its target, and whether it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Check:
    """One target. `measured` and `bound` are in `unit`; `remark` says what the number was made from."""

    name: str
    measured: float
    direction: Literal["at least", "at most", "exactly"]
    bound: float
    unit: str = ""
    remark: str = ""

    @property
    def passed(self) -> bool:
        """Whether the target is met; a number that is not one (NaN) meets none.

        >>> Check("ratio", 3.2, "at least", 3).passed, Check("requests", 2, "exactly", 0).passed
        (True, False)
        """
        if self.direction == "at least":
            return self.measured >= self.bound
        if self.direction == "at most":
            return self.measured <= self.bound
        return self.measured == self.bound

    def line(self) -> str:
        """The check on one line.

        >>> Check("growth", 1.5, "at most", 1.25, "×", "300 MB").line()
        'FAIL  growth: 1.5× (target: at most 1.25×)  300 MB'
        """
        verdict = "PASS" if self.passed else "FAIL"
        target = f"target: {self.direction} {self.bound:g}{self.unit}"
        remark = f"  {self.remark}" if self.remark else ""
        return f"{verdict}  {self.name}: {self.measured:.4g}{self.unit} ({target}){remark}"


def exit_code(checks: Sequence[Check]) -> int:
    """0 where every target is met, else 1; no check at all is a failure."""
    return 0 if checks and all(check.passed for check in checks) else 1
