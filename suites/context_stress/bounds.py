"""The two ends between which every figure of a retrieving system lies: the right passage, and none."""

from __future__ import annotations

from bakeoff.evals.findings import Finding
from bakeoff.suites.context_stress.arms import Arm, Outcomes, merged
from bakeoff.suites.context_stress.stating import difference, found, gap, mean, share
from bakeoff.suites.format_shift.wording import percent


def bounds(outcomes: Outcomes) -> list[Finding]:
    """Oracle less closed-book share of right answers; the oracle's alone where no one asked without."""
    oracle, closed = (merged(outcomes.of(probe)) for probe in ("oracle", "closed_book"))
    if oracle is not None and closed is not None:
        both = _both(outcomes, oracle, closed)
        if both:
            return both
    return [] if oracle is None else _alone(outcomes, oracle)


def _both(outcomes: Outcomes, oracle: Arm, closed: Arm) -> list[Finding]:
    pair = outcomes.paired(("oracle", oracle), ("closed_book", closed))
    if not len(pair):
        return []
    ends = difference(outcomes, pair)
    with_it, without = (float(row.mean()) for row in pair.values)
    return [
        found(
            outcomes,
            "bounds",
            "oracle",
            ends,
            f"is right in {percent(with_it)} of {len(pair)} items {outcomes.at_best} and in"
            f" {percent(without)} with none, {gap(ends, outcomes)}: its own retrieval can come to anything"
            " between.",
            detail={"oracle": with_it, "closed_book": without},
            headline=True,
        )
    ]


def _alone(outcomes: Outcomes, oracle: Arm) -> list[Finding]:
    one = outcomes.paired(("oracle", oracle))
    if not len(one):
        return []
    interval = mean(outcomes, one)
    return [
        found(
            outcomes,
            "bounds",
            "oracle",
            interval,
            f"is right in {share(interval, outcomes)} of {len(one)} items {outcomes.at_best}; without any"
            " passage it was not asked.",
            detail={"oracle": interval.estimate, "closed_book": None},
            headline=outcomes.slice is None,
        )
    ]
