"""Order-statistic intervals: reference values by hand, coverage by exact sums, ends that cannot be had."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from bakeoff.evals.statistics.quantile import least_n, quantile_interval, quantile_n


def test_the_median_of_ten_by_hand() -> None:
    """P(B ≤ 1) of Binomial(10, ½) is 11/1024 and P(B ≤ 2) is 56/1024: at 5 % the ends are X_(2) and X_(9)."""
    found = quantile_interval(range(1, 11), 0.5, alpha=0.05)
    assert (found.low, found.estimate, found.high, found.n) == (2.0, 5.0, 9.0, 10)


@pytest.mark.parametrize(("n", "has_end"), [(58, False), (59, True)])
def test_a_bound_above_p95_needs_59_values(n: int, has_end: bool) -> None:
    found = quantile_interval(range(n), 0.95, alpha=0.10)
    assert (found.high is not None) is has_end
    assert least_n(0.95) == 59


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("n", [20, 60, 299, 1000])
def test_each_end_misses_at_most_its_half_and_the_next_one_would_not(n: int, quantile: float) -> None:
    """For a continuous distribution the miss of X_(r) is a binomial sum: exact, no simulation."""
    alpha = 0.10
    found = quantile_interval(range(1, n + 1), quantile, alpha)
    if found.low is not None:
        assert binom.cdf(found.low - 1, n, quantile) <= alpha / 2 < binom.cdf(found.low, n, quantile)
    if found.high is not None:
        assert binom.sf(found.high - 1, n, quantile) <= alpha / 2 < binom.sf(found.high - 2, n, quantile)


def test_infinite_values_are_the_largest() -> None:
    values = [*range(90), *[math.inf] * 10]
    found = quantile_interval(values, 0.95, alpha=0.10)
    assert found.estimate == math.inf
    assert found.low == math.inf
    assert quantile_interval(values, 0.5, alpha=0.10).high == 58.0


def test_no_values_no_interval() -> None:
    found = quantile_interval([], 0.5)
    assert (found.estimate, found.low, found.high, found.n) == (None, None, None, 0)


@pytest.mark.parametrize(
    ("values", "quantile"), [([math.nan], 0.5), ([1.0], 0.0), ([1.0], 1.0), ([[1.0]], 0.5)]
)
def test_what_is_refused(values: list[float], quantile: float) -> None:
    with pytest.raises(ValueError, match="needs"):
        quantile_interval(values, quantile)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80),
    st.floats(0.01, 0.99),
    st.randoms(use_true_random=False),
)
def test_the_ends_enclose_the_estimate_in_any_order(
    values: list[float], quantile: float, random: object
) -> None:
    found = quantile_interval(values, quantile)
    assert found.estimate in values
    assert found.estimate is not None
    assert found.low is None or found.low <= found.estimate
    assert found.high is None or found.estimate <= found.high
    random.shuffle(values)  # type: ignore[attr-defined]  # hypothesis hands over a Random
    assert quantile_interval(values, quantile) == found


def test_the_planned_n_has_the_stated_power() -> None:
    """Exact: the chance that the upper bound clears a limit that 98 % of the values keep."""
    n = quantile_n(0.95, 0.98)
    assert n is not None
    ranks = quantile_interval(range(1, n + 1), 0.95, alpha=0.10)
    assert ranks.high is not None
    power = float(binom.sf(ranks.high - 1, n, 0.98))
    assert 0.75 < power < 0.90


def test_nothing_decides_a_quantile_that_is_the_limit() -> None:
    assert quantile_n(0.95, 0.95) is None
    assert quantile_n(0.95, 1.0) == 59
    assert quantile_n(0.95, 0.5, upper=False) == math.ceil(
        ((1.6449 * math.sqrt(0.0475) + 0.8416 * 0.5) / 0.45) ** 2
    )


def test_coverage_on_a_heavy_tail() -> None:
    rng = np.random.default_rng(3)
    draws = rng.pareto(1.5, size=(2000, 120))
    truth = 0.05 ** (-1 / 1.5) - 1
    missed = sum(
        (found := quantile_interval(row, 0.95, alpha=0.10)).high is not None and found.high < truth
        for row in draws
    )
    assert missed / 2000 < 0.06
