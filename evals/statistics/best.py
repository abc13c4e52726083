"""How probable it is that each of several systems has the best mean: a Bayesian bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from bakeoff.evals.statistics.results import FloatArray
from bakeoff.evals.statistics.units import Clusters, unit_sums

DRAWS = 10_000
# Weights held at a time: 4 MB of float64, in one buffer, since fresh memory costs more than the draws.
_CHUNK = 500_000
# Means this close to the best, as a share of the largest, are a tie that rounding broke.
_TIE = 1e-12


def best_probabilities(
    values: Sequence[Sequence[float]] | npt.NDArray[Any],
    clusters: Clusters | None = None,
    *,
    direction: Literal["higher", "lower"] = "higher",
    draws: int = DRAWS,
    seed: int = 0,
) -> FloatArray:
    """The share of draws in which each system has the best weighted mean; shape (systems,), sum 1.

    `values` has shape (samples, systems) and no gap: the systems are weighted jointly, sample by sample, so
    that what is hard for all of them counts for none. Each draw weights the samples, or the whole clusters,
    by Dirichlet(1, …, 1) (Rubin 1981). Systems that tie in a draw share it, so that systems which answer
    alike have 1/k each. It is the posterior of a flat prior over the samples seen: no test, and not
    corrected for anything. The order of the systems does not matter, to the last digit.

    Raises ValueError for gaps, fewer than 2 systems, or fewer than 2 samples or clusters.

    >>> best_probabilities([[1.0, 0.0], [1.0, 0.0], [0.5, 0.5]]).tolist()
    [1.0, 0.0]
    """
    matrix = np.asarray(values, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] < 2 or not np.isfinite(matrix).all():
        raise ValueError("values must be a matrix (samples, systems) of two systems or more, without gaps")
    order = _order(matrix)
    rows = unit_sums(matrix[:, order], clusters)
    if rows.units < 2:
        raise ValueError("at least two samples, or clusters of them, are needed")
    sign = 1.0 if direction == "higher" else -1.0
    found = np.empty(matrix.shape[1])
    found[order] = _shares(sign * rows.sums, rows.counts[:, 0], draws, seed)
    return found


def _order(matrix: FloatArray) -> list[int]:
    """The systems in an order that depends on their values alone; equal ones are interchangeable."""
    return sorted(range(matrix.shape[1]), key=lambda i: tuple(matrix[:, i].tolist()))


def _shares(sums: FloatArray, counts: FloatArray, draws: int, seed: int) -> FloatArray:
    """Wins over all draws. Equal units are drawn as one: their weights' sum is gamma, by their number.

    The weights are not divided by their total, which cancels in the weighted mean.
    """
    groups, sizes = np.unique(np.column_stack([sums, counts]), axis=0, return_counts=True)
    rng = np.random.default_rng(seed)
    wins = np.zeros(sums.shape[1])
    rows = min(draws, max(1, _CHUNK // len(groups)))
    buffer = np.empty((rows, len(groups)))
    for start in range(0, draws, rows):
        weights = buffer[: draws - start]
        if (sizes == 1).all():
            rng.standard_exponential(out=weights)
        else:
            rng.standard_gamma(sizes, size=weights.shape, out=weights)
        totals = weights @ groups
        wins += _wins(totals[:, :-1] / totals[:, -1:])
    return wins / draws


def _wins(means: FloatArray) -> FloatArray:
    """Of each row the best means, ties shared equally, summed over the rows."""
    best = means.max(axis=1, keepdims=True)
    tied = best - means <= _TIE * np.abs(means).max(axis=1, keepdims=True)
    return np.asarray((tied / tied.sum(axis=1, keepdims=True)).sum(axis=0))
