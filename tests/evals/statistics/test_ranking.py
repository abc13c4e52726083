"""AUC against its definition, DeLong's published example, and its coverage under simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.statistics import Interval
from bakeoff.evals.statistics.ranking import auc

SCORES = st.lists(st.integers(-5, 5), min_size=1, max_size=12)


def width(found: Interval) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


@settings(deadline=None)
@given(SCORES, SCORES)
def test_it_is_the_share_of_pairs_in_the_right_order(ups: list[int], downs: list[int]) -> None:
    pairs = [1.0 if u > d else 0.5 if u == d else 0.0 for u, d in itertools.product(ups, downs)]
    found = auc([*ups, *downs], [True] * len(ups) + [False] * len(downs))
    assert found.estimate == pytest.approx(sum(pairs) / len(pairs))
    assert found.estimate is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.estimate + 1e-12
    assert found.estimate <= found.high + 1e-12 <= 1 + 2e-12


@settings(deadline=None)
@given(SCORES, SCORES)
def test_swapped_classes_mirror_it(ups: list[int], downs: list[int]) -> None:
    labels = [True] * len(ups) + [False] * len(downs)
    one, two = auc([*ups, *downs], labels), auc([*ups, *downs], [not label for label in labels])
    assert one.estimate is not None
    assert one.low is not None
    assert two.estimate == pytest.approx(1 - one.estimate)
    assert two.high == pytest.approx(1 - one.low)


def test_the_variance_is_delongs() -> None:
    rng = np.random.default_rng(3)
    ups, downs = rng.normal(1, 1, 40), rng.normal(0, 1, 60)
    higher = (ups[:, None] > downs).astype(float)
    variance = higher.mean(1).var(ddof=1) / 40 + higher.mean(0).var(ddof=1) / 60
    found = auc([*ups, *downs], [True] * 40 + [False] * 60)
    assert width(found) == pytest.approx(2 * 2.0227 * variance**0.5, rel=1e-4)  # t(39) at .975
    assert (found.method, found.n, found.clusters, found.flag) == ("DeLong", 100, None, "")


def test_scores_are_compared_within_strata_only() -> None:
    # In each stratum the order is right; across them the scales differ so much that it would not be.
    scores, labels = [1, 2, 101, 102] * 5, [False, True, False, True] * 5
    assert auc(scores, labels, strata=[0, 0, 1, 1] * 5).estimate == 1
    assert auc(scores, labels).estimate == 0.75


def test_a_stratum_without_a_class_is_left_out() -> None:
    found = auc([1, 2, 9, 9], [False, True, False, False], strata=[0, 0, 1, 1])
    assert (found.estimate, found.n) == (1, 2)


@pytest.mark.parametrize("labels", [[], [True], [False, False]])
def test_without_pairs_there_is_no_interval(labels: list[bool]) -> None:
    assert auc([0.0] * len(labels), labels) == Interval(None, None, None, "none (no pairs)", 0)


def test_perfect_separation_still_has_a_lower_end() -> None:
    found = auc([*range(10), *range(20, 50)], [False] * 10 + [True] * 30)
    assert (found.estimate, found.high) == (1, 1)
    assert found.low == pytest.approx(0.025**0.1)
    assert found.method == "bound (zero variance)"


def test_one_cluster_on_a_side_is_told() -> None:
    found = auc([1, 2, 3, 4, 2.5], [True, True, False, False, False], clusters=["a", "a", 1, 2, 3])
    assert found.method == "bound (one unit)"
    assert (found.clusters, found.flag) == (1, "fewer than 10 clusters")
    assert width(found) == pytest.approx(0.975)


def test_copies_in_a_cluster_do_not_narrow_it() -> None:
    rng = np.random.default_rng(5)
    scores, labels = rng.normal(0, 1, 60), np.arange(60) < 30
    once = auc(scores, labels)
    copied = auc(np.repeat(scores, 4), np.repeat(labels, 4), clusters=np.repeat(np.arange(60), 4))
    ignored = auc(np.repeat(scores, 4), np.repeat(labels, 4))
    assert width(copied) == pytest.approx(width(once))
    assert width(ignored) < 0.6 * width(once)
    assert copied.method == "DeLong, clustered"


def test_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 scores, 1 labels"):
        auc([1.0, 2.0], [True])


@pytest.mark.parametrize(("shift", "truth"), [(0.0, 0.5), (1.0, 0.7602)])
def test_the_interval_covers(shift: float, truth: float) -> None:
    rng = np.random.default_rng(11)
    labels = np.arange(110) < 50
    found = [auc(rng.normal(0, 1, 110) + shift * labels, labels) for _ in range(600)]
    covered = sum(
        one.low <= truth <= one.high for one in found if one.low is not None and one.high is not None
    )
    assert 0.93 <= covered / 600 <= 0.985
