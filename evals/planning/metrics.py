"""Sizes metric by metric: for every pair of a pilot, or for the three kinds of metric where there is none."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import cluster_labels, sample_means, shared_clusters
from bakeoff.evals.comparison_builder import UNITS
from bakeoff.evals.planning.records import MARGIN, Aim, MetricPlan, Spread
from bakeoff.evals.planning.spread import (
    SHIFT_SD,
    assumed_spread,
    needed_for_margin,
    needed_n,
    paired_spread,
    smallest_effect,
    smallest_margin,
    stated_spread,
)
from bakeoff.evals.statistics import Clustering
from bakeoff.evals.table import Column, ScoreTable

RATE, MEAN, SHIFT = "a right-or-wrong metric", "a mean of judged scores", "a difference in differences"


def pilot_metrics(
    table: ScoreTable,
    pairs: Sequence[tuple[str, str]],
    aim: Aim,
    repeats: int,
    n: int | None = None,
    domain: str | None = None,
) -> Iterator[MetricPlan]:
    """One plan for every column and (system, baseline) that have a pair of scores, within a domain if named.

    `n` is the number of pairs to plan with, by default as many as the pilot has; of a domain its share.
    """
    index = {system.name: i for i, system in enumerate(table.systems)}
    labels = cluster_labels(table.samples)
    inside = np.array([domain in (None, key.domain) for key in table.samples], dtype=bool)
    for column in table.columns:
        for system, baseline in pairs:
            a, b = column.values[index[system]], column.values[index[baseline]]
            paired = both_scored(a, b)
            used = paired & inside
            if not used.any():
                continue
            spread = paired_spread(a[used], b[used], shared_clusters(labels, used), repeats)
            seen, whole = int(used.sum()), int(paired.sum())
            named = _named(column, system, baseline, round(n * seen / whole) if n else seen)
            yield sized(named.model_copy(update={"domain": domain}), spread, aim, column.output.margin)


def both_scored(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which samples have a value on both sides; a and b are of shape (samples, repeats)."""
    return ~np.isnan(sample_means(a)) & ~np.isnan(sample_means(b))


def unplanned_metrics(
    aim: Aim, n: int | None, stated: Spread | None, clusters: Clustering
) -> Iterator[MetricPlan]:
    """Without a pilot: the spread that was stated, or METHODS' defaults for three kinds of metric."""
    if stated is not None:
        what = RATE if stated.discordant is not None else "a mean of scores"
        yield sized(MetricPlan(metric=what, n=n), stated, aim, None)
        return
    yield sized(MetricPlan(metric=RATE, n=n), assumed_spread(True, clusters), aim, None)
    yield sized(MetricPlan(metric=MEAN, n=n), assumed_spread(False, clusters), aim, None)
    shift = stated_spread(sd=SHIFT_SD, clusters=clusters).model_copy(update={"source": "assumed"})
    yield sized(MetricPlan(metric=SHIFT, n=n), shift, aim, None)


def _named(column: Column, system: str, baseline: str, n: int) -> MetricPlan:
    output = column.output
    return MetricPlan(
        suite=column.suite,
        metric=output.name + (f"[{column.slice}]" if column.slice else ""),
        system=system,
        baseline=baseline,
        bounded=output.low is not None and output.high is not None,
        unit=UNITS.get(output.name, "") if column.suite == "operations" else "",
        n=n,
    )


def sized(named: MetricPlan, spread: Spread | None, aim: Aim, own_margin: float | None) -> MetricPlan:
    """The plan with its sizes, or with a note on why there are none."""
    if spread is None:
        why = "a single pair" if named.n == 1 else "nothing varied in the pilot"
        return named.model_copy(update={"note": why})
    margin = aim.margin or own_margin or (MARGIN if named.bounded else None)
    found: dict[str, object] = {"spread": spread, "margin": margin, "note": spread.note}
    if named.n is not None:
        found["smallest_effect"] = smallest_effect(spread, named.n, aim)
        found["smallest_margin"] = smallest_margin(spread, named.n, aim)
    if named.bounded:
        found["needed"] = needed_n(spread, aim.effect, aim)
    if margin is not None:
        found["needed_margin"] = needed_for_margin(spread, margin, aim)
    return named.model_copy(update=found)


def label(plan: MetricPlan) -> str:
    """`exact_match`, with its pair where it has one: `exact_match (rag against prompt)`."""
    return plan.metric if plan.system is None else f"{plan.metric} ({plan.system} against {plan.baseline})"


def worst_pairs(plans: Sequence[MetricPlan]) -> list[MetricPlan]:
    """Of each metric the pair that needs most: with that n the others are seen too."""
    kept: dict[Hashable, MetricPlan] = {}
    for plan in plans:
        key = (plan.suite, plan.metric)
        if key not in kept or _demand(plan) > _demand(kept[key]):
            kept[key] = plan
    return list(kept.values())


def _demand(plan: MetricPlan) -> float:
    if plan.spread is None:
        return 0.0
    return plan.spread.sd**2 * plan.spread.design_effect
