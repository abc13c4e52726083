"""One system's scores on one output, as findings use them: its values, their clusters, the mean."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from bakeoff.evals.cells import cluster_labels, sample_means
from bakeoff.evals.findings import Finding
from bakeoff.evals.statistics import Interval
from bakeoff.evals.table import Column, ScoreTable
from bakeoff.evals.tolerance import tolerated_rate
from bakeoff.suites.format_shift.wording import percent
from bakeoff.suites.table_reading import between_rates, rate_interval

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
    labels = [one for one, keep in zip(cluster_labels(table.samples), used, strict=True) if keep]
    return Rate(values[used], labels, rate_interval(table, values[used], labels))


def tolerated_finding(
    table: ScoreTable, key: str, system: int, tolerance: float, sentence: Callable[[str, Interval], str]
) -> Finding | None:
    """The headline that holds a rate (`suite.output`) against what is tolerated; None without a value.

    `sentence` makes its words of the system's name and the interval; what is tolerated is added.
    """
    found, name = rate_of(table, key, system), table.systems[system].name
    if found is None:
        return None
    held = tolerated_rate(found.values, found.labels, tolerance=tolerance, alpha=table.alpha, seed=table.seed)
    interval = held.interval
    return Finding(
        name=key,
        system=name,
        family=key.partition(".")[2],
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        p=held.p,
        n=interval.n,
        status=held.status,
        headline=True,
        detail={"tolerance": tolerance, **as_detail(interval)},
        sentence=f"{sentence(name, interval)}; {percent(tolerance)} is tolerated.",
    )


def in_words(interval: Interval, alpha: float) -> str:
    """A share with its interval, without n.

    >>> in_words(Interval(0.1, 0.05, 0.15, "Wilson", 200), 0.05)
    '10.0 % (95 % interval 5.0 % to 15.0 %)'
    """
    return f"{percent(interval.estimate or 0.0)} {between_rates(interval, alpha)}"


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
