"""Bounds by betting: right at every time, powerful enough, exact where a hand can check them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy.stats import beta

from bakeoff.evals.statistics.betting import (
    CROSSED,
    HALVINGS,
    METHOD,
    SHARES,
    betting_interval,
    lower_bound,
    peak,
)

ALPHA = 0.05
Unit = NDArray[np.float64]
units = arrays.arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1))


def capital(x: list[float], m: float) -> list[float]:
    """K_t by the formula in the docstring, one loop inside the other."""
    found = []
    for t in range(1, len(x) + 1):
        products = [math.prod(1 - g + g * xi / m for xi in x[:t]) for g in SHARES.tolist()]
        found.append(sum(products) / len(products))
    return found


def ever_exceeds(x: Unit, mean: float, alpha: float) -> NDArray[np.bool_]:
    """For each row, whether the lower bound at one-sided alpha is ever above the mean."""
    return np.array([peak(row, mean) >= 1 / alpha for row in x])


def test_the_capital_is_that_of_the_formula() -> None:
    x = [0.2, 0.9, 1.0, 0.4, 0.0, 1.0]
    assert peak(np.array(x), 0.3) == pytest.approx(max(capital(x, 0.3)))


def test_the_bound_is_where_the_capital_reaches_one_over_alpha() -> None:
    x = np.array([1.0] * 12 + [0.0] * 2 + [1.0] * 6)
    found = lower_bound(x, ALPHA)
    assert peak(x, found) >= 1 / ALPHA
    assert peak(x, found + 2.0 ** (1 - HALVINGS)) < 1 / ALPHA


def test_without_a_miss_the_bound_is_known_in_closed_form() -> None:
    """All ones: the mixture of (1 − γ + γ/m)ⁿ equals 1/α."""
    found = lower_bound(np.ones(40), ALPHA)
    assert np.mean((1 - SHARES + SHARES / found) ** 40) == pytest.approx(1 / ALPHA, rel=1e-6)


@pytest.mark.parametrize("x", [[0.0], [0.0, 0.0, 0.0], [0.5], [1.0]], ids=str)
def test_a_few_values_bound_little_and_nothing_is_below_zero(x: list[float]) -> None:
    interval = betting_interval(x)
    assert interval.low is not None
    assert interval.high is not None
    assert 0 <= interval.low <= interval.estimate <= interval.high <= 1  # type: ignore[operator]
    assert interval.low < 0.06


def test_no_values_no_interval() -> None:
    interval = betting_interval([])
    assert (interval.estimate, interval.low, interval.high, interval.n) == (None, None, None, 0)


@pytest.mark.parametrize("values", [[1.2], [-0.1, 0.5]])
def test_values_outside_the_range_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="outside"):
        betting_interval(values)


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(ValueError, match="no range"):
        betting_interval([0.0], low=1.0, high=1.0)


@given(units, st.floats(-5, 5), st.floats(0.1, 10))
def test_another_range_is_only_another_scale(x: Unit, low: float, scale: float) -> None:
    plain = betting_interval(x)
    moved = betting_interval(np.clip(low + scale * x, low, low + scale), low=low, high=low + scale)
    assert moved.low == pytest.approx(low + scale * plain.low, abs=1e-6 * scale)  # type: ignore[operator]
    assert moved.high == pytest.approx(low + scale * plain.high, abs=1e-6 * scale)  # type: ignore[operator]


@given(units)
def test_the_ends_mirror_each_other(x: Unit) -> None:
    one, other = betting_interval(x), betting_interval(1 - x)
    assert one.low == pytest.approx(1 - other.high, abs=1e-7)  # type: ignore[operator]


@given(units, st.floats(0, 1))
def test_a_bound_never_gives_way_when_values_are_added(x: Unit, more: float) -> None:
    assert lower_bound(np.append(x, more), ALPHA) >= lower_bound(x, ALPHA) - 1e-8


@given(units, st.floats(0.01, 0.98))
def test_the_capital_falls_in_the_mean(x: Unit, m: float) -> None:
    assert peak(x, m) >= peak(x, m + 0.01) * (1 - 1e-12)


def test_a_population_that_changes_is_told() -> None:
    interval = betting_interval([1.0] * 200 + [0.0] * 1000)
    assert interval.flag == CROSSED
    assert betting_interval([1.0, 0.0] * 50).flag == ""
    assert interval.method == METHOD


def test_a_very_long_series_neither_overflows_nor_dies() -> None:
    x = np.tile([1.0, 1.0, 1.0, 0.0], 10_000)
    assert lower_bound(x, ALPHA) == pytest.approx(0.75, abs=0.01)


POPULATIONS = {
    "right or wrong, 0.9": lambda rng, shape: (rng.random(shape) < 0.9).astype(float),
    "right or wrong, 0.3": lambda rng, shape: (rng.random(shape) < 0.3).astype(float),
    "beta(5, 3)": lambda rng, shape: rng.beta(5, 3, shape),
    "paired, 10 % differ": lambda rng, shape: rng.choice([0.0, 0.5, 1.0], shape, p=[0.075, 0.9, 0.025]),
}
MEANS = dict(zip(POPULATIONS, (0.9, 0.3, 5 / 8, 0.475), strict=True))


@pytest.mark.parametrize("name", POPULATIONS)
def test_looking_after_every_value_errs_in_five_per_cent_at_most(name: str) -> None:
    """The bound is compared with the mean after each of 1,000 values."""
    n = 1000
    x = POPULATIONS[name](np.random.default_rng(5), (n, 1000))
    for side in (x, 1 - x):
        mean = MEANS[name] if side is x else 1 - MEANS[name]
        hits = int(ever_exceeds(side, mean, ALPHA).sum())
        print(f"{name}: {hits} of {n}")
        assert hits == 0 or beta.ppf(0.025, hits, n - hits + 1) <= ALPHA
        assert hits > 0  # not so wide that nothing could ever go wrong


def test_it_finds_what_is_there() -> None:
    """90 % right against a limit of 80 %: of 500 values, fewer than half are needed in most repetitions."""
    x = POPULATIONS["right or wrong, 0.9"](np.random.default_rng(6), (200, 250))
    assert ever_exceeds(x, 0.8, ALPHA).mean() > 0.9
