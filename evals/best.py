"""Which system is probably the best on a metric, judged on the samples that all of them have."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from bakeoff.evals.cells import sample_means, shared_clusters
from bakeoff.evals.statistics import best_probabilities
from bakeoff.evals.table import Column


def best_of(
    column: Column, names: Sequence[str], labels: Sequence[Hashable], seed: int
) -> tuple[Mapping[str, float], int]:
    """The probability of each system to have the best mean, and the number of samples that it rests on.

    Systems without any value are left out; then only samples on which all others have one count. Nothing is
    said of a slice, of fewer than two systems, or of fewer than two common samples (or clusters of them).
    """
    means = np.stack([sample_means(column.values[i]) for i in range(len(names))], axis=1)
    kept = np.flatnonzero(~np.isnan(means).all(axis=0))
    common = np.asarray(~np.isnan(means[:, kept]).any(axis=1))
    n = int(common.sum())
    if column.slice is not None or len(kept) < 2 or n < 2:
        return {}, 0
    clusters = shared_clusters(labels, common)
    if clusters is not None and len(set(clusters)) < 2:
        return {}, 0
    shares = best_probabilities(
        means[common][:, kept], clusters, direction=column.output.direction, seed=seed
    )
    return {names[i]: float(share) for i, share in zip(kept.tolist(), shares, strict=True)}, n
