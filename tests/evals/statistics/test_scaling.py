"""The planned n: that it has the power it promises, and when nothing can be promised."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest

from bakeoff.evals.statistics.scaling import scaled_n

Z = NormalDist().inv_cdf(0.95)


@pytest.mark.parametrize("limit", [0.85, 0.80])
def test_the_planned_n_has_the_stated_power(limit: float) -> None:
    """A mean of .88 with SD .5 and a one-sided z bound: P(bound > limit) at the planned n is 80 %."""
    n, truth, sd = 50, 0.88, 0.5
    planned = scaled_n(n, truth, truth - Z * sd / math.sqrt(n), limit)
    assert planned is not None
    power = NormalDist().cdf((truth - limit) / (sd / math.sqrt(planned)) - Z)
    assert power == pytest.approx(0.80, abs=0.01)


def test_it_agrees_with_the_table_of_non_inferiority() -> None:
    """METHODS §7: margin 5 points, 10 % discordant, true difference 0: 248 pairs by Wald."""
    end = -Z * math.sqrt(0.10 / 1000)
    assert scaled_n(1000, 0.0, end, -0.05) == 248


@pytest.mark.parametrize(
    ("estimate", "end", "limit"),
    [(0.9, 0.8, 0.9), (0.9, 0.9, 0.8), (0.9, math.nan, 0.8), (math.inf, 1.0, 0.8)],
)
def test_nothing_is_promised_where_nothing_can_be(estimate: float, end: float, limit: float) -> None:
    assert scaled_n(100, estimate, end, limit) is None
