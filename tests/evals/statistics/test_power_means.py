"""Sizes for means against statsmodels and METHODS' tables; clusters; the inverses; simulated power."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import TTestPower

from bakeoff.evals.statistics import (
    Clustering,
    cluster_t,
    clustering_by_icc,
    clustering_of,
    did_sd,
    mean_mde,
    mean_n,
    mean_power,
    normal_n,
    repeated_sd,
)

EFFECTS, SDS = st.floats(0.02, 0.5), st.floats(0.05, 1.0)
SIDES = st.sampled_from([1, 2])
CLUSTERINGS = st.builds(clustering_by_icc, st.floats(0, 1), st.floats(1, 8))


@pytest.mark.parametrize(
    ("sd", "effect", "n"),
    [
        (0.45, 0.05, 636),
        (0.45, 0.10, 159),
        (0.5, 0.05, 785),
        (0.5, 0.1, 197),
        (0.6, 0.05, 1131),
        (0.6, 0.1, 283),
    ],
)
def test_difference_in_differences_is_methods_table(sd: float, effect: float, n: int) -> None:
    assert normal_n(effect, sd) == n
    assert n <= mean_n(effect, sd) <= n + 3


def test_the_sd_of_a_difference_in_differences_comes_from_flips() -> None:
    assert did_sd(0.10, 0.10) == pytest.approx(0.447, abs=1e-3)
    assert did_sd(0.0, 0.25) == 0.5


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize(("effect", "sd"), [(0.05, 0.35), (0.3, 0.4), (0.02, 0.2), (0.5, 0.5)])
def test_power_and_n_are_statsmodels(effect: float, sd: float, sides: int) -> None:
    reference = TTestPower()
    alternative = "two-sided" if sides == 2 else "larger"
    n = mean_n(effect, sd, sides=sides)
    solved = reference.solve_power(effect / sd, alpha=0.05, power=0.8, alternative=alternative)
    assert n == math.ceil(float(solved))
    expected = float(reference.power(effect / sd, n, 0.05, alternative=alternative))
    assert mean_power(n, effect, sd, sides=sides) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(EFFECTS, SDS, SIDES, CLUSTERINGS)
def test_n_to_effect_to_n(effect: float, sd: float, sides: int, clusters: Clustering) -> None:
    n = mean_n(effect, sd, sides=sides, clusters=clusters)
    assert mean_power(n, effect, sd, sides=sides, clusters=clusters) >= 0.8
    back = mean_mde(n, sd, sides=sides, clusters=clusters)
    assert back is not None
    assert back <= effect * (1 + 1e-5)
    assert mean_n(back, sd, sides=sides, clusters=clusters) == pytest.approx(n, abs=1)


@settings(max_examples=30, deadline=None)
@given(EFFECTS, SDS, st.floats(1.01, 3))
def test_what_needs_more(effect: float, sd: float, factor: float) -> None:
    n = mean_n(effect, sd)
    assert mean_n(effect / factor, sd) >= n
    assert mean_n(effect, sd * factor) >= n
    assert mean_n(effect, sd, power=0.9) >= n
    assert mean_n(effect, sd, alpha=0.01) >= n
    assert mean_n(effect, sd, sides=1) <= n
    assert mean_n(effect, sd, clusters=Clustering(3, factor)) >= n


def test_clusters_multiply_n_and_leave_few_degrees_of_freedom() -> None:
    alone = mean_n(0.05, 0.35)
    assert mean_n(0.05, 0.35, clusters=clustering_by_icc(0.5, 5)) == pytest.approx(3 * alone, rel=0.02)
    assert clustering_by_icc(0.5, 5).effect == 3.0
    # six clusters of ten: five degrees of freedom, and a design effect of 1
    assert mean_mde(60, 0.35, clusters=Clustering(10, 1.0)) > mean_mde(60, 0.35)  # type: ignore[operator]
    assert mean_mde(10, 0.35, clusters=Clustering(10, 2.0)) is None


def test_repeats_take_only_the_variance_within_away() -> None:
    assert repeated_sd(0.06, 0.0, 1) == repeated_sd(0.06, 0.0, 9)
    assert repeated_sd(0.0, 0.09, 9) == pytest.approx(0.1)
    assert repeated_sd(0.04, 0.05, 1) == pytest.approx(0.3)


def test_a_pilots_design_effect_is_the_ratio_of_its_standard_errors() -> None:
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(80), 5)
    values = rng.normal(size=80)[clusters] * 0.6 + rng.normal(size=400)
    found = clustering_of(values, clusters)
    wide, narrow = cluster_t(values, clusters), cluster_t(values)
    assert None not in (wide.high, wide.low, narrow.high, narrow.low)
    from scipy.stats import t

    ratio = (wide.high - wide.low) / t.ppf(0.975, 79) / ((narrow.high - narrow.low) / t.ppf(0.975, 399))  # type: ignore[operator]
    assert found.size == 5
    assert found.effect == pytest.approx(ratio**2, rel=1e-9)
    assert found.effect == pytest.approx(1 + 4 * 0.36 / 1.36, rel=0.35)


@pytest.mark.parametrize(
    ("values", "clusters", "expected"),
    [
        ([1.0, 2.0, 3.0], None, Clustering()),
        ([1.0, 2.0, 3.0], ["a", "b", "c"], Clustering()),
        ([1.0, 1.0, 1.0, 1.0], ["a", "a", "b", "b"], Clustering(2.0, 2.0)),
        ([1.0, 0.0], ["a", "a"], Clustering(2.0, 2.0)),
        ([0.0, 0.0, 1.0, 1.0], ["a", "a", "b", "b"], Clustering(2.0, 3.0)),
    ],
)
def test_design_effects_at_the_edges(
    values: list[float], clusters: list[str] | None, expected: Clustering
) -> None:
    found = clustering_of(values, clusters)
    assert (found.size, found.effect) == pytest.approx((expected.size, expected.effect))


def test_simulated_power_of_a_clustered_mean() -> None:
    """The shipped cluster-t on 1,000 data sets of the planned size rejects in about 80 %."""
    icc, size = 0.3, 4
    n = mean_n(0.1, 0.4, clusters=clustering_by_icc(icc, size))
    groups = math.ceil(n / size)
    rng = np.random.default_rng(11)
    labels = np.repeat(np.arange(groups), size)
    hits = 0
    for _ in range(1000):
        shared, own = rng.normal(size=groups)[labels], rng.normal(size=groups * size)
        values = 0.1 + 0.4 * (math.sqrt(icc) * shared + math.sqrt(1 - icc) * own)
        low = cluster_t(values, labels).low
        hits += low is not None and low > 0
    assert hits / 1000 == pytest.approx(0.80, abs=4 * math.sqrt(0.16 / 1000))


@pytest.mark.parametrize(("effect", "sd"), [(0.0, 0.3), (0.1, 0.0), (0.1, math.nan)])
def test_impossible_plans_are_refused(effect: float, sd: float) -> None:
    with pytest.raises(ValueError, match="needs"):
        mean_n(effect, sd)


def test_impossible_designs_are_refused() -> None:
    for size, effect in ((0.5, 1.0), (2.0, 0.0)):
        with pytest.raises(ValueError, match="needs"):
            Clustering(size, effect)
    with pytest.raises(ValueError, match="between"):
        clustering_by_icc(1.2, 3)
    with pytest.raises(ValueError, match="needs"):
        repeated_sd(-0.1, 0.1, 1)
    with pytest.raises(ValueError, match="between"):
        did_sd(1.2, 0)
    with pytest.raises(ValueError, match="no number"):
        mean_n(1e-6, 10.0)
