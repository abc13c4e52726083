"""Does a system decline where it should, and only there: rejection, over-refusal, and both in one figure."""

from __future__ import annotations

from dataclasses import replace

from bakeoff.evals.findings import Finding
from bakeoff.evals.statistics import Interval, ratio_interval
from bakeoff.suites.context_stress.arms import Arm, Outcomes, Paired, merged
from bakeoff.suites.context_stress.stating import found, judged, rate, share


def abstaining(outcomes: Outcomes, tolerance: float) -> list[Finding]:
    """Failures to reject and refusals of answerable items (both may alarm), and the selective F1."""
    negatives, oracle = (merged(outcomes.of(probe)) for probe in ("negatives", "oracle"))
    return [
        *([] if negatives is None else _rejection(outcomes, negatives, tolerance)),
        *([] if oracle is None else _over_refusal(outcomes, oracle, tolerance)),
        *([] if negatives is None or oracle is None else _selective_f1(outcomes, negatives, oracle)),
    ]


def _rejection(outcomes: Outcomes, negatives: Arm, tolerance: float) -> list[Finding]:
    one = outcomes.paired(("rejection", negatives))
    if not len(one):
        return []
    result = rate(outcomes, replace(one, values=1 - one.values), 0, tolerance)
    return [
        judged(
            outcomes,
            "rejection",
            "negatives",
            result,
            f"does not decline in {share(result.interval, outcomes)} of"
            f" {len(one)} items of which no passage holds the answer",
            tolerance=tolerance,
            detail={"rejection": float(one.values.mean())},
        )
    ]


def _over_refusal(outcomes: Outcomes, oracle: Arm, tolerance: float) -> list[Finding]:
    one = outcomes.paired(("over_refusal", oracle))
    if not len(one):
        return []
    result = rate(outcomes, one, 0, tolerance)
    return [
        judged(
            outcomes,
            "over_refusal",
            "oracle",
            result,
            f"declines in {share(result.interval, outcomes)} of {len(one)} items that can be answered"
            f" {outcomes.at_best}",
            tolerance=tolerance,
        )
    ]


def _selective_f1(outcomes: Outcomes, negatives: Arm, oracle: Arm) -> list[Finding]:
    pair = outcomes.paired(("rejection", negatives), ("over_refusal", oracle))
    if not len(pair):
        return []
    interval = f1(pair, outcomes.table.alpha)
    rejected, refused = (float(row.mean()) for row in pair.values)
    return [
        found(
            outcomes,
            "selective_f1",
            "negatives",
            interval,
            f"declines where it should, and only there, with an F1 of"
            f" {_figure(interval, outcomes)}: rejection {100 * rejected:.1f} %, over-refusal"
            f" {100 * refused:.1f} % of {len(pair)} items asked both ways.",
            detail={"rejection": rejected, "over_refusal": refused},
            headline=True,
        )
    ]


def f1(pair: Paired, alpha: float) -> Interval:
    """F1 of declining, over items asked without and with their answer: 2·mean(r) / mean(1 + r + o).

    r: declined without (row 0), o: declined with it (row 1). The ends are clipped to [0, 1]; where no two
    items differ there are none.
    """
    rejected, refused = pair.values
    found = ratio_interval(2 * rejected, 1 + rejected + refused, pair.labels, alpha)
    if found.low is None or found.high is None:
        return found
    if not (rejected.std() or refused.std()):
        return replace(found, low=None, high=None, method="none (no two items differ)")
    return replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))


def _figure(interval: Interval, outcomes: Outcomes) -> str:
    if interval.estimate is None:
        return f"n/a ({interval.method})"
    if interval.low is None or interval.high is None:
        return f"{interval.estimate:.3f} (no interval: {interval.method})"
    ends = f"{interval.low:.3f} to {interval.high:.3f}"
    return f"{interval.estimate:.3f} ({100 * (1 - outcomes.table.alpha):.0f} % interval {ends})"
