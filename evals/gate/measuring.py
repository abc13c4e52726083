"""From values and a goal to a check's state: intervals, coverage, and the bounds of what is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.evals.gate.goals import Goal, number
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate.sequential import is_anytime
from bakeoff.evals.gate.series import End
from bakeoff.evals.statistics import Interval

Plannable = Callable[[Interval, float], int | None]
"""How many samples would decide: (the interval, its bound that must clear) → n."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a check measured.

    `interval` is two-sided at twice the level. `at_extreme` gives it again with all unknown scores worst, or
    best, for the candidate; None where the range has no such end. `unjudged` and `open` count those scores.
    `coverage` is the share of applicable samples with a value, `closed_coverage` that of those not open.
    """

    interval: Interval
    at_extreme: Callable[[End], Interval | None]
    coverage: float | None
    closed_coverage: float | None
    unjudged: int = 0
    open: int = 0
    nothing: str = "no sample has a score"
    note: str = ""


def settle(
    draft: CheckResult,
    measured: Measured,
    goal: Goal,
    *,
    minimum: float,
    needed: Plannable,
) -> CheckResult:
    """The check's result. `draft` holds what it asks; the rest is filled in here."""
    interval = measured.interval
    alone = goal.state(interval.low, interval.high)
    state, reason = _state(measured, goal, alone, minimum)
    side = goal.deciding(alone)
    bound = interval.low if side == "lower" else interval.high
    decidable = state is State.INCONCLUSIVE and alone is State.INCONCLUSIVE and interval.n > 0
    decidable = decidable and not is_anytime(interval.method)  # whose width does not go by √n
    filled: dict[str, Any] = {
        "state": state,
        "reason": reason,
        "estimate": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "limit": goal.limit,
        "bound": bound,
        "bound_side": side,
        "n": interval.n,
        "coverage": measured.coverage,
        "needed_n": _needed(interval, goal, needed) if decidable else None,
        "method": interval.method,
        "note": "; ".join(part for part in (measured.note, interval.flag) if part),
    }
    return draft.model_copy(update=filled)


def _state(measured: Measured, goal: Goal, alone: State, minimum: float) -> tuple[State, str]:
    """The state with its reason; what makes a gate unable to tell comes first."""
    if not measured.interval.n:
        return State.INCONCLUSIVE, measured.nothing
    covered = measured.closed_coverage
    if covered is not None and covered < minimum:
        text = (
            f"only {covered:.1%} of the samples have a score, fewer than the {minimum:.1%} that are required"
        )
        return State.INCONCLUSIVE, text
    if measured.unjudged + measured.open and {alone} != set(_extremes(measured, goal)):
        return State.INCONCLUSIVE, f"{_told(alone)} as it stands, but {_unknown(measured)} could change that"
    return alone, explain(alone, goal, measured.interval)


def _extremes(measured: Measured, goal: Goal) -> Iterator[State]:
    """The states at both extremes; at the end of an open range the unknown scores can be anything."""
    ends: Sequence[tuple[End, State]] = (("worst", State.FAIL), ("best", State.PASS))
    for end, unbounded in ends:
        interval = measured.at_extreme(end)
        yield unbounded if interval is None else goal.state(interval.low, interval.high)


def _told(state: State) -> str:
    return {State.PASS: "it passes", State.FAIL: "it fails"}.get(state, "it is undecided")


def _unknown(measured: Measured) -> str:
    parts = []
    if measured.unjudged:
        parts.append(f"{measured.unjudged} answers that the judge could not score")
    if measured.open:
        parts.append(f"{measured.open} scores that are still open")
    return " and ".join(parts)


def explain(state: State, goal: Goal, interval: Interval) -> str:
    """One sentence: which bound clears, or misses, which limit."""
    limit, ends = number(goal.limit), f"{_end(interval.low)} to {_end(interval.high)}"
    side = goal.deciding(state)
    bound = number(interval.low if side == "lower" else interval.high)
    if state is State.PASS:
        return f"the {side} bound {bound} clears {limit}"
    if state is State.FAIL:
        away = "below" if side == "upper" else "above"
        return f"even the {side} bound {bound} is {away} {limit}"
    return f"the bounds ({ends}) lie on both sides of {limit}"


def _end(value: float | None) -> str:
    return "open" if value is None else number(value)


def _needed(interval: Interval, goal: Goal, needed: Plannable) -> int | None:
    """How many samples would decide, whichever way the estimate points."""
    if interval.estimate is None:
        return None
    passing = goal.holds(interval.estimate)
    lower = (goal.side == "at least") == passing
    end = interval.low if lower else interval.high
    found = needed(interval, float("nan") if end is None else end)
    return found if found is None or found > interval.n else interval.n + 1
