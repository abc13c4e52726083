"""What irrelevant passages cost: the drop to the largest share of them, and the slope over all shares."""

from __future__ import annotations

import numpy as np
from pydantic import JsonValue

from bakeoff.evals.findings import Finding
from bakeoff.evals.statistics import mean_interval
from bakeoff.suites.context_stress.arms import Arm, Outcomes, Paired, Values, merged
from bakeoff.suites.context_stress.stating import drop, found, gap, judged
from bakeoff.suites.format_shift.wording import between, percent, points


def noise(outcomes: Outcomes, tolerance: float) -> list[Finding]:
    """The paired drop (may alarm) and the mean of the items' own slopes (METHODS.md §5)."""
    levels = levels_of(outcomes)
    if len(levels) < 2:
        return []
    pair = outcomes.paired(("noise", levels[0]), ("noise", levels[-1]))
    return [] if not len(pair) else [_drop(outcomes, levels, pair, tolerance), *_slope(outcomes, levels)]


def levels_of(outcomes: Outcomes) -> list[Arm]:
    """One arm for each share that was asked for, the smallest first."""
    by_request: dict[float, list[Arm]] = {}
    for arm in outcomes.of("noise"):
        by_request.setdefault(float(arm.level.partition("/")[0]), []).append(arm)
    arms = [merged(by_request[request]) for request in sorted(by_request)]
    return [arm for arm in arms if arm is not None]


def slopes(shares: Values, right: Values) -> tuple[Values, float]:
    """Each item's least-squares slope, and the largest that values in [0, 1] can give.

    Both arguments have shape (levels, n); every item needs two different shares.
    """
    centred = shares - shares.mean(axis=0)
    weights = centred / (centred**2).sum(axis=0)
    steepest = float(np.clip(weights, 0, None).sum(axis=0).max())
    return np.asarray((weights * right).sum(axis=0)), steepest


def _drop(outcomes: Outcomes, levels: list[Arm], pair: Paired, tolerance: float) -> Finding:
    result = drop(outcomes, pair, tolerance)
    before, after = (float(row.mean()) for row in pair.values)
    return judged(
        outcomes,
        "noise",
        "noise",
        result,
        f"is right in {percent(before)} of {len(pair)} items without irrelevant passages and in"
        f" {percent(after)} where their share is {levels[-1].level}: a drop of"
        f" {gap(result.interval, outcomes)}",
        tolerance=tolerance,
        detail={"accuracy": _accuracies(outcomes, levels)},
    )


def _accuracies(outcomes: Outcomes, levels: list[Arm]) -> dict[str, JsonValue]:
    ones = {arm.level: outcomes.paired(("noise", arm)) for arm in levels}
    return {level: float(one.values.mean()) for level, one in ones.items() if len(one)}


def _slope(outcomes: Outcomes, levels: list[Arm]) -> list[Finding]:
    real = _real_shares(outcomes)
    held = outcomes.paired(*(("noise", arm) for arm in levels))
    shares = np.array([[real[arm.places[item]] for item in held.items] for arm in levels])
    if not len(held):
        return []
    varied = shares.min(axis=0) < shares.max(axis=0)
    if not varied.any():
        return []
    values, steepest = slopes(shares[:, varied], held.values[:, varied])
    labels = [label for label, keep in zip(held.labels, varied, strict=True) if keep]
    table = outcomes.table
    interval = mean_interval(values, labels, alpha=table.alpha, seed=table.seed, bounds=(-steepest, steepest))
    means = np.round(shares[:, varied].mean(axis=1), 4).tolist()
    return [
        found(
            outcomes,
            "noise_slope",
            "noise",
            interval,
            f"changes its share of right answers by {points(interval.estimate)} points"
            f" {between(interval, table.alpha)} from no irrelevant passage to nothing else, by the slopes of"
            f" {interval.n} items over {len(levels)} shares.",
            detail={"mean_shares": means},
        )
    ]


def _real_shares(outcomes: Outcomes) -> dict[int, float]:
    """By place in the table: what stands behind the stroke of the level, else what was asked for."""
    return {
        place: float(arm.level.rpartition("/")[2])
        for arm in outcomes.of("noise")
        for place in arm.places.values()
    }
