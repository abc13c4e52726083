"""Fieller's interval: its definition, its coverage, and where no bounded interval exists."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from bakeoff.evals.statistics import cluster_t, ratio_interval


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.integers(20, 200), st.floats(0.2, 1.5))
def test_its_ends_are_where_the_t_test_stops_rejecting(seed: int, n: int, ratio: float) -> None:
    rng = np.random.default_rng(seed)
    base = rng.normal(1.0, 0.7, n)
    top = ratio * base + rng.normal(0, 0.5, n)
    found = ratio_interval(top, base)
    assume(found.low is not None and found.high is not None)
    assert found.estimate == pytest.approx(top.mean() / base.mean())
    for end in (found.low, found.high):
        assert end is not None
        assert stats.ttest_1samp(top - end * base, 0).pvalue == pytest.approx(0.05, abs=1e-6)


def test_whole_clusters_count() -> None:
    rng = np.random.default_rng(5)
    base, top = rng.random(60) + 0.5, rng.random(60)
    labels = [i // 6 for i in range(60)]
    found = ratio_interval(top, base, labels)
    assert found.clusters == 10
    assert found.high is not None
    # at the upper end, the clustered t interval of top − r·base touches zero
    touching = cluster_t(top - found.high * base, labels)
    assert touching.high == pytest.approx(0.0, abs=1e-9)


def test_it_covers() -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        before = (rng.random(300) < 0.8).astype(float)
        after = before * (rng.random(300) < 0.5)
        found = ratio_interval(after - 0.25, before - 0.25)
        truth = (0.4 - 0.25) / (0.8 - 0.25)
        hits += found.low is not None and found.high is not None and found.low <= truth <= found.high
    assert stats.binomtest(hits, 400, 0.95).pvalue > 0.001


def test_a_denominator_that_may_be_zero_has_no_bounded_interval() -> None:
    noise = np.array([1.0, -1.0, 2.0, -1.9, 0.5, -0.4])
    found = ratio_interval(np.ones(6), noise)
    assert (found.low, found.high) == (None, None)
    assert "denominator" in found.method
    assert ratio_interval([0.0, 1.0], [1.0, -1.0]).estimate is None


def test_too_little_and_mismatched_data() -> None:
    assert ratio_interval([1.0], [2.0]).method == "none (no data)"
    assert ratio_interval([1.0, 2.0], [1.0, 1.0], ["a", "a"]).estimate is None
    with pytest.raises(ValueError, match="numerators"):
        ratio_interval([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="finite"):
        ratio_interval([1.0, float("nan")], [1.0, 2.0])
