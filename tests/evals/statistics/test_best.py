"""The probability of being best: a share of 1 that no order changes, exact where it is known, calibrated."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import kstest

from bakeoff.evals.statistics import best_probabilities

MATRICES = arrays.arrays(
    np.float64,
    st.tuples(st.integers(2, 12), st.integers(2, 4)),
    elements=st.sampled_from([0.0, 0.25, 0.5, 1.0, 1e-9, 1e9]),
)


@settings(max_examples=50, deadline=None)
@given(MATRICES, st.randoms(use_true_random=False), st.sampled_from(["higher", "lower"]))
def test_shares_sum_to_one_in_any_order_of_the_systems(values, random, direction) -> None:  # type: ignore[no-untyped-def]
    found = best_probabilities(values, direction=direction, draws=200)
    assert found.sum() == pytest.approx(1.0)
    assert ((found >= 0) & (found <= 1)).all()
    order = list(range(values.shape[1]))
    random.shuffle(order)
    again = best_probabilities(values[:, order], direction=direction, draws=200)
    assert again.tolist() == found[order].tolist()


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.float64, st.integers(2, 30), elements=st.floats(0, 1)))
def test_a_dominated_system_is_never_best(values) -> None:  # type: ignore[no-untyped-def]
    pair = np.column_stack([values, values + 0.1])
    assert best_probabilities(pair, draws=100).tolist() == [0.0, 1.0]
    assert best_probabilities(pair, direction="lower", draws=100).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("k", [2, 3, 5])
def test_systems_that_answer_alike_share_it(k: int) -> None:
    rng = np.random.default_rng(1)
    for values in (np.full((9, k), 0.7), np.repeat(rng.random((9, 1)), k, axis=1)):
        assert best_probabilities(values, draws=500) == pytest.approx([1 / k] * k)


def test_a_tie_of_two_at_the_top_leaves_the_third_nothing() -> None:
    values = np.column_stack([np.full(8, 0.9), np.full(8, 0.9), np.full(8, 0.1)])
    assert best_probabilities(values) == pytest.approx([0.5, 0.5, 0.0])


def test_two_samples_have_the_exact_posterior() -> None:
    """System a leads by 1 on one sample, b by 3 on the other: a is best where w > 3(1 − w), w uniform."""
    found = best_probabilities([[1.0, 0.0], [0.0, 3.0]], draws=100_000)
    assert found[0] == pytest.approx(0.25, abs=0.005)


def test_equal_samples_drawn_as_one_have_the_posterior_of_single_ones() -> None:
    """30 wins against 20 losses: the same shares, up to chance, as with jitter that tells rows apart."""
    values = np.zeros((60, 2))
    values[:30, 0] = values[30:50, 1] = 1.0
    jitter = np.random.default_rng(5).normal(0, 1e-7, values.shape)
    grouped, single = best_probabilities(values), best_probabilities(values + jitter)
    assert grouped == pytest.approx(single, abs=0.015)
    assert 0.90 < grouped[0] < 0.95


def test_clusters_are_weighted_whole() -> None:
    """Ten copies of each of six samples say no more than the six."""
    rng = np.random.default_rng(3)
    six = np.column_stack([rng.random(6), rng.random(6)])
    copied, labels = np.repeat(six, 10, axis=0), np.repeat(np.arange(6), 10)
    alone, whole = best_probabilities(six), best_probabilities(copied, labels)
    assert whole == pytest.approx(alone, abs=0.015)
    assert abs(best_probabilities(copied)[0] - alone[0]) > 0.05


def test_with_equal_truth_the_probability_is_uniform() -> None:
    """400 repetitions of two systems of one truth, 100 samples each: what is right one time in five is .2."""
    rng = np.random.default_rng(11)
    found = [best_probabilities(rng.beta(2, 2, (100, 2)), draws=1000, seed=i)[0] for i in range(400)]
    assert kstest(found, "uniform").pvalue > 0.01
    assert np.mean(np.array(found) > 0.95) == pytest.approx(0.05, abs=0.03)


def test_a_seed_repeats_it_and_another_moves_it() -> None:
    values = np.random.default_rng(2).random((20, 3))
    first = best_probabilities(values, seed=4).tolist()
    assert best_probabilities(values, seed=4).tolist() == first
    assert best_probabilities(values, seed=5).tolist() != first


def test_memory_does_not_grow_with_the_draws() -> None:
    peaks = []
    for n in (2_000, 20_000):
        values = np.random.default_rng(n).random((n, 3))
        tracemalloc.start()
        best_probabilities(values, draws=2_000)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 64e6


@pytest.mark.parametrize(
    ("values", "clusters"),
    [
        ([[1.0, 0.0]], None),
        ([[1.0], [0.0]], None),
        ([[1.0, float("nan")], [0.0, 0.0]], None),
        ([1.0, 0.0], None),
        ([[1.0, 0.0], [0.0, 1.0]], ["one", "one"]),
    ],
)
def test_what_cannot_be_weighed_is_refused(values: list[list[float]], clusters: list[str] | None) -> None:
    with pytest.raises(ValueError, match="two"):
        best_probabilities(values, clusters)
