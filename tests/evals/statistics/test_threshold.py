"""One-sided tests against a stated threshold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, ttest_1samp

from bakeoff.evals.statistics import exceeds


def test_golden_binomial_tail() -> None:
    # P(X >= 3), n = 5, p = .1: 10*.001*.81 + 5*.0001*.9 + .00001
    assert exceeds([1, 1, 1, 0, 0], 0.1) == pytest.approx(0.00856, abs=1e-12)


@given(st.integers(0, 30), st.integers(0, 30), st.sampled_from([0.02, 0.1, 0.5]))
def test_binary_agrees_with_scipys_binomial_test(ones: int, zeros: int, threshold: float) -> None:
    if not ones + zeros:
        assert exceeds([], threshold) is None
        return
    values = [1.0] * ones + [0.0] * zeros
    wanted = binomtest(ones, ones + zeros, threshold, alternative="greater").pvalue
    assert exceeds(values, threshold) == pytest.approx(wanted, abs=1e-12)


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=40), st.floats(-0.5, 0.5))
def test_graded_values_agree_with_students_t(values: list[float], threshold: float) -> None:
    if np.std(values) < 1e-6 or set(values) <= {0.0, 1.0}:
        return
    wanted = ttest_1samp(values, threshold, alternative="greater").pvalue
    assert exceeds(values, threshold) == pytest.approx(float(wanted), rel=1e-6, abs=1e-12)


def test_copies_of_a_cluster_say_nothing_more() -> None:
    values = [0.9, 0.1, 0.6, 0.4, 0.8]
    twice = [value for value in values for _ in range(2)]
    labels = [i // 2 for i in range(10)]
    assert exceeds(twice, 0.3, labels) == pytest.approx(exceeds(values, 0.3))
    assert exceeds(twice, 0.3) != pytest.approx(exceeds(values, 0.3))


def test_without_variance_each_cluster_is_a_trial() -> None:
    assert exceeds([0.7] * 4, 0.1) == pytest.approx(0.5**4)
    assert exceeds([1.0] * 4, 0.1, ["a", "a", "b", "b"]) == pytest.approx(0.5**2)
    assert exceeds([0.1] * 4, 0.1) == 1.0


def test_false_alarms_at_the_threshold_stay_at_alpha() -> None:
    draws = np.random.default_rng(0).random((2_000, 60)) < 0.1
    alarms = [(exceeds(row.astype(float), 0.1) or 0) < 0.05 for row in draws]
    assert np.mean(alarms) <= 0.06
