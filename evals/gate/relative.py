"""Checks against another system: better than it, or not worse than it by more than a margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bakeoff.evals.cells import is_binary, shared_clusters
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.goals import Goal
from bakeoff.evals.gate.measuring import Measured, settle
from bakeoff.evals.gate.result import CheckResult
from bakeoff.evals.gate.sequential import anytime_interval
from bakeoff.evals.gate.series import End, Mask, Series, share
from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import Interval, difference_interval
from bakeoff.evals.statistics.scaling import scaled_n


@dataclass(frozen=True)
class Pair:
    """The candidate's scores beside the other system's."""

    mine: Series
    theirs: Series

    @property
    def paired(self) -> Mask:
        return ~np.isnan(self.mine.means) & ~np.isnan(self.theirs.means)

    @property
    def applicable(self) -> Mask:
        return self.mine.applicable & self.theirs.applicable

    def count(self, status: Status | None) -> int:
        return self.mine.count(status) + self.theirs.count(status)

    def filled(self, end: End) -> Pair | None:
        """All that is not known at its worst, or best, for the candidate."""
        mine = self.mine.filled(end)
        theirs = self.theirs.filled("best" if end == "worst" else "worst")
        return None if mine is None or theirs is None else Pair(mine, theirs)


def margin_goal(output: Output, margin: float) -> Goal:
    """candidate − other must lie above −margin, or below it where lower is better (METHODS §7); 0: better."""
    if output.direction == "higher":
        return Goal("at least", -margin if margin else 0.0, strict=True)
    return Goal("at most", margin, strict=True)


def check_pair(evidence: Evidence, draft: CheckResult, pair: Pair, goal: Goal, minimum: float) -> CheckResult:
    """The confidence bound of the mean paired difference must clear the margin (or 0, for superiority)."""
    alpha = evidence.table.alpha

    def at_extreme(end: End) -> Interval | None:
        filled = pair.filled(end)
        return None if filled is None else _difference(evidence, filled)

    def needed(interval: Interval, end: float) -> int | None:
        assert interval.estimate is not None
        return scaled_n(interval.n, interval.estimate, end, goal.limit, alpha=alpha)

    measured = Measured(
        interval=_difference(evidence, pair),
        at_extreme=at_extreme,
        coverage=share(pair.paired, pair.applicable),
        closed_coverage=share(pair.paired, pair.mine.answered & pair.theirs.answered),
        unjudged=pair.count(Status.JUDGE_FAILED),
        open=pair.count(None),
        nothing=_nothing(pair),
    )
    return settle(draft, measured, goal, minimum=minimum, needed=needed)


def _difference(evidence: Evidence, pair: Pair) -> Interval:
    paired, output = pair.paired, pair.mine.output
    a, b = pair.mine.means[paired], pair.theirs.means[paired]
    span = None if output.low is None or output.high is None else output.high - output.low
    gaps = pair.mine.means - pair.theirs.means
    anytime = anytime_interval(evidence, gaps, pair.mine.key, (None if span is None else -span, span))
    return anytime or difference_interval(
        a,
        b,
        shared_clusters(evidence.labels, paired),
        binary=is_binary(a) and is_binary(b),
        alpha=2 * evidence.table.alpha,
        bounds=(output.low, output.high),
    )


def _nothing(pair: Pair) -> str:
    if not pair.applicable.any():
        return f"{pair.mine.output.name} applies to no sample of both systems, or was not measured"
    return "no sample has a score on both sides"
