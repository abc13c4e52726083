"""A rate against a bound: the binomial sum of what Wilson's interval decides, and the saw of its power."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from bakeoff.evals.statistics import quantile_least_n, rate_mde, rate_n, rate_power, wilson


def cleared(x: int, n: int, bound: float, above: bool) -> bool:
    """What the gate's check sees: the one-sided 5 % end of the shipped interval."""
    found = wilson(x, n, alpha=0.10)
    assert found.low is not None
    assert found.high is not None
    return found.low > bound if above else found.high < bound


@pytest.mark.parametrize(
    ("n", "rate", "bound"),
    [(60, 0.92, 0.85), (200, 0.03, 0.10), (45, 0.6, 0.5), (30, 1.0, 0.8), (80, 0.0, 0.05)],
)
def test_power_is_the_sum_of_the_outcomes_that_clear(n: int, rate: float, bound: float) -> None:
    expected = sum(binom.pmf(x, n, rate) for x in range(n + 1) if cleared(x, n, bound, rate > bound))
    assert rate_power(n, rate, bound) == pytest.approx(float(expected), abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.03, 0.9), st.booleans())
def test_from_n_on_the_power_stays(bound: float, share: float, above: bool) -> None:
    rate = bound + share * (1 - bound) if above else bound - share * bound
    n = rate_n(rate, bound)
    assert all(rate_power(k, rate, bound) >= 0.8 for k in range(n, n + 60))
    assert n == 1 or rate_power(n - 1, rate, bound) < 0.8
    assert rate_n(rate, bound, power=0.9) >= n
    distance = rate_mde(n, bound, above=above)
    assert distance is not None
    assert distance <= abs(rate - bound) + 1e-6
    assert rate_n(bound + (distance if above else -distance), bound) <= n


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 0.8), st.floats(0.02, 0.09))
def test_nearer_to_the_bound_needs_more(bound: float, distance: float) -> None:
    assert rate_n(bound + distance, bound) >= rate_n(bound + 2 * distance, bound)
    assert rate_n(bound - distance, bound) >= rate_n(bound - 1.1 * distance, bound)


def test_a_bound_that_few_values_cannot_clear() -> None:
    """All of 20 right: Wilson's one-sided end is 0.88."""
    assert rate_mde(20, 0.95, above=True) is None
    assert rate_mde(20, 0.85, above=True) == pytest.approx(0.15, abs=0.02)
    assert rate_n(1.0, 0.95) == next(n for n in range(1, 999) if cleared(n, n, 0.95, True))


@pytest.mark.parametrize(("quantile", "n"), [(0.95, 59), (0.5, 5), (0.99, 299), (0.9, 29)])
def test_a_quantiles_bound_exists_from_n_on(quantile: float, n: int) -> None:
    assert quantile_least_n(quantile) == n
    assert quantile**n <= 0.05 < quantile ** (n - 1)


@pytest.mark.parametrize(("rate", "bound"), [(0.5, 0.5), (1.1, 0.5), (0.5, 1.0), (0.5, 0.0), (math.nan, 0.5)])
def test_impossible_bounds_are_refused(rate: float, bound: float) -> None:
    with pytest.raises(ValueError, match="needs"):
        rate_n(rate, bound)


def test_hair_breadths_are_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        rate_n(0.5 + 1e-7, 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile_least_n(1.0)
