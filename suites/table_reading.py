"""What a suite reads from the score table for its findings: one system's values on some of the samples."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means
from bakeoff.evals.statistics import Interval, mean_interval
from bakeoff.evals.table import ScoreTable

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Picked:
    """The values of those samples that have one, repeats averaged, and the cluster of each."""

    values: Values
    labels: Sequence[Hashable]

    def __len__(self) -> int:
        return len(self.values)


class TableReading:
    """One suite's columns of a table, by output; labels are looked up once."""

    def __init__(self, table: ScoreTable, suite: str) -> None:
        self.table = table
        self.columns = {
            column.output.name: column
            for column in table.columns
            if column.suite == suite and column.slice is None
        }
        self._labels = cluster_labels(table.samples)
        self._rows = {info.name: row for row, info in enumerate(table.systems)}

    def row(self, system: str) -> int:
        """A system's place on axis 0 of the columns."""
        return self._rows[system]

    def places(self, *variants: str | None) -> list[int]:
        """The places of the samples of these variants; None: of those that are no variant."""
        return [place for place, sample in enumerate(self.table.samples) if sample.variant in variants]

    def means(self, system: str, output: str) -> Values:
        """A value for each sample of the table, NaN where there is none."""
        if output not in self.columns:
            return np.full(len(self.table.samples), np.nan)
        return sample_means(self.columns[output].values[self.row(system)])

    def pick(self, system: str, output: str, places: Sequence[int]) -> Picked:
        """What a system has on an output among the samples at these places."""
        means = self.means(system, output)
        kept = [place for place in places if not np.isnan(means[place])]
        return Picked(means[kept], [self._labels[place] for place in kept])

    def pick_pairs(
        self, system: str, parent: str, output: str, places: Sequence[int]
    ) -> tuple[Picked, Picked]:
        """The same samples' values of two systems, those at these places that both have."""
        mine, theirs = self.means(system, output), self.means(parent, output)
        kept = [place for place in places if not np.isnan(mine[place]) and not np.isnan(theirs[place])]
        labels = [self._labels[place] for place in kept]
        return Picked(mine[kept], labels), Picked(theirs[kept], labels)

    def rate(self, picked: Picked) -> Interval:
        """The mean of values in [0, 1], with the run's interval."""
        return rate_interval(self.table, picked.values, picked.labels)


def rate_interval(table: ScoreTable, values: Values, labels: Sequence[Hashable]) -> Interval:
    """The mean of values in [0, 1], with the run's interval; `labels` name their clusters."""
    return mean_interval(
        values,
        labels if len(set(labels)) < len(labels) else None,
        binary=is_binary(values),
        alpha=table.alpha,
        seed=table.seed,
        bounds=(0.0, 1.0),
    )


def between_rates(interval: Interval, alpha: float) -> str:
    """The interval of a share, in brackets.

    >>> between_rates(Interval(0.1, 0.05, 0.15, "Wilson", 200), 0.05)
    '(95 % interval 5.0 % to 15.0 %)'
    """
    if interval.low is None or interval.high is None:
        return f"(no interval: {interval.method})"
    return f"({100 * (1 - alpha):.0f} % interval {100 * interval.low:.1f} % to {100 * interval.high:.1f} %)"
