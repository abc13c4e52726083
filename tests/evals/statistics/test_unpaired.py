"""Two independent groups: statsmodels' Newcombe, scipy's Welch and paired t, Fisher; no spread."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bakeoff.evals.statistics import newcombe, unpaired_difference

UNIT = (0.0, 1.0)


def rates(hits: int, n: int) -> list[float]:
    return [1.0] * hits + [0.0] * (n - hits)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # Newcombe 1998, table II, method 10: examples a, c, e and g
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_gives_published_values(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    assert newcombe(*counts) == pytest.approx((low, high), abs=2e-4)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 60), st.integers(1, 60), st.data(), st.sampled_from([0.05, 0.1]))
def test_unclustered_rates_are_statsmodels_newcombe_and_scipys_fisher(
    n: int, m: int, data: st.DataObject, alpha: float
) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    k, j = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    found = unpaired_difference(rates(k, n), rates(j, m), binary=True, alpha=alpha)
    reference = confint_proportions_2indep(k, n, j, m, method="newcomb", alpha=alpha)
    assert (found.interval.low, found.interval.high) == pytest.approx(reference, abs=1e-9)
    assert found.p == pytest.approx(stats.fisher_exact(np.array([[k, n - k], [j, m - j]]))[1])
    assert (found.interval.method, found.test) == ("Newcombe", "Fisher (exact)")
    assert (found.interval.n, found.interval.clusters) == (n + m, None)


def test_fishers_tea() -> None:
    assert unpaired_difference(rates(3, 4), rates(1, 4), binary=True).p == pytest.approx(34 / 70)


@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_unclustered_numbers_are_scipys_welch(alpha: float) -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(0.4, 0.3, 17), rng.normal(0.6, 0.1, 90)
    found = unpaired_difference(a, b, alpha=alpha)
    reference = stats.ttest_ind(a, b, equal_var=False)
    ends = reference.confidence_interval(1 - alpha)
    assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high))
    assert found.p == pytest.approx(reference.pvalue)
    assert found.interval.estimate == pytest.approx(a.mean() - b.mean())
    assert (found.interval.method, found.interval.clusters, found.interval.flag) == ("Welch's t", None, "")


def test_clusters_of_one_size_are_welch_on_their_means() -> None:
    rng = np.random.default_rng(4)
    a = (rng.normal(0, 1, (12, 1)) + rng.normal(0, 0.2, (12, 5))).ravel()
    b = (rng.normal(1, 2, (20, 1)) + rng.normal(0, 0.2, (20, 5))).ravel()
    left, right = [f"a{i // 5}" for i in range(60)], [f"b{i // 5}" for i in range(100)]
    found = unpaired_difference(a, b, left, right)
    reference = stats.ttest_ind(a.reshape(12, 5).mean(axis=1), b.reshape(20, 5).mean(axis=1), equal_var=False)
    assert found.p == pytest.approx(reference.pvalue)
    assert found.interval.low == pytest.approx(reference.confidence_interval().low)
    assert (found.interval.clusters, found.test) == (32, "Welch's t, by cluster")
    naive = unpaired_difference(a, b)
    assert (naive.p or 0) < (found.p or 0)


def test_clusters_with_a_value_in_both_groups_are_scipys_paired_t() -> None:
    rng = np.random.default_rng(5)
    a = rng.normal(0, 1, 25)
    b = a + rng.normal(0.1, 0.2, 25)
    labels = list(range(25))
    found = unpaired_difference(a, b, labels, labels)
    reference = stats.ttest_rel(a, b)
    assert found.p == pytest.approx(reference.pvalue)
    assert found.interval.high == pytest.approx(reference.confidence_interval().high)
    assert (found.interval.n, found.interval.clusters) == (50, 25)


def test_clustered_rates_are_no_rates() -> None:
    a, b = rates(30, 60), rates(50, 60)
    found = unpaired_difference(
        a, b, [i // 2 for i in range(60)], [100 + i // 2 for i in range(60)], binary=True
    )
    assert found.interval.method == "Welch's t, by cluster"


def test_the_scores_range_bounds_the_interval() -> None:
    a, b = [0.95, 1.0, 0.99], [0.0, 0.3, 0.1]
    assert unpaired_difference(a, b).interval.high != 1.0
    assert (unpaired_difference(a, b, bounds=UNIT).interval.high or 0) <= 1.0
    assert unpaired_difference([1.0, 0.2], [0.0, 0.9], bounds=UNIT).interval.low == -1.0


def test_without_spread_in_a_group_p_and_interval_agree_and_are_wide() -> None:
    a, b = [0.5] * 12, [0.45, 0.5, 0.6, 0.7, 0.75, 0.8, 0.52, 0.58, 0.66, 0.71]
    found = unpaired_difference(a, b, bounds=UNIT)
    assert found.p is not None
    at_p = unpaired_difference(a, b, bounds=UNIT, alpha=found.p).interval
    assert at_p.high == pytest.approx(0, abs=1e-6)
    assert "no variance" in found.test
    welch_as_if_certain = stats.ttest_1samp(b, 0.5).pvalue
    assert found.p > welch_as_if_certain


def test_two_groups_without_any_spread() -> None:
    many, few = (
        unpaired_difference([1.0] * 40, [0.5] * 60, bounds=UNIT),
        unpaired_difference([1.0] * 2, [0.5] * 2, bounds=UNIT),
    )
    assert (many.p or 1) < 0.01 < 0.5 < (few.p or 0)
    assert many.interval.low is not None
    assert 0 < many.interval.low < 0.5
    same = unpaired_difference([1.0] * 40, [1.0] * 60, bounds=UNIT)
    assert (same.p, same.interval.estimate) == (1.0, 0.0)
    unbounded = unpaired_difference([1.0] * 40, [0.5] * 60)
    assert (unbounded.p, unbounded.interval.low, unbounded.interval.high) == (None, None, None)


def test_few_units_are_flagged_and_no_data_is_none() -> None:
    rng = np.random.default_rng(0)
    assert (
        unpaired_difference(rng.normal(0, 1, 9), rng.normal(0, 1, 50)).interval.flag
        == "fewer than 10 samples"
    )
    clustered = unpaired_difference(
        rng.normal(0, 1, 50),
        rng.normal(0, 1, 50),
        [i % 9 for i in range(50)],
        [9 + i % 20 for i in range(50)],
    )
    assert clustered.interval.flag == "fewer than 10 clusters"
    nothing = unpaired_difference([], [1.0])
    assert (nothing.p, nothing.interval.estimate, nothing.interval.n) == (None, None, 1)


@pytest.mark.parametrize("bad", [[math.nan, 1.0], [[1.0]], [math.inf]])
def test_it_refuses_what_is_no_vector_of_numbers(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        unpaired_difference(bad, [0.0])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=12),
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=12),
    st.booleans(),
)
def test_swapped_groups_mirror_the_interval_and_keep_p(a: list[float], b: list[float], binary: bool) -> None:
    there = unpaired_difference(a, b, binary=binary, bounds=UNIT)
    back = unpaired_difference(b, a, binary=binary, bounds=UNIT)
    assert there.interval.low is not None
    assert there.interval.high is not None
    assert (back.interval.low, back.interval.high) == pytest.approx(
        (-there.interval.high, -there.interval.low)
    )
    assert there.p == pytest.approx(back.p)
    assert 0 < (there.p or 0) <= 1
    assert -1 <= there.interval.low <= (there.interval.estimate or 0) <= there.interval.high <= 1


@pytest.mark.parametrize("chance", [0.5, 0.95])
def test_no_difference_is_seldom_found_also_where_spread_is_often_missing(chance: float) -> None:
    """Twelve clusters of two against thirty, no difference: at .05, of 400 no more than 32 (P < .01)."""
    rng = np.random.default_rng(int(100 * chance))
    left, right = [i // 2 for i in range(24)], [100 + i // 2 for i in range(60)]
    found = 0
    for _ in range(400):
        a, b = (np.repeat(rng.random(c) < chance, 2).astype(float) for c in (12, 30))
        found += (unpaired_difference(a, b, left, right, binary=True, bounds=UNIT).p or 1) < 0.05
    assert found <= 32
