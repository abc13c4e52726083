"""A rate, or a drop, held against what is tolerated: shown to be above it, shown to be below it, or neither.

For findings of suites. The rule is the gate's (DESIGN §10): "not significantly worse" is not a pass.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import is_binary
from bakeoff.evals.findings import FindingStatus
from bakeoff.evals.statistics import Interval, difference_interval, exceeds, mean_interval

Values = NDArray[np.float64]
Labels = Sequence[Hashable]


@dataclass(frozen=True)
class Tolerated:
    """An effect of which less is better, its two-sided interval, the one-sided p against "no more than is
    tolerated", and what they mean: `alarm`, `clear` or `cannot_tell`.

    An alarm stands until Holm's correction takes it back (`finding_verdicts`).
    """

    interval: Interval
    p: float | None
    status: FindingStatus


def tolerated_rate(
    values: Values, labels: Labels, *, tolerance: float, alpha: float = 0.05, seed: int = 0
) -> Tolerated:
    """The mean of n values from 0 (as wanted) to 1 (what is held against the system).

    `labels` names each value's cluster. Alarm where the mean is shown to be above `tolerance` at one-sided
    alpha, clear where it is shown to be below. Without values: cannot_tell, with p None.
    """
    clusters = _shared(labels)

    def interval(level: float) -> Interval:
        return mean_interval(
            values, clusters, binary=is_binary(values), alpha=level, seed=seed, bounds=(0.0, 1.0)
        )

    p = exceeds(values, tolerance, clusters)
    return Tolerated(interval(alpha), p, _status(p, interval(2 * alpha), tolerance, alpha))


def tolerated_drop(
    before: Values,
    after: Values,
    labels: Labels,
    *,
    tolerance: float,
    alpha: float = 0.05,
) -> Tolerated:
    """The mean of before − after over n pairs of values in [0, 1]; otherwise as `tolerated_rate`."""
    clusters = _shared(labels)
    binary = is_binary(before) and is_binary(after)

    def interval(level: float) -> Interval:
        return difference_interval(before, after, clusters, binary=binary, alpha=level, bounds=(0.0, 1.0))

    p = exceeds(np.asarray(before - after), tolerance, clusters)
    return Tolerated(interval(alpha), p, _status(p, interval(2 * alpha), tolerance, alpha))


def _status(p: float | None, one_sided: Interval, tolerance: float, alpha: float) -> FindingStatus:
    """`one_sided` is the interval at 2·alpha, of which one end is a bound at alpha."""
    if p is None:
        return "cannot_tell"
    if p < alpha:
        return "alarm"
    return "clear" if one_sided.high is not None and one_sided.high < tolerance else "cannot_tell"


def _shared(labels: Labels) -> Labels | None:
    return labels if len(set(labels)) < len(labels) else None
