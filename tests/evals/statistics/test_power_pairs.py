"""Exact power of paired rates: METHODS' table, every outcome counted one by one, and the inverses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.statistics import (
    mcnemar,
    mcnemar_exact_n,
    mcnemar_mde,
    mcnemar_power,
    non_inferiority_p,
    tango,
    tango_mde,
    tango_n,
    tango_power,
)

# METHODS §4: exact two-sided McNemar, power .80, by (drop, share of discordant pairs)
TABLE = {
    (0.02, 0.05): 1035,
    (0.02, 0.10): 2043,
    (0.02, 0.15): 3028,
    (0.02, 0.20): 4016,
    (0.02, 0.30): 5980,
    (0.05, 0.10): 337,
    (0.05, 0.15): 498,
    (0.05, 0.20): 658,
    (0.05, 0.30): 975,
    (0.10, 0.15): 122,
    (0.10, 0.20): 168,
    (0.10, 0.30): 249,
}

SHARES = st.floats(0.03, 0.6)
EFFECTS = st.floats(0.03, 0.4)


@pytest.mark.parametrize(("case", "n"), TABLE.items())
def test_sizes_are_those_of_the_exact_table(case: tuple[float, float], n: int) -> None:
    assert mcnemar_exact_n(*case) == n
    assert mcnemar_mde(n, case[1]) == pytest.approx(case[0], rel=2e-3)


@pytest.mark.parametrize(
    ("margin", "discordant", "n"), [(0.05, 0.10, 270), (0.05, 0.20, 503), (0.03, 0.10, 702)]
)
def test_non_inferiority_sizes_are_those_for_tangos_test(margin: float, discordant: float, n: int) -> None:
    """METHODS §7, which stopped within a tooth of the saw (ours is where the power stays)."""
    assert tango_n(margin, discordant) == pytest.approx(n, rel=0.006)
    assert tango_power(n, margin, discordant) == pytest.approx(0.80, abs=0.012)


@pytest.mark.parametrize(("discordant", "power"), [(0.10, 0.88), (0.15, 0.75), (0.20, 0.64)])
def test_power_of_two_points_at_two_thousand(discordant: float, power: float) -> None:
    """METHODS §4."""
    assert tango_power(2000, 0.02, discordant) == pytest.approx(power, abs=0.006)


def outcomes(n: int, better: float, worse: float) -> list[tuple[int, int, float]]:
    """Every (b, c) of n pairs with its probability, by the multinomial formula."""
    return [
        (
            b,
            c,
            math.comb(n, b)
            * math.comb(n - b, c)
            * better**b
            * worse**c
            * (1 - better - worse) ** (n - b - c),
        )
        for b in range(n + 1)
        for c in range(n - b + 1)
    ]


@pytest.mark.parametrize(("n", "effect", "discordant"), [(25, 0.3, 0.5), (40, 0.2, 0.2), (31, 0.1, 0.6)])
def test_power_is_the_sum_over_every_outcome(n: int, effect: float, discordant: float) -> None:
    better, worse = (discordant + effect) / 2, (discordant - effect) / 2
    found = sum(p for b, c, p in outcomes(n, better, worse) if mcnemar(b, c)[0] <= 0.05)
    assert mcnemar_power(n, effect, discordant) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize(("n", "margin", "discordant"), [(30, 0.15, 0.2), (45, 0.05, 0.1), (24, 0.3, 0.6)])
def test_non_inferiority_power_is_the_sum_over_every_outcome(
    n: int, margin: float, discordant: float
) -> None:
    half = discordant / 2
    found = sum(p for b, c, p in outcomes(n, half, half) if non_inferiority_p(b, c, n, margin) < 0.05)
    assert tango_power(n, margin, discordant) == pytest.approx(found, abs=1e-9)


@settings(max_examples=12, deadline=None)
@given(EFFECTS, SHARES, st.sampled_from([0.7, 0.8, 0.9]))
def test_n_to_effect_to_n_for_mcnemar(effect: float, discordant: float, power: float) -> None:
    n = mcnemar_exact_n(effect, discordant, power=power)
    assert mcnemar_power(n, effect, discordant) >= power
    assert mcnemar_power(n - 1, effect, discordant) < power
    back = mcnemar_mde(n, discordant, power=power)
    assert back is not None
    assert back <= effect + 1e-9
    assert mcnemar_exact_n(back, discordant, power=power) <= n


@settings(max_examples=15, deadline=None)
@given(st.floats(0.04, 0.3), SHARES)
def test_n_to_margin_to_n_for_tango(margin: float, discordant: float) -> None:
    """The way back may land on another tooth of the saw: within one tooth, 1/margin pairs."""
    n = tango_n(margin, discordant)
    assert all(tango_power(k, margin, discordant) >= 0.8 for k in range(n, n + math.ceil(1 / margin)))
    assert tango_power(n - 1, margin, discordant) < 0.8 or n == 2
    back = tango_mde(n, discordant)
    assert back is not None
    assert back <= margin + 1e-9
    assert abs(tango_n(back, discordant) - n) <= 1 / back + 2


@settings(max_examples=10, deadline=None)
@given(EFFECTS, SHARES, st.floats(1.05, 2.0))
def test_smaller_effects_more_power_and_more_discordance_need_more(
    effect: float, discordant: float, factor: float
) -> None:
    n = mcnemar_exact_n(effect, discordant)
    assert mcnemar_exact_n(effect / factor, discordant) >= n
    assert mcnemar_exact_n(effect, discordant, power=0.9) >= n
    assert mcnemar_exact_n(effect, discordant, alpha=0.01) >= n
    assert mcnemar_exact_n(effect, min(1.0, discordant * factor)) >= n
    assert tango_n(effect / factor, discordant) >= tango_n(effect, discordant)


@pytest.mark.parametrize(("n", "least"), [(5, None), (6, 1.0), (7, 1.0), (20, 0.5)])
def test_too_few_pairs_find_nothing(n: int, least: float | None) -> None:
    """Six pairs, all in one direction, are the fewest with p ≤ .05; the discordance grows with the effect."""
    found = mcnemar_mde(n, 0.01)
    assert (found is None) == (least is None)
    if found is not None and least is not None:
        assert found <= least
        assert mcnemar_power(n, found, 0.01) == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize(("n", "effect", "discordant"), [(122, 0.10, 0.15), (337, 0.05, 0.10)])
def test_simulated_power_of_mcnemar(n: int, effect: float, discordant: float) -> None:
    """20,000 data sets: within four standard errors of .80."""
    rng = np.random.default_rng(3)
    better, worse = (discordant + effect) / 2, (discordant - effect) / 2
    drawn = rng.multinomial(n, [better, worse, 1 - discordant], size=20_000)
    found = np.mean([mcnemar(int(b), int(c))[0] <= 0.05 for b, c, _ in drawn])
    assert found == pytest.approx(mcnemar_power(n, effect, discordant), abs=4 * math.sqrt(0.16 / 20_000))


def test_simulated_power_of_non_inferiority() -> None:
    """The shipped interval on 10,000 data sets of equal rates: within four standard errors."""
    n, margin, discordant = 270, 0.05, 0.10
    drawn = np.random.default_rng(8).multinomial(n, [0.05, 0.05, 0.90], size=10_000)
    outcomes, counts = np.unique(drawn[:, :2], axis=0, return_counts=True)
    lows = [tango(int(b), int(c), n, alpha=0.10).low for b, c in outcomes]
    shown = np.array([low is not None and low > -margin for low in lows])
    expected = tango_power(n, margin, discordant)
    assert counts[shown].sum() / 10_000 == pytest.approx(expected, abs=4 * math.sqrt(0.16 / 10_000))


@pytest.mark.parametrize("bad", [(0.0, 0.1), (-0.1, 0.1), (1.1, 0.1), (0.1, 0.0), (0.1, 1.2)])
def test_impossible_plans_are_refused(bad: tuple[float, float]) -> None:
    for size in (mcnemar_exact_n, tango_n):
        with pytest.raises(ValueError, match="needs"):
            size(*bad)
    with pytest.raises(ValueError, match="needs"):
        mcnemar_power(0, 0.1, 0.1)
