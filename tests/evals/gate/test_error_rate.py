"""How often the gate passes what it must not: systems that are worse by just the margin."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta
from toys.gates import NEW, OLD, evidence, only

from bakeoff.evals.gate.result import State
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.records import Output, Status
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey

MARGIN = 0.05
Draw = Callable[[np.random.Generator, float], NDArray[np.float64]]
"""(source of chance, true difference) → scores, shape (2, n): the candidate's, the baseline's."""


def binary(rng: np.random.Generator, difference: float, n: int = 270) -> NDArray[np.float64]:
    """Pairs of which 10 % differ: METHODS §7 plans 270 of them for a margin of 5 points."""
    wins, losses = (0.10 + difference) / 2, (0.10 - difference) / 2
    u = rng.random(n)
    old = np.where(u < wins, 0.0, 1.0)
    return np.stack([np.where(u < wins, 1.0, np.where(u < wins + losses, 0.0, old)), old])


def continuous(rng: np.random.Generator, difference: float, n: int = 120) -> NDArray[np.float64]:
    old = rng.beta(5, 3, n)
    return np.stack([old + difference + rng.normal(0, 0.2, n), old])


def few(rng: np.random.Generator, difference: float) -> NDArray[np.float64]:
    return continuous(rng, difference, n=50)


def clustered(rng: np.random.Generator, difference: float) -> NDArray[np.float64]:
    """Thirty groups of six; half of a difference's variance is the group's."""
    shared = np.repeat(rng.normal(0, 0.12, 30), 6)
    old = rng.beta(5, 3, 180)
    return np.stack([old + difference + shared + rng.normal(0, 0.12, 180), old])


def passes(draw: Draw, difference: float, repetitions: int, seed: int) -> int:
    """How many of the repetitions the gate passes, by the path that ships."""
    rng = np.random.default_rng(seed)
    check = CheckConfig(metric="score", not_worse_than="baseline", margin=MARGIN)
    output, count = Output(name="score", low=None, high=None), 0
    for _ in range(repetitions):
        values = draw(rng, difference)[:, :, None]
        statuses = np.full(values.shape, STATUS_CODES[Status.SCORED], dtype=np.int8)
        samples = [
            SampleKey(f"s{i}", cluster=f"c{i // 6}" if draw is clustered else None)
            for i in range(values.shape[1])
        ]
        found = only(evidence(Column("toy", output, values, statuses), samples=samples), check)
        count += found.state is State.PASS
    return count


def exact_low(hits: int, n: int) -> float:
    """Clopper and Pearson's lower end at 95 %."""
    return 0.0 if hits == 0 else float(beta.ppf(0.025, hits, n - hits + 1))


def test_the_systems_are_those_that_run() -> None:
    assert (NEW, OLD) == ("new", "old")
    values = binary(np.random.default_rng(0), -MARGIN, n=200_000)
    assert (values[0] - values[1]).mean() == pytest.approx(-MARGIN, abs=0.003)
    assert (values[0] != values[1]).mean() == pytest.approx(0.10, abs=0.003)


@pytest.mark.parametrize("draw", [binary, continuous, clustered])
def test_a_system_worse_by_the_margin_passes_in_five_per_cent_and_an_equal_one_mostly(draw: Draw) -> None:
    n = 300
    assert exact_low(passes(draw, -MARGIN, n, seed=11), n) <= 0.05
    assert passes(draw, 0.0, 100, seed=12) >= 60


@pytest.mark.slow
@pytest.mark.parametrize("draw", [binary, continuous, few, clustered])
def test_the_rate_over_many_repetitions(draw: Draw) -> None:
    n = 5000
    hits = passes(draw, -MARGIN, n, seed=13)
    print(f"{draw.__name__}: {hits} of {n} pass ({hits / n:.4f})")
    assert exact_low(hits, n) <= 0.05
    assert hits / n > 0.02
