"""max-|t| against its definition; the exact agreement of adjusted p, critical value and interval."""

from __future__ import annotations

import itertools
import math
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bakeoff.evals.statistics import Family, cluster_t, max_t, sign_flip
from bakeoff.evals.statistics.family import _Scan, _simultaneous

NAN = float("nan")


def agrees(family: Family) -> None:
    """The invariant that the class promises, column by column."""
    significant = family.p_adjusted <= family.alpha
    with np.errstate(invalid="ignore"):
        exceeds = (np.abs(family.t) > family.critical) & family.testable
    outside = (family.low > 0) | (family.high < 0)
    assert significant.tolist() == exceeds.tolist() == outside.tolist()
    assert (family.p > 0).all()
    assert (family.p <= family.p_adjusted).all()
    assert (family.p_adjusted <= 1).all()
    known = family.n > 0
    assert ((family.low <= family.effect) & (family.effect <= family.high))[known].all()


def correlated(n: int, m: int, seed: int, effect: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(effect, 1, (n, m)) + rng.normal(0, 1, (n, 1))


def test_adjusted_p_is_the_definition_written_out() -> None:
    d = correlated(9, 3, seed=5, effect=0.5)
    d[2, 0] = d[7, 2] = NAN
    observed = np.abs(stats.ttest_1samp(d, 0, nan_policy="omit").statistic)
    maxima = np.array(
        [
            np.abs(stats.ttest_1samp(np.array(signs)[:, None] * d, 0, nan_policy="omit").statistic).max()
            for signs in itertools.product([1, -1], repeat=9)
        ]
    )
    family = max_t(d)
    assert np.abs(family.t) == pytest.approx(observed, rel=1e-9)
    expected = [(maxima >= t * (1 - 1e-9)).mean() for t in observed]
    assert family.p_adjusted == pytest.approx(expected, rel=1e-12)
    # floor(.05 · 512) = 25 maxima may reach |t|, so it must exceed the 26th.
    assert family.critical == pytest.approx(np.sort(maxima)[::-1][25], rel=1e-6)
    assert (family.exact, family.permutations) == (True, 512)
    assert family.n.tolist() == family.units.tolist() == [8, 9, 8]
    agrees(family)


def test_effect_and_se_are_the_clustered_ones() -> None:
    rng = np.random.default_rng(6)
    groups = rng.integers(0, 16, 60)
    d = rng.normal(0.3, 1, (60, 2)) + rng.normal(0, 1, (16, 2))[groups]
    d[rng.random((60, 2)) < 0.2] = NAN
    family = max_t(d, groups)
    for column in range(2):
        kept = ~np.isnan(d[:, column])
        single = cluster_t(d[kept, column], groups[kept])
        assert single.low is not None
        assert single.estimate == pytest.approx(family.effect[column])
        se = (single.estimate - single.low) / stats.t.ppf(0.975, family.units[column] - 1)  # type: ignore[operator]
        assert family.se[column] == pytest.approx(se, rel=1e-9)
        half = family.critical * family.se[column]
        assert family.low[column] == pytest.approx(family.effect[column] - half)
        assert family.high[column] == pytest.approx(family.effect[column] + half)
    agrees(family)


@pytest.mark.parametrize("n", [9, 40])
def test_one_column_is_the_sign_flip_test(n: int) -> None:
    d = correlated(n, 1, seed=7, effect=0.4)
    groups = [i // 2 for i in range(n)]
    for clusters in (None, groups):
        found = sign_flip(d[:, 0], clusters, permutations=999, seed=3)
        family = max_t(d, clusters, permutations=999, seed=3)
        assert family.p_adjusted[0] == family.p[0]
        if family.testable[0]:
            assert family.p[0] == found.p


def test_signs_flip_jointly_so_a_copied_column_costs_nothing() -> None:
    d = correlated(30, 1, seed=8, effect=0.5)
    alone, copied = max_t(d), max_t(np.repeat(d, 5, axis=1))
    independent = max_t(np.hstack([d, np.random.default_rng(0).normal(0, 1, (30, 4))]))
    assert copied.p_adjusted[0] == pytest.approx(alone.p_adjusted[0], abs=0.01)
    assert copied.critical == pytest.approx(alone.critical, abs=0.1)
    assert independent.critical > alone.critical + 0.3


def test_permutations_follow_the_size_of_the_family() -> None:
    assert max_t(correlated(20, 2, 1)).permutations == 10_001
    assert max_t(correlated(20, 30, 1)).permutations == 12_001
    assert max_t(correlated(20, 3, 1), alpha=0.005).permutations == 12_001


@pytest.mark.parametrize("total", [20, 40, 100, 1_000])
@pytest.mark.parametrize("alpha", [0.05, 0.07, 0.1, 0.29])
def test_agreement_where_p_sits_on_alpha(total: int, alpha: float) -> None:
    for seed in range(20):
        agrees(max_t(correlated(25, 3, seed, 0.4), alpha=alpha, permutations=total - 1, seed=seed))


def test_too_few_sign_vectors_to_reach_alpha() -> None:
    family = max_t(correlated(30, 2, seed=1, effect=3.0), permutations=18)
    assert family.critical == math.inf
    assert (family.p_adjusted > 0.05).all()
    assert np.isinf(family.low).all()
    assert np.isinf(family.high).all()
    agrees(family)


def test_a_constant_difference_is_infinitely_significant_but_has_no_width() -> None:
    d = np.column_stack([np.full(30, -0.25), correlated(30, 1, 2)[:, 0]])
    family = max_t(d)
    assert family.t[0] == -math.inf
    assert (family.effect[0], family.se[0]) == (-0.25, 0.0)
    assert family.p_adjusted[0] < 0.001
    assert family.low[0] == family.high[0] == -0.25
    assert family.zero_variance.tolist() == [True, False]
    agrees(family)


def test_a_column_of_zeros_has_no_interval_and_costs_nothing() -> None:
    d = correlated(30, 2, seed=3, effect=0.5)
    with_zeros = max_t(np.column_stack([d, np.zeros(30)]), permutations=999)
    assert (with_zeros.t[2], with_zeros.se[2], with_zeros.p_adjusted[2]) == (0.0, 0.0, 1.0)
    assert (with_zeros.low[2], with_zeros.high[2]) == (-math.inf, math.inf)
    assert with_zeros.zero_variance.tolist() == [False, False, True]
    assert with_zeros.critical == max_t(d, permutations=999).critical
    agrees(with_zeros)


def test_columns_with_hardly_a_value() -> None:
    d = np.column_stack([correlated(30, 1, 4, 1.0)[:, 0], np.full((30, 2), NAN)])
    d[3, 1] = 0.7
    family = max_t(d)
    assert np.isnan(family.t[1:]).all()
    assert np.isnan(family.se[1:]).all()
    assert family.effect[1] == pytest.approx(0.7)
    assert np.isnan(family.effect[2])
    assert family.p_adjusted[1:].tolist() == family.p[1:].tolist() == [1.0, 1.0]
    assert np.isinf(family.low[1]) and np.isinf(family.high[1])  # noqa: PT018
    assert family.testable.tolist() == [True, False, False]
    assert not family.zero_variance.any()
    agrees(family)


def test_a_column_too_small_to_reach_alpha_does_not_hide_the_others() -> None:
    # Four nearly equal differences have t = 43 under one flip in eight: inside the maximum nothing
    # else in the table could be significant.
    d = np.column_stack([correlated(200, 1, 5, 0.5)[:, 0], np.full(200, NAN)])
    d[:4, 1] = [0.50, 0.52, 0.48, 0.51]
    family = max_t(d)
    assert family.testable.tolist() == [True, False]
    assert family.p_adjusted[0] < 0.001
    assert family.critical < 2.2
    assert abs(family.t[1]) > 40
    assert 1 / 8 <= family.p_adjusted[1] < 0.16
    assert np.isinf([family.low[1], family.high[1]]).all()
    agrees(family)


def test_sampling_error_does_not_make_a_hopeless_column_significant() -> None:
    # Five units are all aligned in 1 of 16 vectors; among 19 random ones often in none.
    d = np.column_stack([correlated(40, 1, 5)[:, 0], np.full(40, NAN)])
    d[:5, 1] = [0.50, 0.52, 0.48, 0.51, 0.49]
    for seed in range(10):
        family = max_t(d, permutations=19, seed=seed)
        assert family.p_adjusted[1] >= family.p[1] >= 1 / 16
        agrees(family)


def test_rounding_does_not_move_an_end_across_zero() -> None:
    # |t| exceeds the critical value by one unit in the last place, where effect − critical·se may be 0.
    rng = np.random.default_rng(2)
    effect, se = rng.random(500) * rng.choice([-1, 1], 500), rng.random(500)
    crossed = 0
    for e, s in zip(effect, se, strict=True):
        t = abs(e / s)
        critical = float(np.nextafter(t, 0))
        crossed += abs(e) - critical * s <= 0
        one, zero = np.ones(1), np.zeros(1, dtype=np.int64)
        scan = _Scan(one * e, one * s, one * t, zero, zero, critical)
        low, high = _simultaneous(scan, one > 0, one > 0)
        assert low[0] > 0 or high[0] < 0
        low, high = _simultaneous(scan, one < 0, one > 0)
        assert low[0] <= 0 <= high[0]
    assert crossed > 0


def test_clusters_not_samples_make_a_column_testable() -> None:
    d = correlated(60, 1, 6, 1.0)
    family = max_t(d, [i % 5 for i in range(60)])
    assert family.units.tolist() == [5]
    assert not family.testable[0]
    assert family.p_adjusted[0] >= 1 / 16
    agrees(family)


def test_empty_families() -> None:
    for shape in ((0, 3), (5, 0), (0, 0)):
        family = max_t(np.full(shape, NAN))
        assert family.p_adjusted.tolist() == [1.0] * shape[1]
        agrees(family)


@pytest.mark.parametrize("bad", [[1.0, 2.0], [[math.inf]]])
def test_wrong_matrices_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="matrix"):
        max_t(bad)  # type: ignore[arg-type]


def test_wrong_alpha_is_refused() -> None:
    with pytest.raises(ValueError, match="alpha"):
        max_t([[1.0]], alpha=0.0)


def test_order_of_samples_changes_nothing() -> None:
    d = correlated(40, 3, seed=9, effect=0.3)
    d[4, 1] = NAN
    groups = np.arange(40) // 3
    order = np.random.default_rng(1).permutation(40)
    for clusters, shuffled in ((None, None), (groups, groups[order])):
        one, other = max_t(d, clusters), max_t(d[order], shuffled)
        assert one.p_adjusted.tolist() == other.p_adjusted.tolist()
        assert one.critical == other.critical


def test_scale_of_a_column_changes_nothing() -> None:
    d = correlated(40, 3, seed=10, effect=0.3)
    one, other = max_t(d), max_t(d * np.array([1e-170, 1.0, 1e170]))
    assert one.p_adjusted == pytest.approx(other.p_adjusted, abs=1e-3)
    assert other.effect == pytest.approx(one.effect * np.array([1e-170, 1.0, 1e170]))
    assert other.se == pytest.approx(one.se * np.array([1e-170, 1.0, 1e170]))


cells = st.sampled_from([NAN, -1.0, -0.5, -0.1, 0.0, 0.0, 0.1, 0.2, 0.3, 1.0]) | st.floats(-10, 10)


@st.composite
def matrices(draw: st.DrawFn) -> np.ndarray:
    n, m = draw(st.integers(1, 18)), draw(st.integers(1, 4))
    shift = draw(st.sampled_from([0.0, 0.0, 1.0, -5.0]))
    rows = draw(st.lists(st.lists(cells, min_size=m, max_size=m), min_size=n, max_size=n))
    return np.array(rows) + shift


@settings(deadline=None, max_examples=150)
@given(matrices(), st.sampled_from([0.01, 0.05, 0.1, 0.2, 0.5]), st.sampled_from([7, 19, 99, 200]), st.data())
def test_p_critical_and_interval_always_agree(
    d: np.ndarray, alpha: float, permutations: int, data: st.DataObject
) -> None:
    labels = data.draw(st.none() | st.lists(st.integers(0, 15), min_size=len(d), max_size=len(d)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        family = max_t(d, labels, alpha=alpha, permutations=permutations)
    agrees(family)


@settings(deadline=None, max_examples=50)
@given(matrices())
def test_the_mirror_image(d: np.ndarray) -> None:
    d = d[:13]
    one, other = max_t(d), max_t(-d)
    assert one.p_adjusted == pytest.approx(other.p_adjusted)
    assert one.critical == pytest.approx(other.critical, rel=1e-6)


def familywise_error(repeats: int, permutations: int) -> float:
    """Share of null tables (10 correlated columns, skewed clusters, missing cells) with any alarm."""
    rng = np.random.default_rng(12)
    groups = np.repeat(np.arange(30), 2)
    alarms = 0
    for seed in range(repeats):
        d = rng.normal(0, 1, (60, 10)) + rng.normal(0, 1, (60, 1)) + rng.normal(0, 1, (30, 10))[groups]
        d[rng.random(d.shape) < 0.1] = NAN
        alarms += bool((max_t(d, groups, permutations=permutations, seed=seed).p_adjusted <= 0.05).any())
    return alarms / repeats


def test_familywise_error_is_nominal() -> None:
    # 600 tables: SE .009. Without adjustment ten columns would alarm in about a third of them.
    assert 0.025 <= familywise_error(600, 399) <= 0.08


@pytest.mark.slow
def test_familywise_error_at_length() -> None:
    assert 0.043 <= familywise_error(10_000, 999) <= 0.057


def test_simultaneous_coverage() -> None:
    rng = np.random.default_rng(13)
    truth = np.array([0.0, 0.2, -0.4, 1.0])
    hits = 0
    for seed in range(500):
        d = truth + rng.normal(0, 1, (60, 4)) + 0.7 * rng.normal(0, 1, (60, 1))
        family = max_t(d, permutations=399, seed=seed)
        hits += bool(((family.low <= truth) & (truth <= family.high)).all())
    assert 0.92 <= hits / 500 <= 0.98


def test_memory_stays_bounded_at_20_000_samples() -> None:
    d = correlated(20_000, 30, seed=14)
    tracemalloc.start()
    max_t(d, permutations=600)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6
