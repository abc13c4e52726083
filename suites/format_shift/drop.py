"""What each system loses from questions to their variants, and how often it changes its mind."""

from __future__ import annotations

import numpy as np

from bakeoff.evals.findings import Finding
from bakeoff.evals.statistics import difference_interval, mean_interval
from bakeoff.suites.format_shift.outcomes import ALL, CROSSED, Outcomes, Pairs
from bakeoff.suites.format_shift.wording import between, percent, points


def drops(outcomes: Outcomes) -> list[Finding]:
    """One finding for each system and family: shifted less unshifted share of right answers."""
    return [
        _drop(outcomes, info.name, family, pairs)
        for info in outcomes.table.systems
        for family, pairs in outcomes.families.items()
    ]


def consistencies(outcomes: Outcomes) -> list[Finding]:
    """For each system: how large a share of an item's variants ends as the item itself does."""
    return [_consistency(outcomes, info.name) for info in outcomes.table.systems]


def _drop(outcomes: Outcomes, system: str, family: str, pairs: Pairs) -> Finding:
    y = outcomes.values(system)
    kept = pairs.where(~np.isnan(y[pairs.variants]) & ~np.isnan(y[pairs.twins]))
    common = {"name": "format_shift.drop", "system": system, "family": family, "n": len(kept)}
    if not len(kept):
        return Finding(
            **common, status="not_applicable", sentence=f"{family}: {system} has no variant beside its twin."
        )
    shifted, plain = y[kept.variants], y[kept.twins]
    table = outcomes.table
    interval = difference_interval(
        shifted, plain, kept.labels, binary=True, alpha=table.alpha, bounds=(0.0, 1.0)
    )
    return Finding(
        **common,
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        detail={
            "unshifted": float(plain.mean()),
            "shifted": float(shifted.mean()),
            "method": interval.method,
            "clusters": interval.clusters,
            "flag": interval.flag,
        },
        sentence=f"{family}: {system} has the key values in {percent(float(plain.mean()))} of the questions"
        f" as they are and in {percent(float(shifted.mean()))} of their variants: {points(interval.estimate)}"
        f" points {between(interval, table.alpha)}, {len(kept)} pairs.",
    )


def _consistency(outcomes: Outcomes, system: str) -> Finding:
    y, pairs = outcomes.values(system), outcomes.pooled
    kept = pairs.where(~np.isnan(y[pairs.variants]) & ~np.isnan(y[pairs.twins]))
    items, index = np.unique(kept.twins, return_inverse=True)
    common = {"name": "format_shift.consistency", "system": system, "family": ALL, "n": len(items)}
    if not len(items):
        return Finding(
            **common, status="not_applicable", sentence=f"{system} has no variant beside its twin."
        )
    agreement = 1 - np.abs(y[kept.variants] - y[kept.twins])
    shares = np.bincount(index, weights=agreement) / np.bincount(index)
    label_of = dict(zip(kept.twins.tolist(), kept.labels, strict=True))
    table = outcomes.table
    interval = mean_interval(
        shares,
        [label_of[item] for item in items.tolist()],
        alpha=table.alpha,
        seed=table.seed,
        bounds=(0.0, 1.0),
    )
    families = [family for family in outcomes.families if family != CROSSED]
    return Finding(
        **common,
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        detail={
            "variants": len(kept),
            "families": list(families),
            "always_the_same": float((shares == 1).mean()),
            "method": interval.method,
        },
        sentence=f"{system}: {percent(float(shares.mean()))} of an item's variants come out as the item"
        f" itself, right or wrong; {percent(float((shares == 1).mean()))} of {len(items)} items in all of"
        " theirs.",
    )
