"""The needed n is never one that is there already."""

from __future__ import annotations

from bakeoff.evals.gate.goals import Goal
from bakeoff.evals.gate.measuring import Measured, settle
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.statistics import Interval


def test_an_approximation_that_promises_too_much_is_raised_above_n() -> None:
    interval = Interval(0.9, 0.8, 1.0, "t", 50)
    measured = Measured(interval=interval, at_extreme=lambda _: None, coverage=1.0, closed_coverage=1.0)
    draft = CheckResult(asks="x", kind="bound", state=State.INCONCLUSIVE, reason="")
    found = settle(draft, measured, Goal("at least", 0.85), minimum=0.95, needed=lambda *_: 40)
    assert (found.state, found.needed_n) == (State.INCONCLUSIVE, 51)
