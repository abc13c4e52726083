"""Two versions side by side, or only the wrong one: which does a system follow, and does it say so?"""

from __future__ import annotations

import numpy as np

from bakeoff.evals.cells import sample_means
from bakeoff.evals.findings import Finding
from bakeoff.suites.context_stress.arms import Arm, Outcomes, Paired, merged
from bakeoff.suites.context_stress.stating import found, judged, mean, rate, share
from bakeoff.suites.format_shift.wording import percent

DATED = "dated"
"""The only level on which one side is right by what the passages say: the newer one."""

_BESIDE = {
    "undated": "where nothing says which version holds",
    "outnumbered": "where two swapped copies stand against one true passage",
    DATED: "where the true passage bears the newer date",
}

OUTPUTS = ("conflict_false", "conflict", "conflict_named")


def conflicts(outcomes: Outcomes, tolerance: float) -> list[Finding]:
    """For each level, how often the swapped copy is followed; only `dated` may alarm."""
    found = []
    for arm in outcomes.of("conflict"):
        held = outcomes.paired(*((output, arm) for output in OUTPUTS))
        if len(held):
            found.append(_conflict(outcomes, arm, held, tolerance))
    return found


def adherence(outcomes: Outcomes, tolerance: float) -> list[Finding]:
    """How often a system answers, against its only passage, what no passage says: from memory."""
    arm = merged(outcomes.of("counterfactual"))
    if arm is None:
        return []
    held = outcomes.paired(("counterfactual_memory", arm), ("counterfactual_followed", arm))
    if not len(held):
        return []
    result = rate(outcomes, held, 0, tolerance)
    memory, followed = (float(row.mean()) for row in held.values)
    rest = max(0.0, 1 - memory - followed)
    return [
        judged(
            outcomes,
            "adherence",
            "counterfactual",
            result,
            f"answers against its context, with a value that no passage says, in"
            f" {share(result.interval, outcomes)} of {len(held)} items; it follows the passage in"
            f" {percent(followed)} and does neither in {percent(rest)}",
            tolerance=tolerance,
            detail={"memory": memory, "followed": followed, "neither": rest},
        )
    ]


def _conflict(outcomes: Outcomes, arm: Arm, held: Paired, tolerance: float) -> Finding:
    shares = _shares(outcomes, arm, held)
    interval = mean(outcomes, held)
    words = (
        f"follows the swapped copy in {share(interval, outcomes)} of {len(held)} items"
        f" {_BESIDE.get(arm.level, f'of conflict {arm.level}')}, the true passage in"
        f" {percent(shares['true'])}; in {percent(shares['named'])} it gives both or says that they disagree"
    )
    family, detail = f"conflict:{arm.level}", {**shares}
    if arm.level != DATED:
        return found(outcomes, "conflict", family, interval, f"{words}.", detail=detail)
    result = rate(outcomes, held, 0, tolerance)
    return judged(outcomes, "conflict", family, result, words, tolerance=tolerance, detail=detail)


def _shares(outcomes: Outcomes, arm: Arm, held: Paired) -> dict[str, float]:
    """Shares of the items that follow one side, that name the conflict (beside following or not), and that do
    none of it. The last is read off the repeats, since means of several may hide it."""
    places = [arm.places[item] for item in held.items]
    said = np.sum([outcomes.cells[output][places] for output in OUTPUTS], axis=0)
    nothing = sample_means(np.where(np.isnan(said), np.nan, said == 0))
    false, true, named = (float(row.mean()) for row in held.values)
    return {"false": false, "true": true, "named": named, "neither": float(np.nanmean(nothing))}
