"""Cohen's kappa: against statsmodels, METHODS' figures, and what its interval covers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.stats.inter_rater import cohens_kappa

from bakeoff.evals.statistics import Agreement, cohen_kappa, wilson

Counts = tuple[int, int, int, int]
counts = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda c: sum(c) > 0)


def raters(both: int, first: int, second: int, neither: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Verdicts with these numbers of yes-yes, yes-no, no-yes and no-no."""
    sizes = (both, first, second, neither)
    return np.repeat([1, 1, 0, 0], sizes), np.repeat([1, 0, 1, 0], sizes)


def kappa(*sizes: int) -> Agreement:
    return cohen_kappa(*raters(*sizes))


@pytest.mark.parametrize(
    "sizes", [(40, 9, 6, 45), (80, 5, 9, 6), (3, 1, 2, 30), (10, 30, 25, 12), (7, 0, 0, 5)]
)
def test_kappa_is_that_of_statsmodels(sizes: Counts) -> None:
    both, first, second, neither = sizes
    theirs = cohens_kappa(np.array([[both, first], [second, neither]]))
    assert kappa(*sizes).kappa == pytest.approx(theirs.kappa, abs=5e-4)


@pytest.mark.parametrize(("n", "se"), [(100, 0.071), (200, 0.050), (300, 0.041)])
def test_the_standard_error_is_that_of_the_methods(n: int, se: float) -> None:
    """METHODS §7: raw agreement .85 where chance gives .5 (both say yes to half)."""
    whole = n * 20  # so that the shares are exact; the SE scales with √n
    wrong = whole * 15 // 200
    found = kappa(whole // 2 - wrong, wrong, wrong, whole // 2 - wrong)
    assert found.raw == pytest.approx(0.85)
    assert found.expected == pytest.approx(0.5)
    assert found.se is not None
    assert found.se * np.sqrt(20) == pytest.approx(se, abs=5e-4)


def test_perfect_agreement_on_few_things_is_not_certain() -> None:
    found = kappa(6, 0, 0, 6)
    assert (found.kappa, found.se, found.high) == (1, 0, 1)
    low = wilson(12, 12).low
    assert low is not None
    assert found.low == pytest.approx((low - 0.5) / 0.5)


def test_the_same_verdict_throughout_says_nothing_beyond_chance() -> None:
    found = kappa(50, 0, 0, 0)
    assert (found.kappa, found.low, found.high, found.raw, found.n) == (None, None, None, 1, 50)
    assert kappa(0, 50, 0, 0).kappa == 0
    assert cohen_kappa([], []).n == 0


def test_a_skewed_rate_makes_kappa_low_where_raw_agreement_is_high() -> None:
    found = kappa(90, 4, 5, 1)
    assert found.raw == pytest.approx(0.91)
    assert found.kappa is not None
    assert found.kappa < 0.2
    assert found.first == pytest.approx(0.94)
    assert found.second == pytest.approx(0.95)


def test_verdicts_that_share_a_cluster_are_worth_less() -> None:
    """Every answer labelled four times says hardly more than once."""
    a, b = raters(40, 8, 7, 45)
    alone, fourfold = cohen_kappa(a, b), cohen_kappa(np.tile(a, 4), np.tile(b, 4))
    labels = [str(i) for i in range(100)] * 4
    held = cohen_kappa(np.tile(a, 4), np.tile(b, 4), labels)
    assert held.kappa == pytest.approx(alone.kappa)
    assert (held.n, held.clusters) == (400, 100)
    assert alone.low is not None
    assert fourfold.low is not None
    assert held.low == pytest.approx(alone.low, abs=0.03)  # t, not Wilson
    assert fourfold.low > alone.low + 0.05


@given(counts)
def test_the_interval_holds_kappa_and_raters_are_alike(sizes: Counts) -> None:
    found, turned = kappa(*sizes), kappa(sizes[0], sizes[2], sizes[1], sizes[3])
    assert found.kappa == pytest.approx(turned.kappa) or found.kappa is turned.kappa
    if found.kappa is None or found.low is None or found.high is None:
        assert sizes[1] == sizes[2] == 0
    else:
        assert -1 <= found.low <= found.kappa <= found.high <= 1


@pytest.mark.parametrize("values", [([0.5], [1]), ([1, 0], [1]), ([[1]], [[1]]), ([float("nan")], [1])])
def test_anything_but_two_equal_lists_of_verdicts_is_refused(values: tuple[list[float], list[float]]) -> None:
    with pytest.raises(ValueError, match="0 and 1 only"):
        cohen_kappa(*values)


@pytest.mark.parametrize(
    ("prevalence", "sensitivity", "specificity"), [(0.5, 0.85, 0.85), (0.8, 0.95, 0.8), (0.2, 0.8, 0.95)]
)
@pytest.mark.parametrize("n", [40, 150])
def test_the_interval_covers(prevalence: float, sensitivity: float, specificity: float, n: int) -> None:
    """500 draws with a fixed seed: 95 % of them, give or take three standard errors."""
    shares, truth = _judge(prevalence, sensitivity, specificity)
    draws = np.random.default_rng(11).multinomial(n, shares, size=500)
    found = [kappa(*(int(part) for part in draw)) for draw in draws]
    held = [one.low <= truth <= one.high for one in found if one.low is not None and one.high is not None]
    assert 0.92 <= np.mean(held) <= 0.985


@pytest.mark.parametrize(
    ("prevalence", "sensitivity", "specificity"), [(0.5, 0.95, 0.4), (0.9, 0.98, 0.35), (0.8, 0.7, 0.99)]
)
def test_a_lenient_or_a_strict_judge_is_not_let_through_by_its_bound(
    prevalence: float, sensitivity: float, specificity: float
) -> None:
    """500 draws with a fixed seed: the lower bound is above the truth in 2.5 %, and three standard errors."""
    shares, truth = _judge(prevalence, sensitivity, specificity)
    draws = np.random.default_rng(12).multinomial(100, shares, size=500)
    lows = [kappa(*(int(part) for part in draw)).low for draw in draws]
    assert np.mean([low is not None and low > truth for low in lows]) <= 0.025 + 0.021


def _judge(prevalence: float, sensitivity: float, specificity: float) -> tuple[list[float], float]:
    """The shares of yes-yes, yes-no, no-yes and no-no of a person and such a judge, and their true kappa."""
    yes, no = prevalence, 1 - prevalence
    shares = [yes * sensitivity, yes * (1 - sensitivity), no * (1 - specificity), no * specificity]
    raw, judge = shares[0] + shares[3], shares[0] + shares[2]
    expected = yes * judge + no * (1 - judge)
    return shares, (raw - expected) / (1 - expected)
