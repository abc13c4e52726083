"""How often the intervals of paired differences hold the truth, where the truth is known.

Three shapes of differences each for scores that are right or wrong and for graded ones. In clustered data a
normal variable behind each pair is shared by its cluster (correlation 0.3), which leaves the shape as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from bakeoff.evals.statistics import Interval, bca, difference_interval

SIZES = (20, 50, 100, 200, 500, 2000)
REPETITIONS = 2000
SHARED = 0.3
Values = NDArray[np.float64]
Shape = tuple[Callable[[Values, np.random.Generator], tuple[Values, Values]], float]
"""(uniform values behind the pairs, source of chance) → the scores of both sides; the true difference."""


@dataclass(frozen=True)
class Cell:
    """One size of one kind of data."""

    n: int
    binary: bool
    clustered: bool

    @property
    def clusters(self) -> int:
        """Five samples to a cluster, but never fewer than ten clusters."""
        return max(10, self.n // 5)


CELLS = [Cell(n, binary, clustered) for binary in (True, False) for clustered in (False, True) for n in SIZES]


def right_or_wrong(wins: float, losses: float) -> Shape:
    """Pairs of which these shares are won and lost; half of the others are right on both sides."""

    def draw(u: Values, rng: np.random.Generator) -> tuple[Values, Values]:
        same = rng.integers(0, 2, len(u)).astype(float)
        won, lost = u < wins, u > 1 - losses
        return np.where(won, 1.0, np.where(lost, 0.0, same)), np.where(won, 0.0, np.where(lost, 1.0, same))

    return draw, wins - losses


def graded(quantile: Callable[[Values], Values], truth: float) -> Shape:
    """Pairs whose difference has this quantile function."""

    def draw(u: Values, rng: np.random.Generator) -> tuple[Values, Values]:
        other = rng.beta(5, 3, len(u))
        return other + quantile(u), other

    return draw, truth


def _even(u: Values) -> Values:
    return np.asarray(0.02 + 0.2 * norm.ppf(u))


def _skewed(u: Values) -> Values:
    """Most gain a little, a few lose much."""
    return np.asarray(0.08 + 0.1 * np.log(u))


def _mostly_ties(u: Values) -> Values:
    """Six of ten are equal; the others differ by up to 0.5 either way, more often upwards."""
    return np.where(u < 0.6, 0.0, np.where(u < 0.85, 2 * (u - 0.6), -(u - 0.85) / 0.3))


SHAPES: Mapping[bool, Mapping[str, Shape]] = {
    True: {
        "30 % differ, evenly": right_or_wrong(0.15, 0.15),
        "20 % differ, three in four for one side": right_or_wrong(0.15, 0.05),
        "10 % differ, seven in ten for one side": right_or_wrong(0.07, 0.03),
    },
    False: {
        "even": graded(_even, 0.02),
        "skewed": graded(_skewed, -0.02),
        "six in ten are ties": graded(_mostly_ties, 0.25 * 0.25 - 0.15 * 0.25),
    },
}


def chosen(cell: Cell, a: Values, b: Values, labels: NDArray[np.int64] | None, _seed: int) -> Interval:
    """The interval that the comparison takes for such data."""
    return difference_interval(a, b, labels, binary=cell.binary)


def resampled(_cell: Cell, a: Values, b: Values, labels: NDArray[np.int64] | None, seed: int) -> Interval:
    """BCa, which single means of few scores have, and differences do not."""
    return bca(a - b, labels, seed=seed)


Method = Callable[[Cell, Values, Values, NDArray[np.int64] | None, int], Interval]


def covered(cell: Cell, method: Method = chosen) -> dict[str, int]:
    """By shape: how many of `REPETITIONS` intervals hold the true difference."""
    return {name: _count(cell, name, shape, method) for name, shape in SHAPES[cell.binary].items()}


def _count(cell: Cell, name: str, shape: Shape, method: Method) -> int:
    draw, truth = shape
    rng = np.random.default_rng([cell.n, cell.binary, cell.clustered, len(name)])
    hits = 0
    for repetition in range(REPETITIONS):
        labels = _labels(cell, rng) if cell.clustered else None
        a, b = draw(_uniform(cell, labels, rng), rng)
        found = method(cell, a, b, labels, repetition)
        below = found.low is None or found.low <= truth
        hits += below and (found.high is None or truth <= found.high)
    return hits


def _labels(cell: Cell, rng: np.random.Generator) -> NDArray[np.int64]:
    """Every cluster once, the rest at random: sizes differ, as documents do."""
    return np.concatenate([np.arange(cell.clusters), rng.integers(0, cell.clusters, cell.n - cell.clusters)])


def _uniform(cell: Cell, labels: NDArray[np.int64] | None, rng: np.random.Generator) -> Values:
    own = rng.normal(size=cell.n)
    if labels is not None:
        shared = rng.normal(size=cell.clusters)[labels]
        own = np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own
    return np.asarray(norm.cdf(own))


def all_covered(cells: Sequence[Cell], method: Method = chosen, workers: int = 2) -> list[dict[str, int]]:
    """`covered` of these cells, in their order, by as many processes."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(covered, method=method), cells))
