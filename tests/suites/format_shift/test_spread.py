"""The crossed block: the worst format, its spread, and the mean over formats with both factors random."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from bakeoff.evals.findings import Finding
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.format_shift.outcomes import read
from bakeoff.suites.format_shift.spread import block, spreads

BuildTable = Callable[..., ScoreTable]
FORMATS = [f"crossed:{k:02d}" for k in range(10)]


def found(table: ScoreTable) -> dict[tuple[str, str], Finding]:
    return {(f.system, f.name.partition(".")[2]): f for f in spreads(read(table))}


def steady(i: int, _variant: str | None) -> float:
    return float(i % 5 != 0)


def brittle(i: int, variant: str | None) -> float:
    """As `steady`, but lost in one format out of ten."""
    return 0.0 if variant == "crossed:03" else steady(i, variant)


def lost(i: int, variant: str | None) -> float:
    return steady(i, variant) if variant is None else 0.0


def test_the_worst_format_is_found_named_and_alarming(build_table: BuildTable) -> None:
    finding = found(build_table({"base": steady, "tuned": brittle}, FORMATS, 50))["tuned", "worst_format"]
    assert finding.effect == pytest.approx(-0.8)
    assert (finding.status, finding.headline, finding.n) == ("alarm", True, 50)
    assert finding.p is not None
    assert finding.p < 0.001
    levels = finding.detail["system"]
    assert isinstance(levels, dict)
    assert levels["worst"] == "crossed:03"
    assert levels["spread"] == pytest.approx(0.8)
    assert levels["formats"]["crossed:00"] == pytest.approx(0.8)  # type: ignore[index, call-overload]
    assert "crossed:03" in finding.sentence


def test_a_worst_format_within_15_points_is_no_alarm(build_table: BuildTable) -> None:
    def slightly(i: int, variant: str | None) -> float:
        return steady(i, variant) * (variant != "crossed:03" or i >= 5)  # 4 of 50: 8 points

    finding = found(build_table({"base": steady, "tuned": slightly}, FORMATS, 50))["tuned", "worst_format"]
    assert finding.effect == pytest.approx(-0.08)
    assert finding.status != "alarm"


def test_a_single_bad_format_is_not_yet_a_change_in_the_mean(build_table: BuildTable) -> None:
    finding = found(build_table({"base": steady, "tuned": brittle}, FORMATS, 50))["tuned", "change"]
    assert finding.effect == pytest.approx(-0.08)
    assert finding.status == "cannot_tell"  # one format of ten: the next ten may hold none
    assert finding.detail["method"] == "two-way t (items and formats)"


def test_a_loss_in_all_formats_is(build_table: BuildTable) -> None:
    finding = found(build_table({"base": steady, "tuned": lost}, FORMATS, 50))["tuned", "change"]
    assert finding.effect == pytest.approx(-0.8)
    assert (finding.status, finding.detail["reading"]) == ("alarm", "damage")
    assert (finding.family, finding.n) == ("crossed", 500)
    assert "formats like the 10 asked" in finding.sentence


def test_a_format_that_is_as_bad_for_the_parent_is_nobodys_fault(build_table: BuildTable) -> None:
    every = found(build_table({"base": brittle, "tuned": brittle}, FORMATS, 50))
    assert every["tuned", "worst_format"].effect == 0
    assert every["tuned", "worst_format"].status == "clear"
    assert every["base", "worst_format"].effect == pytest.approx(-0.8)
    assert every["base", "worst_format"].status == "found"
    assert every["base", "worst_format"].p is None


def test_only_items_complete_in_every_format_count(build_table: BuildTable) -> None:
    def holes(i: int, variant: str | None) -> float:
        return math.nan if variant == "crossed:07" and i < 20 else steady(i, variant)

    table = build_table({"base": holes, "tuned": steady}, FORMATS, 50)
    held = block(read(table), "base", "tuned")
    assert held.shifted["base"].shape == (30, 10)
    assert held.plain["tuned"].tolist() == [steady(i, None) for i in range(20, 50)]
    assert found(table)["tuned", "change"].n == 300


def test_without_values_nothing_is_claimed_and_without_a_block_nothing_said(build_table: BuildTable) -> None:
    empty = build_table({"base": lambda _i, _v: math.nan, "tuned": steady}, FORMATS, 5)
    assert {f.status for f in spreads(read(empty))} == {"not_applicable"}
    assert spreads(read(build_table({"base": steady, "tuned": steady}, ["casual"], 5))) == []
