"""A goal against an interval: which end decides, and what happens just at the limit."""

from __future__ import annotations

import pytest

from bakeoff.evals.gate.goals import Goal
from bakeoff.evals.gate.result import State


@pytest.mark.parametrize(
    ("goal", "low", "high", "state"),
    [
        (Goal("at least", 0.5), 0.5, 0.9, State.PASS),
        (Goal("at least", 0.5, strict=True), 0.5, 0.9, State.INCONCLUSIVE),
        (Goal("at least", 0.5, strict=True), 0.51, 0.9, State.PASS),
        (Goal("at least", 0.5), 0.1, 0.5, State.INCONCLUSIVE),
        (Goal("at least", 0.5), 0.1, 0.49, State.FAIL),
        (Goal("at most", 0.5), 0.1, 0.5, State.PASS),
        (Goal("at most", 0.5, strict=True), 0.1, 0.5, State.INCONCLUSIVE),
        (Goal("at most", 0.5), 0.5, 0.9, State.INCONCLUSIVE),
        (Goal("at most", 0.5), 0.51, 0.9, State.FAIL),
        (Goal("at least", 0.5), None, 0.9, State.INCONCLUSIVE),
        (Goal("at least", 0.5), None, 0.4, State.FAIL),
        (Goal("at most", 0.5), 0.1, None, State.INCONCLUSIVE),
        (Goal("at most", 0.5), None, None, State.INCONCLUSIVE),
        (Goal("at least", 0.0), 0.0, 0.0, State.PASS),
        (Goal("at least", 0.0, strict=True), 0.0, 0.0, State.INCONCLUSIVE),
    ],
)
def test_the_state_of_an_interval(goal: Goal, low: float | None, high: float | None, state: State) -> None:
    assert goal.state(low, high) is state
