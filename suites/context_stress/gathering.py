"""What a flood of near copies costs, and what it costs that the facts lie in several documents."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from bakeoff.evals.findings import Finding
from bakeoff.suites.context_stress.arms import Arm, Outcomes, Paired, merged
from bakeoff.suites.context_stress.stating import drop, gap, judged
from bakeoff.suites.format_shift.wording import percent


def flood(outcomes: Outcomes, tolerance: float) -> list[Finding]:
    """The drop from the gold passage alone to the gold passage behind near copies of another."""
    oracle, behind = (merged(outcomes.of(probe)) for probe in ("oracle", "flood"))
    if oracle is None or behind is None:
        return []
    pair = outcomes.paired(("oracle", oracle), ("flood", behind))
    if not len(pair):
        return []
    result = drop(outcomes, pair, tolerance)
    before, after = (float(row.mean()) for row in pair.values)
    return [
        judged(
            outcomes,
            "flood",
            "flood",
            result,
            f"is right in {percent(before)} of {len(pair)} items {outcomes.at_best} and"
            f" in {percent(after)} behind near copies of an irrelevant one: a drop of"
            f" {gap(result.interval, outcomes)}",
            tolerance=tolerance,
            detail={"oracle": before, "flood": after},
        )
    ]


def split(outcomes: Outcomes, tolerance: float) -> list[Finding]:
    """For each number of parts: the drop from every part right alone to all of them right in one answer."""
    oracle = merged(outcomes.of("oracle"))
    if oracle is None:
        return []
    found = []
    for arm in outcomes.of("split"):
        pair = _alone_and_joined(outcomes, arm, oracle)
        if len(pair):
            found.append(_split(outcomes, arm, pair, tolerance))
    return found


def _alone_and_joined(outcomes: Outcomes, arm: Arm, oracle: Arm) -> Paired:
    """Row 0: 1 where each part was right with its gold passage alone; row 1: right jointly.

    With repeats, the worst part's share stands for "each part". Items whose parts are not all known and
    answered are left out; the cluster is the first part's, as is the joined sample's.
    """
    rows: list[tuple[float, float]] = []
    kept: list[str] = []
    labels: list[Hashable] = []
    for item, place in arm.places.items():
        parts = outcomes.parts.get(outcomes.table.samples[place].id, ())
        values = [outcomes.value("oracle", oracle.places.get(part)) for part in parts]
        together = outcomes.value("split", place)
        if values and not np.isnan([*values, together]).any():
            rows.append((min(values), together))
            kept.append(item)
            labels.append(outcomes.labels[place])
    return Paired(np.array(rows, dtype=np.float64).reshape(-1, 2).T, kept, labels)


def _split(outcomes: Outcomes, arm: Arm, pair: Paired, tolerance: float) -> Finding:
    result = drop(outcomes, pair, tolerance)
    before, after = (float(row.mean()) for row in pair.values)
    return judged(
        outcomes,
        "split",
        f"split:{arm.level}",
        result,
        f"is right in every part of {percent(before)} of {len(pair)} joined questions when each"
        f" part is asked alone, and in {percent(after)} when {arm.level} facts lie in as many documents: a"
        f" drop of {gap(result.interval, outcomes)}",
        tolerance=tolerance,
        detail={"alone": before, "joined": after},
    )
