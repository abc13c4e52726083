"""From measured effects to findings: the fields and the words that they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from bakeoff.evals.findings import Finding
from bakeoff.evals.statistics import Interval, difference_interval, mean_interval
from bakeoff.evals.tolerance import Tolerated, tolerated_drop, tolerated_rate
from bakeoff.suites.context_stress.arms import SUITE, Outcomes, Paired
from bakeoff.suites.format_shift.wording import between, percent, points

Detail = Mapping[str, JsonValue]


def found(
    outcomes: Outcomes,
    what: str,
    family: str,
    interval: Interval,
    sentence: str,
    *,
    detail: Detail | None = None,
    headline: bool = False,
) -> Finding:
    """A figure; nothing is judged and no p stated. The sentence lacks the system's name in front."""
    return Finding(
        **_common(outcomes, what, family, interval, detail),
        headline=headline,
        sentence=_voiced(outcomes, sentence),
    )


def judged(
    outcomes: Outcomes,
    what: str,
    family: str,
    tolerated: Tolerated,
    sentence: str,
    *,
    tolerance: float,
    detail: Detail | None = None,
    headline: bool = False,
) -> Finding:
    """An effect held against what is tolerated, with its raw p. The sentence lacks the system's name and an
    end."""
    held = {"tolerance": tolerance, **(detail or {})}
    return Finding(
        **_common(outcomes, what, family, tolerated.interval, held),
        p=tolerated.p,
        status=tolerated.status,
        headline=headline,
        sentence=_voiced(outcomes, f"{sentence}; tolerated: {percent(tolerance)}."),
    )


def rate(outcomes: Outcomes, one: Paired, row: int, tolerance: float) -> Tolerated:
    """The mean of one row, held against a tolerance."""
    return tolerated_rate(
        one.values[row], one.labels, tolerance=tolerance, alpha=outcomes.table.alpha, seed=outcomes.table.seed
    )


def drop(outcomes: Outcomes, pair: Paired, tolerance: float) -> Tolerated:
    """The drop from the first row to the second, held against a tolerance."""
    return tolerated_drop(
        pair.values[0],
        pair.values[1],
        pair.labels,
        tolerance=tolerance,
        alpha=outcomes.table.alpha,
    )


def mean(outcomes: Outcomes, one: Paired, row: int = 0) -> Interval:
    """The interval of one row's mean."""
    return mean_interval(
        one.values[row],
        one.labels,
        binary=True,
        alpha=outcomes.table.alpha,
        seed=outcomes.table.seed,
        bounds=(0.0, 1.0),
    )


def difference(outcomes: Outcomes, pair: Paired) -> Interval:
    """The interval of the first row less the second."""
    return difference_interval(
        pair.values[0],
        pair.values[1],
        pair.labels,
        binary=True,
        alpha=outcomes.table.alpha,
        bounds=(0.0, 1.0),
    )


def share(interval: Interval, outcomes: Outcomes) -> str:
    """A share with its interval: `12.0 % (95 % interval 7.4 % to 18.8 %)`."""
    if interval.estimate is None:
        return "n/a"
    if interval.low is None or interval.high is None:
        return f"{percent(interval.estimate)} (no interval: {interval.method})"
    ends = f"{percent(interval.low)} to {percent(interval.high)}"
    return f"{percent(interval.estimate)} ({100 * (1 - outcomes.table.alpha):.0f} % interval {ends})"


def gap(interval: Interval, outcomes: Outcomes) -> str:
    """A difference of shares with its interval: `+12.0 points (95 % interval …)`."""
    return f"{points(interval.estimate)} points {between(interval, outcomes.table.alpha)}"


def _common(
    outcomes: Outcomes, what: str, family: str, interval: Interval, detail: Detail | None
) -> dict[str, Any]:
    extra: dict[str, JsonValue] = {
        "method": interval.method,
        "clusters": interval.clusters,
        "flag": interval.flag,
    }
    return {
        "name": f"{SUITE}.{what}",
        "system": outcomes.system,
        "family": family,
        "slice": outcomes.slice,
        "effect": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "n": interval.n,
        "detail": {**extra, **(detail or {})},
    }


def _voiced(outcomes: Outcomes, sentence: str) -> str:
    named = f"{outcomes.system} {sentence}"
    return named if outcomes.slice is None else f"Passages as {outcomes.slice}: {named}"
