"""How much scores vary, as seen in a pilot: discordance, SD, clusters, repeats; and the sizes that follow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.planning.records import Aim, Spread
from bakeoff.evals.planning.spread import (
    assumed_spread,
    needed_for_margin,
    needed_n,
    own_spread,
    paired_spread,
    smallest_effect,
    smallest_margin,
    stated_spread,
)
from bakeoff.evals.statistics import Clustering, mcnemar_exact_n, mean_n, tango_n

AIM = Aim()
SPREADS = st.one_of(
    st.floats(0.05, 0.5).map(lambda share: stated_spread(discordant=share)),
    st.floats(0.1, 0.8).map(lambda sd: stated_spread(sd=sd)),
    st.floats(1.1, 4).map(lambda deff: stated_spread(discordant=0.2, clusters=Clustering(4.0, deff))),
)


def of(values: list[float]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)[:, None]


def test_right_or_wrong_scores_vary_by_their_discordant_pairs() -> None:
    a, b = of([1, 1, 0, 0] * 30), of([1, 0, 0, 1] * 30)
    spread = paired_spread(a, b, None, repeats=1)
    assert spread is not None
    assert (spread.source, spread.discordant, spread.note) == ("pilot", 0.5, "")
    assert spread.sd == pytest.approx(math.sqrt(0.5))


def test_other_scores_vary_by_the_sd_of_their_differences() -> None:
    a, b = of([0.1, 0.5, 0.9, 0.4]), of([0.0, 0.1, 0.2, 0.3])
    spread = paired_spread(a, b, None, repeats=1)
    assert spread is not None
    assert spread.discordant is None
    assert spread.sd == pytest.approx(np.std([0.1, 0.4, 0.7, 0.1], ddof=1))
    assert "a pilot of 4 says only roughly" in spread.note


def test_clustered_scores_have_a_design_effect_and_no_mcnemar() -> None:
    a, b = of([1, 1, 0, 0, 1, 1, 0, 0]), of([0, 0, 0, 0, 1, 1, 1, 1])
    spread = paired_spread(a, b, ["p", "p", "q", "q", "r", "r", "s", "s"], repeats=1)
    assert spread is not None
    assert (spread.discordant, spread.cluster_size) == (None, 2.0)
    assert spread.design_effect > 2


def test_pairs_that_never_differ_count_as_one_in_n() -> None:
    same = of([1, 0] * 60)
    spread = paired_spread(same, same, None, repeats=1)
    assert spread is not None
    assert spread.discordant == pytest.approx(1 / 120)
    assert spread.note == "no pair differed: planned with one in n"


@pytest.mark.parametrize("values", [[0.5, 0.5, 0.5], [0.5]])
def test_means_that_do_not_vary_have_no_spread(values: list[float]) -> None:
    assert paired_spread(of(values), of([0.1] * len(values)), None, 1) is None
    assert own_spread(of(values), None, 1) is None


def test_more_repeats_take_the_variance_within_away() -> None:
    rng = np.random.default_rng(2)
    between, within = rng.normal(scale=0.3, size=(4000, 1)), 0.4
    a, b = (0.5 * s * between + rng.normal(scale=within, size=(4000, 2)) for s in (1, -1))
    one, two, nine = (paired_spread(a, b, None, repeats=k) for k in (1, 2, 9))
    assert one is not None
    assert two is not None
    assert nine is not None
    assert one.sd == pytest.approx(math.sqrt(0.09 + 2 * 0.16), rel=0.05)
    assert two.sd == pytest.approx(math.sqrt(0.09 + 0.16), rel=0.05)
    assert nine.sd == pytest.approx(math.sqrt(0.09 + 2 * 0.16 / 9), rel=0.05)
    own = own_spread(a, None, repeats=9)
    assert own is not None
    assert own.sd == pytest.approx(math.sqrt(0.0225 + 0.16 / 9), rel=0.05)


def test_defaults_are_methods() -> None:
    assert assumed_spread(True).discordant == 0.15
    assert (assumed_spread(False).discordant, assumed_spread(False).sd) == (None, 0.35)
    clustered = assumed_spread(True, Clustering(3.0, 2.0))
    assert (clustered.discordant, clustered.design_effect) == (None, 2.0)
    assert clustered.sd == pytest.approx(math.sqrt(0.15))


def test_which_test_the_sizes_are_for() -> None:
    rate, mean = stated_spread(discordant=0.15), stated_spread(sd=0.35)
    assert needed_n(rate, 0.05, AIM) == mcnemar_exact_n(0.05, 0.15) == 498
    assert needed_n(rate, 0.05, AIM, sides=1) == mcnemar_exact_n(0.05, 0.15, alpha=0.10)
    assert needed_n(mean, 0.05, AIM) == mean_n(0.05, 0.35)
    assert needed_for_margin(rate, 0.02, AIM) == tango_n(0.02, 0.15)
    assert needed_for_margin(mean, 0.02, AIM) == mean_n(0.02, 0.35, sides=1)


@pytest.mark.parametrize(("discordant", "n"), [(0.10, 268), (0.15, 398), (0.20, 527), (0.30, 776)])
def test_one_sided_sizes_are_methods(discordant: float, n: int) -> None:
    """METHODS §4, 5 points, to one pair."""
    assert needed_n(stated_spread(discordant=discordant), 0.05, AIM, sides=1) == pytest.approx(n, abs=1)


@settings(max_examples=25, deadline=None)
@given(SPREADS, st.floats(0.04, 0.3), st.sampled_from([0.7, 0.9]))
def test_sizes_and_smallest_effects_agree(spread: Spread, effect: float, power: float) -> None:
    aim = Aim(power=power)
    n, margin_n = needed_n(spread, effect, aim), needed_for_margin(spread, effect, aim)
    assert n is not None
    assert margin_n is not None
    back, margin = smallest_effect(spread, n, aim), smallest_margin(spread, margin_n, aim)
    assert back is not None
    assert margin is not None
    assert back <= effect * (1 + 1e-5)
    assert margin <= effect * (1 + 1e-5)
    assert smallest_effect(spread, 4 * n, aim) < back  # type: ignore[operator]


def test_no_sample_shows_nothing_and_hairs_need_more_than_there_is() -> None:
    assert smallest_effect(stated_spread(sd=0.3), 0, AIM) is None
    assert smallest_margin(stated_spread(discordant=0.3), 0, AIM) is None
    assert needed_n(stated_spread(sd=0.3), 1e-7, AIM) is None
    assert needed_for_margin(stated_spread(discordant=0.3), 1e-6, AIM) is None
