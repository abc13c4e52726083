"""Format leakage: how often an answer is in the trained form although another one was asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from bakeoff.evals.findings import Finding, FindingStatus
from bakeoff.evals.statistics import Interval, difference_interval, mean_interval, paired_test
from bakeoff.suites.format_shift.outcomes import ALL, Outcomes, Pairs, joined
from bakeoff.suites.format_shift.wording import between, percent, points

MARGIN = 0.05
"""Leakage is alarming where its lower bound above the parent's exceeds this (METHODS.md §3, gate)."""

NAME = "format_shift.leakage"


def leakages(outcomes: Outcomes, why_none: str) -> list[Finding]:
    """The rate of each system without an ancestor, and of the others their rate less the parent's: pooled
    with a test, by family as figures. `why_none` says why there is nothing, where there is nothing."""
    if "training_format" not in outcomes.means:
        return []
    parents = dict(outcomes.parents())
    found = []
    for info in outcomes.table.systems:
        parent = parents.get(info.name)
        families = {family: _scored(outcomes, pairs) for family, pairs in outcomes.families.items()}
        kept = {family: pairs for family, pairs in families.items() if len(pairs)}
        whole = joined(list(kept.values()))
        if parent is None:
            found.append(_rate(outcomes, info.name, whole, why_none))
            continue
        found.append(_excess(outcomes, info.name, parent, ALL, whole, why_none))
        found += [_excess(outcomes, info.name, parent, family, pairs, "") for family, pairs in kept.items()]
    return found


def _scored(outcomes: Outcomes, pairs: Pairs) -> Pairs:
    """The pairs whose variant asked for another form, of any system's answer."""
    rates = np.stack(outcomes.means["training_format"])[:, pairs.variants]
    return pairs.where(np.asarray(~np.isnan(rates).all(axis=0)))


def _rate(outcomes: Outcomes, system: str, pairs: Pairs, why_none: str) -> Finding:
    rates = outcomes.values(system, "training_format")[pairs.variants]
    kept = pairs.where(~np.isnan(rates))
    common: dict[str, Any] = {"name": NAME, "system": system, "family": ALL, "n": len(kept)}
    if not len(kept):
        return Finding(**common, status="not_applicable", sentence=f"{system}: {why_none}")
    table = outcomes.table
    interval = mean_interval(
        rates[~np.isnan(rates)],
        kept.labels,
        binary=True,
        alpha=table.alpha,
        seed=table.seed,
        bounds=(0.0, 1.0),
    )
    return Finding(
        **common,
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        detail={"method": interval.method, "clusters": interval.clusters},
        sentence=f"{system}: {percent(interval.estimate or 0.0)} of {len(kept)} answers that were asked for"
        " in another form are in that of the training answers.",
    )


def _excess(
    outcomes: Outcomes, system: str, parent: str, family: str, pairs: Pairs, why_none: str
) -> Finding:
    own = outcomes.values(system, "training_format")[pairs.variants]
    parents = outcomes.values(parent, "training_format")[pairs.variants]
    both = ~np.isnan(own) & ~np.isnan(parents)
    own, parents, kept = own[both], parents[both], pairs.where(both)
    common: dict[str, Any] = {
        "name": NAME,
        "system": system,
        "against": parent,
        "family": family,
        "n": len(kept),
        "headline": family == ALL,
    }
    if not len(kept):
        why = why_none or f"no answer of both {system} and {parent} was asked for in another form."
        return Finding(**common, status="not_applicable", sentence=f"{system}: {why}")
    table = outcomes.table
    interval = difference_interval(
        own, parents, kept.labels, binary=True, alpha=table.alpha, bounds=(0.0, 1.0)
    )
    test = paired_test(own, parents, kept.labels, binary=True, seed=table.seed) if family == ALL else None
    return Finding(
        **common,
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        p=None if test is None else test.p,
        status="found" if test is None else _status(interval),
        detail={
            "rate": float(own.mean()),
            "parent_rate": float(parents.mean()),
            "method": interval.method,
            "test": None if test is None else test.method,
            "clusters": interval.clusters,
            "flag": interval.flag,
        },
        sentence=f"{'Where another form was asked for' if family == ALL else family}: {system} answers in"
        f" the trained form in {percent(float(own.mean()))}, {parent} in {percent(float(parents.mean()))} of"
        f" {len(kept)} answers: {points(interval.estimate)} points {between(interval, table.alpha)}.",
    )


def _status(interval: Interval) -> FindingStatus:
    if interval.low is None or interval.high is None:
        return "cannot_tell"
    if interval.low > MARGIN:
        return "alarm"
    return "clear" if interval.high < MARGIN else "cannot_tell"
