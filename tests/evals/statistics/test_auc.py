"""The AUC of cross-validated scores: by hand, beside METHODS.md's figures, and the interval's coverage."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.statistics import auc

SCORES = st.lists(st.floats(-5, 5).map(lambda x: round(x, 1)), min_size=1, max_size=12)


def test_by_hand() -> None:
    # of 6 pairs, 4 are won and one is tied
    found = auc([([3.0, 2.0, 1.0], [2.0, 0.0])])
    assert found.estimate == pytest.approx(4.5 / 6)
    assert (found.n, found.method) == (5, "AUC score")


def test_only_pairs_of_one_fold_are_compared() -> None:
    # between folds every positive would win
    assert auc([([1.0], [2.0]), ([11.0], [12.0])]).estimate == 0
    assert auc([([1.0], []), ([], [0.0])]).estimate is None


@pytest.mark.parametrize(
    ("theta", "n", "se"), [(0.5, 500, 0.018), (0.5, 200, 0.029), (0.7, 500, 0.016), (0.7, 200, 0.026)]
)
def test_the_width_is_that_of_the_methods_page(theta: float, n: int, se: float) -> None:
    """METHODS.md §6 states these standard errors."""
    won = round(theta * n)
    negatives = np.arange(n) / n
    positives = np.full(n, won / n - 0.5 / n)
    found = auc([(positives, negatives)])
    assert found.estimate == pytest.approx(theta)
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(se, abs=0.0011)


def test_perfect_separation_leaves_doubt() -> None:
    few, many = auc([([1.0] * 20, [0.0] * 20)]), auc([([1.0] * 200, [0.0] * 200)])
    assert few.estimate == few.high == many.high == 1
    assert few.low is not None
    assert many.low is not None
    assert 0.8 < few.low < many.low < 1


def test_fewer_units_widen_it() -> None:
    values = ([0.9, 0.7, 0.8, 0.4] * 5, [0.5, 0.3, 0.2, 0.6] * 5)
    every, four = auc([values]), auc([values], units=(4, 4))
    assert every.low is not None
    assert four.low is not None
    assert four.low < every.low
    with pytest.raises(ValueError, match="21 and 4 units"):
        auc([values], units=(21, 4))


def test_folds_that_share_their_training_are_wider() -> None:
    folds = [([0.9, 0.7, 0.8, 0.4], [0.5, 0.3, 0.2, 0.6])] * 5
    alone, shared = auc(folds), auc(folds, cross_validated=True)
    # five folds: 2.25 times the variance, so 1.5 times the z
    wider = auc(folds, alpha=2 * NormalDist().cdf(1.5 * NormalDist().inv_cdf(0.025)))
    assert shared.low == pytest.approx(wider.low)
    assert shared.high == pytest.approx(wider.high)
    assert shared.estimate == alone.estimate
    assert shared.low is not None
    assert alone.low is not None
    assert shared.low < alone.low
    with pytest.raises(ValueError, match="at least two folds"):
        auc(folds[:1], cross_validated=True)


@settings(deadline=None)
@given(SCORES, SCORES)
def test_it_holds_its_estimate_and_mirrors(x: list[float], y: list[float]) -> None:
    found, mirrored = auc([(x, y)]), auc([(y, x)])
    assert found.estimate is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    assert mirrored.low == pytest.approx(1 - found.high, abs=1e-9)
    brute = sum((a > b) + (a == b) / 2 for a in x for b in y) / (len(x) * len(y))
    assert found.estimate == pytest.approx(brute)


@settings(deadline=None)
@given(SCORES, SCORES)
def test_only_the_order_counts(x: list[float], y: list[float]) -> None:
    assert auc([(x, y)]) == auc([([math.atan(v) for v in x], [math.atan(v) for v in y])])


@pytest.mark.parametrize("theta", [0.5, 0.7, 0.95])
def test_it_covers(theta: float) -> None:
    """Normal scores, 30 against 60, in five folds: at least 93 of 100 intervals hold the truth."""
    rng = np.random.default_rng(1)
    shift = {0.5: 0.0, 0.7: 0.74161, 0.95: 2.32617}[theta]
    held = 0
    for _ in range(400):
        x, y = rng.normal(shift, 1, 30), rng.normal(0, 1, 60)
        found = auc([(x[i::5], y[i::5]) for i in range(5)])
        assert found.low is not None
        assert found.high is not None
        held += found.low <= theta <= found.high
    assert held / 400 >= 0.93
