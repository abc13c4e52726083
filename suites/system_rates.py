"""One system's scores on one output, as findings use them: its values, their clusters, the mean."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means, shared_clusters
from bakeoff.evals.statistics import Interval, mean_interval
from bakeoff.evals.table import Column, ScoreTable
from bakeoff.suites.format_shift.wording import percent

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Rate:
    """Values in [0, 1] of the samples that have one, their cluster labels, and the interval of the mean."""

    values: Values
    labels: Sequence[Hashable]
    interval: Interval


def column_of(table: ScoreTable, key: str) -> Column | None:
    """The column of that key, None where the run has none."""
    return next((column for column in table.columns if column.key == key), None)


def rate_of(table: ScoreTable, key: str, system: int) -> Rate | None:
    """What the system at that place scored on the output (`suite.output`); None where it has no value."""
    column = column_of(table, key)
    if column is None:
        return None
    means = sample_means(column.values[system])
    return rate(table, means, ~np.isnan(means))


def rate(table: ScoreTable, values: Values, used: NDArray[np.bool_]) -> Rate | None:
    """The rate of the used ones of one value per sample; None where none is used."""
    if not used.any():
        return None
    labels = cluster_labels(table.samples)
    interval = mean_interval(
        values[used],
        shared_clusters(labels, used),
        binary=is_binary(values[used]),
        alpha=table.alpha,
        seed=table.seed,
        bounds=(0.0, 1.0),
    )
    return Rate(values[used], [one for one, keep in zip(labels, used, strict=True) if keep], interval)


def in_words(interval: Interval, alpha: float) -> str:
    """A share with its interval, without n.

    >>> in_words(Interval(0.1, 0.05, 0.15, "Wilson", 200), 0.05)
    '10.0 % (95 % interval 5.0 % to 15.0 %)'
    """
    share = percent(interval.estimate or 0.0)
    if interval.low is None or interval.high is None:
        return f"{share} (no interval: {interval.method})"
    ends = f"{percent(interval.low)} to {percent(interval.high)}"
    return f"{share} ({100 * (1 - alpha):.0f} % interval {ends})"


def as_detail(interval: Interval) -> dict[str, JsonValue]:
    """An interval as a finding's detail keeps it."""
    return {
        "mean": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "n": interval.n,
        "method": interval.method,
        "clusters": interval.clusters,
        "flag": interval.flag,
    }
