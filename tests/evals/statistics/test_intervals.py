"""t, cluster-t and BCa against scipy and statsmodels; what is left without variance."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bakeoff.evals.statistics import Interval, bca, cluster_t
from bakeoff.evals.statistics.intervals import resampled_means
from bakeoff.evals.statistics.results import FEW_CLUSTERS, FEW_SAMPLES, Bounds
from bakeoff.evals.statistics.units import unit_sums

UNIT = (0.0, 1.0)
# scipy's stubs know only its own result class as the source of a bootstrap distribution.
bootstrap: Any = stats.bootstrap


def ends(found: Interval) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def skewed(n: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).beta(4, 1, n)


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.0017])
def test_t_is_students(alpha: float) -> None:
    x = skewed(150)
    low, high = stats.ttest_1samp(x, 0).confidence_interval(1 - alpha)
    found = cluster_t(x, None, alpha)
    assert ends(found) == pytest.approx((low, high), rel=1e-12)
    assert (found.method, found.n, found.clusters, found.flag) == ("t", 150, None, "")


@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_cluster_t_is_statsmodels_cluster_robust_mean(alpha: float) -> None:
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(5)
    groups = rng.integers(0, 23, 160)
    x = rng.normal(0.4, 0.2, 160) + rng.normal(0, 0.3, 23)[groups]
    fit = OLS(x, np.ones(160)).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    found = cluster_t(x, [f"doc-{g}" for g in groups], alpha)
    assert ends(found) == pytest.approx(tuple(fit.conf_int(alpha)[0]), rel=1e-10)
    assert (found.method, found.n, found.clusters, found.flag) == ("cluster-t", 160, 23, "")


def test_cluster_t_by_hand() -> None:
    # Values 1, 3 | 2 | 6: mean 3, cluster deviations −2, −1, 3; SE² = 3/2 · 14/16. With 2 degrees of
    # freedom the quantile has a closed form: t(p) = (2p − 1)·√(2/(4p(1 − p))).
    found = cluster_t([1.0, 3.0, 2.0, 6.0], ["p", "p", "q", "r"])
    half = 0.95 * (2 / (4 * 0.975 * 0.025)) ** 0.5 * (1.5 * 14 / 16) ** 0.5
    assert ends(found) == pytest.approx((3 - half, 3 + half), rel=1e-12)
    assert found.flag == FEW_CLUSTERS


@pytest.mark.parametrize(("clusters", "flag"), [(9, FEW_CLUSTERS), (10, "")])
def test_fewer_than_ten_clusters_are_flagged(clusters: int, flag: str) -> None:
    assert cluster_t(skewed(40), [i % clusters for i in range(40)]).flag == flag


def test_ends_are_clipped_to_the_scores_range() -> None:
    x = [0.0] * 3 + [1.0] * 97
    assert ends(cluster_t(x))[1] > 1
    assert ends(cluster_t(x, bounds=UNIT))[1] == 1.0
    assert ends(cluster_t(np.negative(x), bounds=(-1.0, None)))[0] == -1.0


@pytest.mark.parametrize(("n", "alpha"), [(20, 0.05), (99, 0.05), (99, 0.1), (7, 0.05)])
def test_bca_is_scipys_on_the_same_resamples(n: int, alpha: float) -> None:
    x = skewed(n, seed=n)
    means = resampled_means(unit_sums(x[:, None]), 4_000, seed=11)
    reference = bootstrap(
        (x,),
        np.mean,
        n_resamples=0,
        confidence_level=1 - alpha,
        method="BCa",
        bootstrap_result=SimpleNamespace(bootstrap_distribution=means),
    ).confidence_interval
    found = bca(x, None, alpha, 4_000, seed=11)
    assert ends(found) == pytest.approx((reference.low, reference.high), rel=1e-10)
    assert found.method == "BCa"
    assert found.flag == (FEW_SAMPLES if n < 10 else "")


def test_bca_is_near_scipys_own_resampling() -> None:
    x = skewed(40)
    reference = bootstrap((x,), np.mean, n_resamples=20_000, method="BCa", rng=1).confidence_interval
    assert ends(bca(x, resamples=20_000)) == pytest.approx((reference.low, reference.high), abs=0.003)


def test_bca_resamples_whole_clusters_like_scipy() -> None:
    rng = np.random.default_rng(8)
    groups = np.concatenate([np.full(size, g) for g, size in enumerate(rng.integers(1, 9, 25))])
    x = rng.normal(0, 0.1, len(groups)) + rng.exponential(0.4, 25)[groups]
    sums = np.bincount(groups, x)
    counts = np.bincount(groups).astype(float)

    def ratio(u: np.ndarray, n: np.ndarray, axis: int) -> np.ndarray:
        return np.asarray(u.sum(axis=axis) / n.sum(axis=axis))

    means = resampled_means(unit_sums(x[:, None], groups), 4_000, seed=2)
    reference = bootstrap(
        (sums, counts),
        ratio,
        paired=True,
        n_resamples=0,
        method="BCa",
        bootstrap_result=SimpleNamespace(bootstrap_distribution=means),
    ).confidence_interval
    found = bca(x, groups, resamples=4_000, seed=2)
    assert ends(found) == pytest.approx((reference.low, reference.high), rel=1e-10)
    assert found.clusters == 25
    own = bootstrap((sums, counts), ratio, paired=True, n_resamples=20_000, method="BCa", rng=3)
    interval = own.confidence_interval
    assert ends(bca(x, groups, resamples=20_000)) == pytest.approx((interval.low, interval.high), abs=0.01)


def test_bca_is_seeded_and_blind_to_order() -> None:
    x = skewed(60)
    assert bca(x, seed=4) == bca(x[::-1].copy(), seed=4)
    assert bca(x, seed=4) != bca(x, seed=5)


def test_bca_of_99_values_takes_less_than_a_tenth_of_a_second() -> None:
    x = skewed(99)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        bca(x)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.1


@pytest.mark.parametrize("interval", [cluster_t, bca])
@pytest.mark.parametrize(
    ("values", "bounds", "low", "high", "method"),
    [
        ([0.0] * 59, UNIT, 0.0, 1 - 0.05 ** (1 / 59), "bound (zero variance)"),
        ([1.0] * 59, UNIT, 0.05 ** (1 / 59), 1.0, "bound (zero variance)"),
        ([0.1 + 0.2] * 10, UNIT, 0.3 * 0.05**0.1, 1 - 0.7 * 0.05**0.1, "bound (zero variance)"),
        ([0.0] * 4, (-1.0, 1.0), -1 + 0.05**0.25, 1 - 0.05**0.25, "bound (zero variance)"),
        ([2.0] * 3, (0.0, None), 2 * 0.05 ** (1 / 3), None, "bound (zero variance)"),
        ([2.0] * 3, (None, None), None, None, "none (zero variance)"),
        ([0.4], UNIT, 0.4 * 0.05, 1 - 0.6 * 0.05, "bound (one sample)"),
        ([0.4], (None, None), None, None, "none (one sample)"),
        ([1.0000001] * 5, UNIT, 1.0000001 * 0.05**0.2, 1.0000001, "bound (zero variance)"),
    ],
)
def test_without_variance_only_the_range_bounds_the_mean(
    interval: object, values: list[float], bounds: Bounds, low: float | None, high: float | None, method: str
) -> None:
    # alpha = 0.10, so that each end is the one-sided 5 % bound: 59 good of 59 show at least 95 %.
    found: Interval = interval(values, alpha=0.1, bounds=bounds)  # type: ignore[operator]
    assert found.estimate == pytest.approx(values[0])
    assert found.low == (None if low is None else pytest.approx(low))
    assert found.high == (None if high is None else pytest.approx(high))
    assert found.method == method


def test_without_variance_clusters_count_not_values() -> None:
    found = cluster_t([1.0] * 40, [i % 4 for i in range(40)], 0.1, bounds=UNIT)
    assert ends(found) == pytest.approx((0.05 ** (1 / 4), 1.0))
    assert (found.method, found.clusters, found.flag) == ("bound (zero variance)", 4, FEW_CLUSTERS)


def test_equal_cluster_means_are_no_certainty() -> None:
    found = cluster_t([0.0, 1.0, 0.0, 1.0], ["a", "a", "b", "b"], bounds=UNIT)
    assert found.method == "bound (zero variance)"
    low, high = ends(found)
    assert low < 0.1
    assert high > 0.9


def test_one_cluster_has_no_variance_between_clusters() -> None:
    found = cluster_t([0.2, 0.6], ["a", "a"])
    assert found.estimate == pytest.approx(0.4)
    assert found.low is found.high is None
    assert (found.method, found.clusters) == ("none (one cluster)", 1)


def test_no_data() -> None:
    assert cluster_t([]) == bca([]) == Interval(None, None, None, "none (no data)", 0)


@pytest.mark.parametrize("n", [1, 2, 10, 59])
def test_the_bound_without_variance_covers_every_two_point_score(n: int) -> None:
    # All n equal 1 with probability rate^n, all equal 0 with (1 − rate)^n: no rate may be missed more
    # often than alpha in all, or alpha/2 on either side.
    ones, zeros = (ends(cluster_t([v] * n, alpha=0.1, bounds=UNIT)) for v in (1.0, 0.0))
    for rate in np.linspace(0.001, 0.999, 999):
        below = rate**n if rate < ones[0] else 0.0
        above = (1 - rate) ** n if rate > zeros[1] else 0.0
        assert max(below, above) <= 0.05
        assert below + above <= 0.1


finite = st.floats(-100, 100).map(lambda v: round(v, 3))


@settings(deadline=None)
@given(st.lists(finite, min_size=2, max_size=40), st.sampled_from([0.01, 0.05, 0.2]))
def test_bca_stays_within_the_data(values: list[float], alpha: float) -> None:
    found = bca(values, None, alpha, 500)
    if found.method != "BCa":
        assert len(set(values)) == 1
        return
    low, high = ends(found)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


@settings(deadline=None)
@given(st.lists(st.tuples(finite, st.integers(0, 5)), min_size=2, max_size=40), st.randoms())
def test_cluster_t_is_blind_to_order_and_mirrors(rows: list[tuple[float, int]], random: object) -> None:
    values, groups = [v for v, _ in rows], [g for _, g in rows]
    found = cluster_t(values, groups)
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert cluster_t([v for v, _ in shuffled], [g for _, g in shuffled]) == found
    mirrored = cluster_t([-v for v in values], groups)
    if found.low is not None and found.high is not None:
        assert ends(mirrored) == pytest.approx((-found.high, -found.low), rel=1e-9, abs=1e-9)


def cluster_coverage(repeats: int) -> float:
    rng = np.random.default_rng(21)
    groups = np.repeat(np.arange(12), rng.integers(1, 15, 12))
    hits = 0
    for _ in range(repeats):
        x = rng.normal(0, 1, len(groups)) + rng.normal(0, 1, 12)[groups]
        low, high = ends(cluster_t(x, groups))
        hits += low <= 0 <= high
    return hits / repeats


def test_cluster_t_covers_where_the_naive_interval_does_not() -> None:
    # 1,000 repeats: SE .007. Unequal clusters cost a little; the naive t covers about .6 here.
    assert 0.90 <= cluster_coverage(1_000) <= 0.97


@pytest.mark.slow
def test_cluster_t_coverage_at_length() -> None:
    assert 0.915 <= cluster_coverage(20_000) <= 0.955


@pytest.mark.slow
def test_bca_coverage_at_length() -> None:
    rng = np.random.default_rng(22)
    hits = 0
    for seed in range(3_000):
        low, high = ends(bca(rng.beta(4, 1, 50), seed=seed))
        hits += low <= 0.8 <= high
    assert 0.925 <= hits / 3_000 <= 0.96


def test_spreads_near_the_smallest_floats_have_an_interval() -> None:
    found = bca([0.0, 1.571174340226264e-155], alpha=0.1)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.high <= 1.6e-155
