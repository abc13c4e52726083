"""Drops and consistency: figures, not judgements."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from bakeoff.evals.table import ScoreTable
from bakeoff.suites.format_shift.drop import consistencies, drops
from bakeoff.suites.format_shift.outcomes import read

BuildTable = Callable[..., ScoreTable]


def always(_i: int, _variant: str | None) -> float:
    return 1.0


def shaky(i: int, variant: str | None) -> float:
    """Right as asked; wrong on a quarter of one family and half of the other."""
    return float(variant is None or i % (4 if variant == "casual" else 2) != 0)


def test_a_drop_is_shifted_less_unshifted(build_table: BuildTable) -> None:
    found = {f.family: f for f in drops(read(build_table({"tuned": shaky}, ["casual", "typos"], 40)))}
    assert found["casual"].effect == pytest.approx(-0.25)
    assert found["typos"].effect == pytest.approx(-0.5)
    for finding in found.values():
        assert (finding.status, finding.p, finding.n) == ("found", None, 40)
        assert finding.low is not None
        assert finding.effect is not None
        assert finding.low < finding.effect
    assert found["typos"].detail["shifted"] == 0.5
    assert "−50.0 points" in found["typos"].sentence


def test_a_drop_without_pairs_is_not_applicable(build_table: BuildTable) -> None:
    missing = build_table({"a": lambda _i, v: 1.0 if v is None else math.nan, "b": always}, ["casual"], 4)
    found = {f.system: f for f in drops(read(missing))}
    assert (found["a"].status, found["a"].effect) == ("not_applicable", None)
    assert found["b"].effect == 0


def test_consistency_is_the_share_of_an_items_variants_that_agree_with_it(build_table: BuildTable) -> None:
    # of four items: 0 agrees in neither family, 2 in one, 1 and 3 in both
    (finding,) = consistencies(read(build_table({"tuned": shaky}, ["casual", "typos"], 4)))
    assert finding.effect == pytest.approx((0 + 1 + 0.5 + 1) / 4)
    assert finding.detail["always_the_same"] == 0.5
    assert finding.n == 4


def test_consistently_wrong_is_consistent_and_the_crossed_block_is_left_out(build_table: BuildTable) -> None:
    def wrong(_i: int, variant: str | None) -> float:
        return float(variant == "crossed:00")

    (finding,) = consistencies(read(build_table({"a": wrong}, ["casual", "crossed:00"], 20)))
    assert finding.effect == 1
    assert finding.detail["variants"] == 20
