"""Wilson and McNemar against statsmodels; Tango against published values and its own definition."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq, minimize_scalar

from bakeoff.evals.statistics import Interval, mcnemar, non_inferiority_p, tango, wilson


def ends(found: Interval) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


@pytest.mark.parametrize(("successes", "n"), [(0, 20), (20, 20), (1, 1), (7, 50), (1234, 5000)])
@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_wilson_is_statsmodels(successes: int, n: int, alpha: float) -> None:
    from statsmodels.stats.proportion import proportion_confint

    reference = proportion_confint(successes, n, alpha, method="wilson")
    found = wilson(successes, n, alpha)
    assert ends(found) == pytest.approx(reference, abs=1e-12)
    assert (found.estimate, found.method, found.n) == (successes / n, "Wilson", n)


def test_wilson_without_data() -> None:
    assert wilson(0, 0) == Interval(None, None, None, "none (no data)", 0)


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5)])
def test_wilson_refuses_impossible_counts(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="successes among"):
        wilson(successes, n)


@pytest.mark.parametrize(
    ("b", "c", "n", "alpha", "low", "high"),
    [
        # Bentur 2009, airway reactivity, as analysed by Fagerland, Lydersen and Laake 2014
        (1, 7, 21, 0.05, -0.517, -0.026),
        # R's PropCIs::scoreci.mp(25, 28, 618, 0.90), which estimates (28 − 25)/618
        (28, 25, 618, 0.10, -0.0148, 0.0247),
    ],
)
def test_tango_gives_published_values(b: int, c: int, n: int, alpha: float, low: float, high: float) -> None:
    digits = 3 if n == 21 else 4
    assert tuple(round(end, digits) for end in ends(tango(b, c, n, alpha))) == (low, high)


def score(b: int, c: int, n: int, delta: float) -> float:
    """Tango's z from its definition: the likelihood is maximised numerically under the constraint."""

    def minus_log_likelihood(q: float) -> float:
        cells = ((b, q + delta), (c, q), (n - b - c, 1 - 2 * q - delta))
        return -sum(k * math.log(max(p, 1e-300)) for k, p in cells if k)

    q = minimize_scalar(
        minus_log_likelihood, bounds=(max(0.0, -delta), (1 - delta) / 2), options={"xatol": 1e-12}
    ).x
    return float((b - c - n * delta) / math.sqrt(n * (2 * q + delta - delta**2)))


@pytest.mark.parametrize(("b", "c", "n"), [(12, 2, 50), (3, 9, 40), (5, 5, 200), (1, 7, 21), (30, 11, 100)])
@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_tango_solves_the_score_equation(b: int, c: int, n: int, alpha: float) -> None:
    z, centre = NormalDist().inv_cdf(1 - alpha / 2), (b - c) / n
    low = brentq(lambda d: score(b, c, n, d) - z, -0.999, centre)
    high = brentq(lambda d: score(b, c, n, d) + z, centre, 0.999)
    found = tango(b, c, n, alpha)
    assert ends(found) == pytest.approx((low, high), abs=1e-6)
    assert (found.estimate, found.method, found.n) == (centre, "Tango", n)


def test_tango_at_the_corners() -> None:
    z2 = NormalDist().inv_cdf(0.975) ** 2
    assert ends(tango(0, 0, 50)) == pytest.approx((-z2 / (50 + z2), z2 / (50 + z2)))
    low, high = ends(tango(20, 0, 20))
    assert high == 1.0
    # With every pair discordant one way, sd(δ) = √(n(1 − δ²)).
    assert low == pytest.approx((20 - z2) / (20 + z2))
    assert ends(tango(0, 20, 20)) == (-high, -low)
    assert tango(0, 0, 0).method == "none (no data)"
    with pytest.raises(ValueError, match="discordant among"):
        tango(6, 5, 10)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 200), st.sampled_from([0.01, 0.05, 0.1]))
def test_tango_mirrors_and_nests(b: int, c: int, rest: int, alpha: float) -> None:
    n = b + c + rest + 1
    low, high = ends(tango(b, c, n, alpha))
    assert -1 <= low <= (b - c) / n <= high <= 1
    assert low < high
    assert ends(tango(c, b, n, alpha)) == (-high, -low)
    wider = ends(tango(b, c, n, alpha / 2))
    assert wider[0] <= low
    assert high <= wider[1]


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 300), st.sampled_from([0.01, 0.02, 0.05, 0.2]))
def test_non_inferior_exactly_where_the_lower_end_clears_the_margin(
    b: int, c: int, rest: int, margin: float
) -> None:
    n = b + c + rest + 1
    low, _ = ends(tango(b, c, n, 0.10))
    if abs(low + margin) > 1e-12:
        assert (non_inferiority_p(b, c, n, margin) < 0.05) == (low > -margin)


def test_non_inferiority_at_the_planned_size() -> None:
    # METHODS §7: 270 pairs, 10 % discordant, no difference, margin 5 points has power .80.
    rng = np.random.default_rng(4)
    counts = rng.multinomial(270, [0.05, 0.05, 0.90], 2_000)
    power = np.mean([non_inferiority_p(int(b), int(c), 270, 0.05) < 0.05 for b, c, _ in counts])
    assert 0.77 <= power <= 0.83


@pytest.mark.parametrize(("n", "margin"), [(0, 0.05), (10, 0.0), (10, 1.0)])
def test_non_inferiority_needs_pairs_and_a_margin(n: int, margin: float) -> None:
    with pytest.raises(ValueError, match="margin between"):
        non_inferiority_p(0, 0, n, margin)


@pytest.mark.parametrize(("b", "c"), [(0, 5), (3, 9), (9, 3), (12, 14), (150, 200), (1, 0)])
def test_mcnemar_is_statsmodels_and_the_binomial(b: int, c: int) -> None:
    from statsmodels.stats.contingency_tables import mcnemar as reference

    exact, mid = mcnemar(b, c)
    assert exact == pytest.approx(reference([[10, b], [c, 10]], exact=True).pvalue, rel=1e-12)
    assert exact == pytest.approx(stats.binomtest(b, b + c).pvalue, rel=1e-9)
    assert mid == pytest.approx(exact - stats.binom.pmf(min(b, c), b + c, 0.5), rel=1e-9)


@pytest.mark.parametrize("count", [0, 1, 6, 2_000])
def test_mcnemar_without_an_imbalance(count: int) -> None:
    assert mcnemar(count, count) == (1.0, 1.0)


@settings(deadline=None)
@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_mcnemar_is_a_p_value(b: int, c: int) -> None:
    exact, mid = mcnemar(b, c)
    assert 0 < mid <= exact <= 1
    assert mcnemar(c, b) == (exact, mid)
