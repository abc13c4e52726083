"""The same passages in another order: does the place of the right one matter, does the answer flip?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bakeoff.evals.findings import Finding
from bakeoff.evals.statistics import Interval, paired_test
from bakeoff.evals.tolerance import tolerated_rate
from bakeoff.suites.context_stress.arms import Arm, Outcomes, Values
from bakeoff.suites.context_stress.stating import drop, found, gap, judged, share
from bakeoff.suites.format_shift.wording import percent

PLACES = ("first", "middle", "last")
NO_INTERVAL = "none (the largest of three differences)"


def orders(outcomes: Outcomes, tolerance: float) -> list[Finding]:
    """Position spread (a figure), first against middle and flips over permutations (both may alarm)."""
    arms = {arm.level: arm for arm in outcomes.of("order")}
    return [*_spread(outcomes, arms), *_middle(outcomes, arms, tolerance), *_flips(outcomes, arms, tolerance)]


def _spread(outcomes: Outcomes, arms: dict[str, Arm]) -> list[Finding]:
    if not all(place in arms for place in PLACES):
        return []
    held = outcomes.paired(*(("order", arms[place]) for place in PLACES))
    if not len(held):
        return []
    shares = dict(zip(PLACES, held.values.mean(axis=1).tolist(), strict=True))
    spread = max(shares.values()) - min(shares.values())
    words = ", ".join(f"{percent(value)} {place}" for place, value in shares.items())
    return [
        found(
            outcomes,
            "order_spread",
            "order",
            Interval(spread, None, None, NO_INTERVAL, len(held)),
            f"is right in {words}, by where the right passage stands: a spread of"
            f" {100 * spread:.1f} points over {len(held)} items.",
            detail={"accuracy": shares},
        )
    ]


def _middle(outcomes: Outcomes, arms: dict[str, Arm], tolerance: float) -> list[Finding]:
    if "first" not in arms or "middle" not in arms:
        return []
    pair = outcomes.paired(("order", arms["first"]), ("order", arms["middle"]))
    if not len(pair):
        return []
    result = drop(outcomes, pair, tolerance)
    test = paired_test(pair.values[0], pair.values[1], pair.labels, binary=True, seed=outcomes.table.seed)
    first, middle = (float(row.mean()) for row in pair.values)
    return [
        judged(
            outcomes,
            "order_middle",
            "order",
            result,
            f"is right in {percent(first)} of {len(pair)} items with the right passage first and"
            f" in {percent(middle)} with it in the middle: a drop of {gap(result.interval, outcomes)}",
            tolerance=tolerance,
            detail={"first": first, "middle": middle, "test": test.method, "p_no_difference": test.p},
        )
    ]


def _flips(outcomes: Outcomes, arms: dict[str, Arm], tolerance: float) -> list[Finding]:
    """Over the random permutations, repeat by repeat, so that an average over repeats hides no flip."""
    drawn = [arm for level, arm in arms.items() if level not in PLACES]
    if len(drawn) < 2:
        return []
    held = outcomes.paired(*(("order", arm) for arm in drawn))
    if not len(held):
        return []
    cells = np.stack([_cells(outcomes, arm, held.items) for arm in drawn])
    complete = ~np.isnan(cells).any(axis=0)
    flipped = np.where(complete, np.ptp(np.nan_to_num(cells), axis=0), 0.0)
    counts = complete.sum(axis=1)
    kept = counts > 0
    if not kept.any():
        return []
    values = flipped.sum(axis=1)[kept] / counts[kept]
    labels = [label for label, keep in zip(held.labels, kept, strict=True) if keep]
    table = outcomes.table
    result = tolerated_rate(values, labels, tolerance=tolerance, alpha=table.alpha, seed=table.seed)
    return [
        judged(
            outcomes,
            "order_flips",
            "order",
            result,
            f"turns from right to wrong or back in {share(result.interval, outcomes)} of {len(values)}"
            f" items over {len(drawn)} orders of the same passages",
            tolerance=tolerance,
            detail={"permutations": len(drawn)},
        )
    ]


def _cells(outcomes: Outcomes, arm: Arm, items: Sequence[str]) -> Values:
    """The values of these items, repeats apart, shape (items, repeats)."""
    return outcomes.cells["order"][[arm.places[item] for item in items]]
