"""Formats crossed with items: hand-computed values, symmetry, and what they must never do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bakeoff.evals.statistics import cluster_t, two_way, worst_format

MATRICES = arrays.arrays(
    np.float64,
    st.tuples(st.integers(2, 8), st.integers(2, 5)),
    elements=st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]),
)


def test_two_way_by_hand() -> None:
    # Residuals from 4/6 sum to −1/3, −1/3, 2/3 by item (V = 3/2 · 6/9 = 1) and to 0 by format; V of the
    # cells is 6/5 · 12/9 = 1.6, so that 1 + 0 − 1.6 < 1: the items' V stands, SE = √1/6, t(1 df) = 12.7062.
    interval, test = two_way(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
    assert interval.estimate == pytest.approx(2 / 3)
    assert interval.low == pytest.approx(2 / 3 - 12.7062 / 6, abs=1e-4)
    assert interval.high == pytest.approx(2 / 3 + 12.7062 / 6, abs=1e-4)
    assert (interval.n, interval.clusters) == (6, 2)
    # P(|t| ≥ 4) with 1 degree of freedom: 1 − 2/π · arctan 4
    assert test.p == pytest.approx(1 - 2 / math.pi * math.atan(4))
    turned, _ = two_way(np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]))  # now it is the formats' V that stands
    assert turned.low == pytest.approx(interval.low)


def test_formats_that_differ_widen_the_interval_however_many_items_there_are() -> None:
    by_format = np.tile([0.0, 0.0, 0.0, 1.0], (400, 1))
    interval, test = two_way(by_format)
    assert interval.high is not None
    assert interval.low is not None
    assert interval.high - interval.low > 0.5
    assert cluster_t(by_format.mean(axis=1)).method.startswith("none")
    assert test.p is not None
    assert test.p > 0.05


def test_without_variance_the_bound_is_that_of_the_smaller_factor() -> None:
    interval, test = two_way(np.zeros((50, 10)), bounds=(-2.0, 2.0))
    end = 2 * (1 - 0.025 ** (1 / 10))
    assert interval.low == pytest.approx(-end)
    assert interval.high == pytest.approx(end)
    assert test.p == 1
    assert two_way(np.full((50, 3), 0.5))[1].p == 0.25


@pytest.mark.parametrize("shape", [(0, 0), (1, 5), (5, 1)])
def test_one_level_of_a_factor_gives_no_interval(shape: tuple[int, int]) -> None:
    interval, test = two_way(np.ones(shape))
    assert (interval.low, interval.high, test.p) == (None, None, None)


def test_clusters_of_items_are_one_level() -> None:
    values = np.array([[1.0, 1.0, 0.9], [0.9, 1.0, 1.0], [0.0, 0.1, 0.0], [0.0, 0.0, 0.1]])
    alone, together = two_way(values)[0], two_way(values, ["a", "a", "b", "b"])[0]
    assert together.low is not None
    assert alone.low is not None
    assert together.low < alone.low


@given(MATRICES)
@settings(max_examples=60, deadline=None)
def test_two_way_contains_its_mean_and_does_not_depend_on_order(values: np.ndarray) -> None:
    interval, test = two_way(values, bounds=(-1.0, 1.0))
    mixed, _ = two_way(values[::-1, ::-1], bounds=(-1.0, 1.0))
    assert interval.estimate == pytest.approx(values.mean())
    assert interval.low is not None
    assert interval.high is not None
    assert -1 <= interval.low <= values.mean() + 1e-12
    assert values.mean() - 1e-12 <= interval.high <= 1
    assert mixed.low == pytest.approx(interval.low)
    assert test.p is not None
    assert 0 < test.p <= 1


def test_worst_format_by_hand() -> None:
    # a loses all in its second format, b nothing: −1. Of the 4 exchanges of 2 items the two that move
    # both or none part the systems that far.
    a, b = np.array([[0.0, -1.0], [0.0, -1.0]]), np.zeros((2, 2))
    interval, test = worst_format(a, b)
    assert interval.estimate == -1
    assert test.p == pytest.approx(0.5, abs=0.02)


def test_the_worst_formats_may_differ_between_the_systems() -> None:
    a, b = np.tile([-0.4, 0.0, 0.0], (30, 1)), np.tile([0.0, 0.0, -0.1], (30, 1))
    assert worst_format(a, b)[0].estimate == pytest.approx(-0.3)


def test_a_planted_worst_format_is_found_and_noise_is_not() -> None:
    rng = np.random.default_rng(1)
    b = rng.choice([-1.0, 0.0, 1.0], size=(50, 10), p=[0.1, 0.8, 0.1])
    a = rng.choice([-1.0, 0.0, 1.0], size=(50, 10), p=[0.1, 0.8, 0.1])
    clean = worst_format(a, b)[1].p
    a[:, 3] = -1.0
    interval, test = worst_format(a, b)
    assert clean is not None
    assert clean > 0.05
    assert test.p is not None
    assert test.p < 0.001
    assert interval.high is not None
    assert interval.estimate is not None
    assert interval.estimate < -0.5


@given(MATRICES, st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_worst_format_is_antisymmetric_and_contains_its_estimate(a: np.ndarray, shift: int) -> None:
    b = np.roll(a, shift, axis=0)[:, ::-1]
    one, p_one = worst_format(a, b, resamples=200, bounds=(-2.0, 2.0))
    other, p_other = worst_format(b, a, resamples=200, bounds=(-2.0, 2.0))
    assert one.estimate == pytest.approx(-(other.estimate or 0.0))
    assert p_one.p == p_other.p
    assert one.low is not None
    assert one.high is not None
    assert one.estimate is not None
    assert one.low <= one.estimate <= one.high


def test_equal_systems_get_the_bound_of_no_difference() -> None:
    same = np.zeros((50, 10))
    interval, test = worst_format(same, same, bounds=(-2.0, 2.0))
    assert interval.low == pytest.approx(-2 * (1 - 0.025 ** (1 / 50)))
    assert test.p == 1
    assert worst_format(same, same)[0].low is None


def test_one_cluster_has_no_interval_and_no_data_no_test() -> None:
    a, b = np.ones((3, 2)), np.zeros((3, 2))
    assert worst_format(a, b, ["c"] * 3)[0].low is None
    assert worst_format(np.ones((0, 2)), np.ones((0, 2)))[1].p is None


def test_bad_matrices_are_refused() -> None:
    with pytest.raises(ValueError, match="finite matrix"):
        two_way(np.array([[1.0, math.nan]]))
    with pytest.raises(ValueError, match="different shapes"):
        worst_format(np.ones((2, 2)), np.ones((2, 3)))


@pytest.mark.slow
def test_both_keep_their_level_when_formats_and_items_vary() -> None:
    rng = np.random.default_rng(7)
    wide = worst = 0
    runs = 1_000
    for _ in range(runs):
        formats = rng.normal(0, 0.1, 10)
        items = rng.normal(0, 0.2, (50, 1))
        values = items + formats + rng.normal(0, 0.4, (50, 10))
        wide += (two_way(values)[1].p or 1) < 0.05
        own, other = (formats + rng.normal(0, 0.4, (50, 10)) for _ in "ab")
        worst += (worst_format(own, other, resamples=400)[1].p or 1) < 0.05
    # 5 % and three standard errors of 1,000 runs
    assert wide / runs <= 0.071
    assert worst / runs <= 0.071


def test_a_gap_that_never_varies_gets_a_bound_and_no_point() -> None:
    lost, kept = np.full((20, 10), -1.0), np.zeros((20, 10))
    found, _ = worst_format(lost, kept, bounds=(-1.0, 1.0))
    assert (found.estimate, found.low) == (-1.0, -1.0)
    assert found.high == pytest.approx(-1 + 2 * (1 - 0.025 ** (1 / 20)))
    assert found.method.startswith("bound")
