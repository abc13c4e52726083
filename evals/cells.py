"""One system on one metric: the per-sample values, and the mean with its interval."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.comparison import Cell
from bakeoff.evals.records import Status
from bakeoff.evals.statistics import mean_interval
from bakeoff.evals.table import OPEN, STATUS_CODES, STATUS_OF_CODE, Column, SampleKey

Values = NDArray[np.float64]


def sample_means(values: Values) -> Values:
    """Average the repeats: (samples, repeats) → (samples,), NaN where no repeat has a value."""
    counts = (~np.isnan(values)).sum(axis=1)
    means = np.full(len(values), np.nan)
    np.divide(np.nansum(values, axis=1), counts, out=means, where=counts > 0)
    return means


def is_binary(values: Values) -> bool:
    """Whether all present values are 0 or 1."""
    present = values[~np.isnan(values)]
    return bool(len(present)) and bool(np.isin(present, (0.0, 1.0)).all())


def cluster_labels(samples: Sequence[SampleKey]) -> list[Hashable]:
    """One label per sample: its cluster, else its origin's; a sample in no cluster is its own.

    A variant and its origin share a label, since they are not independent.
    """
    by_id = {sample.id: sample for sample in samples}

    def label(sample: SampleKey) -> Hashable:
        if sample.cluster is not None:
            return ("cluster", sample.cluster)
        if sample.origin is not None and sample.origin != sample.id:
            origin = by_id.get(sample.origin)
            return ("sample", sample.origin) if origin is None else label(origin)
        return ("sample", sample.id)

    return [label(sample) for sample in samples]


def shared_clusters(labels: Sequence[Hashable], used: NDArray[np.bool_]) -> list[Hashable] | None:
    """The labels of the used samples, or None where no two of them share one."""
    kept = [label for label, keep in zip(labels, used, strict=True) if keep]
    return kept if len(set(kept)) < len(kept) else None


def summarise(column: Column, system: int, labels: Sequence[Hashable], *, alpha: float, seed: int) -> Cell:
    """Mean, interval, n, coverage and counts of one system on one metric."""
    statuses = column.statuses[system]
    counts = {
        ("open" if code == OPEN else STATUS_OF_CODE[code]): int(count)
        for code, count in zip(
            *(part.tolist() for part in np.unique(statuses, return_counts=True)), strict=True
        )
    }
    applicable = int((statuses != STATUS_CODES[Status.NOT_APPLICABLE]).any(axis=1).sum())
    means = sample_means(column.values[system])
    present = ~np.isnan(means)
    n = int(present.sum())
    coverage = n / applicable if applicable else None
    if not n:
        return Cell(n=0, coverage=coverage, statuses=counts)
    interval = mean_interval(
        means[present],
        shared_clusters(labels, present),
        binary=is_binary(means),
        alpha=alpha,
        seed=seed,
        bounds=(column.output.low, column.output.high),
    )
    return Cell(
        mean=interval.estimate,
        low=interval.low,
        high=interval.high,
        n=n,
        coverage=coverage,
        statuses=counts,
        method=interval.method,
    )
