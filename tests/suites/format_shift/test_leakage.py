"""Format leakage: against the parent's, with a test where it is pooled."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from bakeoff.evals.findings import Finding
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.format_shift.leakage import leakages
from bakeoff.suites.format_shift.outcomes import read

BuildTable = Callable[..., ScoreTable]
ASKED = ["output_json", "output_list"]


def right(_i: int, _variant: str | None) -> float:
    return 1.0


def rate(tenths: int) -> Callable[[int, str | None], float]:
    """In the trained form so often, where another form was asked for."""
    return lambda i, variant: float(i % 10 < tenths) if variant in ASKED else math.nan


def found(table: ScoreTable, why: str = "no training file") -> dict[tuple[str, str], Finding]:
    return {(f.system, f.family): f for f in leakages(read(table), why)}


def table(build_table: BuildTable, base: int, tuned: int, items: int = 100) -> ScoreTable:
    return build_table(
        {"base": right, "tuned": right},
        ["casual", *ASKED],
        items,
        leaks={"base": rate(base), "tuned": rate(tuned)},
    )


def test_a_leaking_system_is_an_alarm_with_its_rates(build_table: BuildTable) -> None:
    every = found(table(build_table, 1, 6))
    pooled = every["tuned", "all"]
    assert pooled.effect == pytest.approx(0.5)
    assert (pooled.status, pooled.headline, pooled.n) == ("alarm", True, 200)
    assert (pooled.detail["rate"], pooled.detail["parent_rate"]) == (0.6, 0.1)
    assert pooled.detail["clusters"] == 100
    assert every["base", "all"].effect == pytest.approx(0.1)
    assert every["tuned", "output_json"].p is None
    assert every["tuned", "output_json"].status == "found"
    assert ("tuned", "casual") not in every


def test_what_the_parent_does_too_is_no_leakage_of_tuning(build_table: BuildTable) -> None:
    pooled = found(table(build_table, 9, 9))["tuned", "all"]
    assert (pooled.effect, pooled.status) == (0.0, "clear")


def test_a_small_excess_is_no_alarm(build_table: BuildTable) -> None:
    pooled = found(table(build_table, 0, 1, items=40))["tuned", "all"]
    assert pooled.effect == pytest.approx(0.1)
    assert pooled.status == "cannot_tell"  # its lower bound does not reach 5 points


def test_without_a_training_file_it_says_so(build_table: BuildTable) -> None:
    every = found(build_table({"base": right, "tuned": right}, ASKED, 10), "no training file was given.")
    assert {f.status for f in every.values()} == {"not_applicable"}
    assert all("no training file was given" in f.sentence for f in every.values())
