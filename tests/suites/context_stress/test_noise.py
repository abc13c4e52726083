"""Noise: the paired drop and the mean slope, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from toys.stress_table import Answers, stress_table

from bakeoff.suites.context_stress.arms import read
from bakeoff.suites.context_stress.noise import levels_of, noise, slopes

NONE, HALF, MOST = ("noise", "noise:0/0.00"), ("noise", "noise:0.4/0.50"), ("noise", "noise:0.8/0.80")


def of(answers: Answers, clusters: int | None = None) -> dict[str, object]:
    table = stress_table({"rag": answers}, clusters=clusters)
    return {finding.name: finding for finding in noise(read(table, "rag", "contexts"), 0.10)}


def test_slopes_are_least_squares() -> None:
    # x = 0, .5, .8: centred −.4333, .0667, .3667 with squares .326667 in all
    shares = np.array([[0.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.8, 0.8, 0.6]])
    right = np.array([[1.0, 0.0, 1.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    found, steepest = slopes(shares, right)
    # the third: x = 0, 0, .6: centred −.2, −.2, .4, squares .24: slope −.4/.24
    assert found.tolist() == pytest.approx([-0.3666667 / 0.3266667, 0.3666667 / 0.3266667, -0.4 / 0.24])
    assert steepest == pytest.approx(0.4 / 0.24)


def test_a_drop_over_tolerance_alarms_and_the_slope_is_a_figure() -> None:
    # half of 40 items are lost at the highest share only
    lost = [float(i % 2) for i in range(40)]
    table = stress_table({"rag": {NONE: [1.0] * 40, HALF: [1.0] * 40, MOST: lost}})
    drop, slope = noise(read(table, "rag", "contexts"), 0.10)
    assert (drop.name, drop.status, drop.effect, drop.n) == ("context_stress.noise", "alarm", 0.5, 40)
    assert drop.p is not None
    assert drop.p < 1e-4
    assert drop.detail["accuracy"] == {"0": 1.0, "0.4": 1.0, "0.8": 0.5}
    assert "a drop of +50.0 points" in drop.sentence
    assert drop.sentence.endswith("tolerated: 10.0 %.")
    assert (slope.name, slope.status, slope.p) == ("context_stress.noise_slope", "found", None)
    assert slope.effect == pytest.approx(-0.5 * 0.3666667 / 0.3266667)
    assert slope.low is not None
    assert slope.low < slope.effect < 0  # type: ignore[operator]
    assert slope.detail["mean_shares"] == [0.0, 0.5, 0.8]


def test_no_loss_is_clear_and_flat() -> None:
    table = stress_table({"rag": {NONE: [1.0] * 40, HALF: [1.0] * 40, MOST: [1.0] * 40}})
    drop, slope = noise(read(table, "rag", "contexts"), 0.10)
    assert (drop.status, drop.effect) == ("clear", 0.0)
    assert slope.effect == 0.0
    assert slope.high is not None


def test_levels_of_different_real_shares_are_one_level() -> None:
    # items 0 and 1 have one gold passage, item 2 has two: their real shares differ
    other = ("noise", "noise:0.4/0.33")
    table = stress_table({"rag": {NONE: [1, 1, 1], HALF: [1, 0], other: [None, None, 0], MOST: [0, 1, 0]}})
    outcomes = read(table, "rag", "contexts")
    assert [(arm.level, len(arm.places)) for arm in levels_of(outcomes)] == [("0", 3), ("0.4", 3), ("0.8", 3)]
    drop, slope = noise(outcomes, 0.10)
    assert drop.effect == pytest.approx(2 / 3)
    assert (drop.n, slope.n) == (3, 3)
    assert slope.detail["mean_shares"] == [0.0, pytest.approx((0.5 + 0.5 + 0.33) / 3, abs=1e-3), 0.8]


def test_an_item_with_one_share_only_has_no_slope() -> None:
    flat = {("noise", "noise:0/0.00"): [1, 1], ("noise", "noise:0.8/0.00"): [1, 0]}
    assert set(of(flat)) == {"context_stress.noise"}


def test_one_level_alone_says_nothing() -> None:
    assert of({NONE: [1, 1]}) == {}


def test_clusters_widen_the_interval() -> None:
    lost = [float(i % 4 != 0) for i in range(40)]
    answers: Answers = {NONE: [1.0] * 40, HALF: [1.0] * 40, MOST: lost}
    alone, shared = of(answers), of(answers, clusters=4)
    ends = [found["context_stress.noise"].low for found in (alone, shared)]  # type: ignore[attr-defined]
    assert ends[1] < ends[0]
