"""Absolute bounds on a metric: its mean, or a quantile of it, must clear a limit."""

from __future__ import annotations

import numpy as np

from bakeoff.evals.cells import is_binary, shared_clusters
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.goals import Goal
from bakeoff.evals.gate.measuring import Measured, settle
from bakeoff.evals.gate.result import CheckResult
from bakeoff.evals.gate.sequential import anytime_interval
from bakeoff.evals.gate.series import End, Mask, Series, Values, share
from bakeoff.evals.records import Status
from bakeoff.evals.statistics import Interval, mean_interval
from bakeoff.evals.statistics.quantile import quantile_interval, quantile_n
from bakeoff.evals.statistics.scaling import scaled_n
from bakeoff.evals.table import STATUS_CODES

_REMARKS = (
    "failed answers count as beyond every limit",
    "the first answer of each sample counts, since repeats are not independent",
    "clusters are not allowed for",
)


def check_mean(
    evidence: Evidence, draft: CheckResult, scores: Series, goal: Goal, minimum: float
) -> CheckResult:
    """The confidence bound of the mean must clear the limit."""
    alpha = evidence.table.alpha
    measured = Measured(
        interval=_mean(evidence, scores),
        at_extreme=lambda end: None if (full := scores.filled(end)) is None else _mean(evidence, full),
        coverage=share(~np.isnan(scores.means), scores.applicable),
        closed_coverage=share(~np.isnan(scores.means), scores.answered),
        unjudged=scores.count(Status.JUDGE_FAILED),
        open=scores.count(None),
        nothing=_nothing(scores),
    )

    def needed(interval: Interval, end: float) -> int | None:
        assert interval.estimate is not None
        return scaled_n(interval.n, interval.estimate, end, goal.limit, alpha=alpha)

    return settle(draft, measured, goal, minimum=minimum, needed=needed)


def _mean(evidence: Evidence, scores: Series) -> Interval:
    means, output = scores.means, scores.output
    present = ~np.isnan(means)
    anytime = anytime_interval(evidence, means, scores.key, (output.low, output.high))
    return anytime or mean_interval(
        means[present],
        shared_clusters(evidence.labels, present),
        binary=is_binary(means),
        alpha=2 * evidence.table.alpha,
        seed=evidence.table.seed,
        bounds=(output.low, output.high),
    )


def _nothing(scores: Series) -> str:
    if not scores.applicable.any():
        return f"{scores.output.name} does not apply to any of these answers, or was not measured"
    return "no sample has a score"


def check_quantile(
    evidence: Evidence, draft: CheckResult, scores: Series, quantile: float, goal: Goal, minimum: float
) -> CheckResult:
    """The bound of a quantile must clear the limit, whatever the distribution.

    A system's own failure counts as the worst value that there is: whoever waited got nothing. It stands
    for an infinite latency, and cannot make a limit easier to keep.
    """
    alpha = evidence.table.alpha
    values = _firsts(scores, None)
    known = ~np.isnan(values)
    measured = Measured(
        interval=_quantile(values, quantile, alpha),
        at_extreme=lambda end: _quantile(_firsts(scores, end), quantile, alpha),
        coverage=share(known, scores.applicable),
        closed_coverage=share(known, scores.answered),
        unjudged=scores.count(Status.JUDGE_FAILED),
        open=scores.count(None),
        nothing=_nothing(scores),
        note=_remarks(evidence, scores),
    )

    def needed(_interval: Interval, _end: float) -> int | None:
        within = values[known] <= goal.limit
        upper = goal.side == "at most"
        return quantile_n(quantile, float(within.mean()), alpha=alpha, upper=upper)

    return settle(draft, measured, goal, minimum=minimum, needed=needed)


def _quantile(values: Values, quantile: float, alpha: float) -> Interval:
    return quantile_interval(values[~np.isnan(values)], quantile, 2 * alpha)


def _firsts(scores: Series, end: End | None) -> Values:
    """Each sample's first answer of which something is known; with `end`, unknown ones at that extreme."""
    sign = 1.0 if scores.output.direction == "lower" else -1.0
    values = scores.values.copy()
    values[_status(scores, Status.SYSTEM_FAILED)] = sign * np.inf
    if end is not None:
        unknown = np.isnan(values) & ~_status(scores, Status.NOT_APPLICABLE)
        values[unknown] = sign * np.inf if end == "worst" else -sign * np.inf
    present = ~np.isnan(values)
    first = values[np.arange(len(values)), present.argmax(axis=1)]
    first = np.where(present.any(axis=1), first, np.nan)
    measured = bool(
        np.isfinite(scores.values).any()
    )  # else failures are all that is known, and of no latency
    return first if measured else np.full(len(first), np.nan)


def _status(scores: Series, status: Status) -> Mask:
    return np.asarray(scores.statuses == STATUS_CODES[status])


def _remarks(evidence: Evidence, scores: Series) -> str:
    """What the reader must know of how the quantile was taken."""
    holds = (
        scores.count(Status.SYSTEM_FAILED) > 0,
        scores.values.shape[1] > 1,
        shared_clusters(evidence.labels, scores.applicable) is not None,
    )
    return "; ".join(text for text, told in zip(_REMARKS, holds, strict=True) if told)


def quantile_of(
    evidence: Evidence, metric: str, quantile: float | None, where: str
) -> tuple[str, float | None]:
    """The metric's own name and the quantile that is asked for, by key or as in `latency_p95_s`."""
    named = evidence.quantile(metric)
    if named is None:
        return metric, quantile
    if quantile is not None:
        raise InputError(f"{metric} names a quantile already", where=where, todo="leave out `quantile`")
    return named
