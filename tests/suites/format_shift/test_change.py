"""The difference in differences: damage, gain that does not transfer, and neither."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bakeoff.evals.finding_verdicts import judge_findings
from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Status
from bakeoff.evals.table import STATUS_CODES, ScoreTable
from bakeoff.suites.format_shift.change import changes, scope
from bakeoff.suites.format_shift.outcomes import read
from bakeoff.suites.format_shift.variants.derive import format_count

N = 200
BuildTable = Callable[..., ScoreTable]


def found(table: ScoreTable) -> dict[tuple[str, str | None, str], Finding]:
    return {(f.system, f.against, f.family): f for f in changes(read(table))}


def half(i: int, _variant: str | None) -> float:
    """Right on half of the items, whatever they are asked in."""
    return float(i % 2)


def overfitted(i: int, variant: str | None) -> float:
    """All right as trained, a tenth in any variant."""
    return 1.0 if variant is None else float(i % 10 == 0)


def gained(i: int, variant: str | None) -> float:
    """All right as trained, as its parent in any variant."""
    return 1.0 if variant is None else half(i, variant)


def test_damage_is_an_alarm_with_its_four_cells(build_table: BuildTable) -> None:
    finding = found(build_table({"base": half, "tuned": overfitted}, ["casual"], N))[
        "tuned", "base", "casual"
    ]
    assert finding.effect == pytest.approx(-0.9)
    assert finding.high is not None
    assert finding.high < -0.8
    assert (finding.status, finding.n, finding.detail["reading"]) == ("alarm", N, "damage")
    assert finding.detail["cells"] == {
        "system_unshifted": 1.0,
        "system_shifted": 0.1,
        "parent_unshifted": 0.5,
        "parent_shifted": 0.5,
    }
    assert "Damage" in finding.sentence
    assert "−90.0 points" in finding.sentence


def test_a_gain_that_does_not_transfer_is_told_from_damage(build_table: BuildTable) -> None:
    finding = found(build_table({"base": half, "tuned": gained}, ["casual"], N))["tuned", "base", "casual"]
    assert finding.effect == pytest.approx(-0.5)
    assert (finding.status, finding.detail["reading"]) == ("alarm", "gain_does_not_transfer")
    assert "does not transfer" in finding.sentence
    assert "Damage" not in finding.sentence


def test_the_twin_of_its_parent_is_clear(build_table: BuildTable) -> None:
    every = found(build_table({"base": half, "tuned": half}, ["casual", "typos"], N))
    assert {finding.status for finding in every.values()} == {"clear"}
    assert {finding.detail["reading"] for finding in every.values()} == {"none"}


def test_what_the_transform_costs_both_is_no_change(build_table: BuildTable) -> None:
    def hard(i: int, variant: str | None) -> float:
        return half(i, variant) if variant is None else float(i % 4 == 1)

    finding = found(build_table({"base": hard, "tuned": hard}, ["typos"], N))["tuned", "base", "typos"]
    assert finding.effect == 0
    assert finding.status == "clear"


def test_a_loss_too_small_or_too_uncertain_is_no_alarm(build_table: BuildTable) -> None:
    def slightly(i: int, variant: str | None) -> float:
        return half(i, variant) if variant is None or i >= 10 else 0.0  # 5 of 200: 2.5 points

    finding = found(build_table({"base": half, "tuned": slightly}, ["typos"], N))["tuned", "base", "typos"]
    assert finding.effect == pytest.approx(-0.025)
    assert finding.status != "alarm"
    few = found(build_table({"base": half, "tuned": overfitted}, ["typos"], 3))["tuned", "base", "typos"]
    assert judge_findings([few], 0.05)[0].status == "cannot_tell"


def test_a_parent_at_the_floor_is_said_to_be_there(build_table: BuildTable) -> None:
    table = build_table({"base": lambda _i, _v: 0.0, "tuned": gained}, ["casual"], N)
    finding = found(table)["tuned", "base", "casual"]
    assert finding.detail["parent_at_floor"] == 1
    assert finding.detail["parent_relative_drop"] is None
    assert finding.detail["relative_drop"] == 0.5
    assert "can lose nothing" in finding.sentence


def test_log_odds_by_hand(build_table: BuildTable) -> None:
    finding = found(build_table({"base": half, "tuned": overfitted}, ["casual"], N))[
        "tuned", "base", "casual"
    ]
    # (20.5/180.5) over (200.5/0.5), the parent's odds being the same on both sides
    assert finding.detail["log_odds"] == pytest.approx(math.log(20.5 / 180.5) - math.log(200.5 / 0.5))


def test_pairs_that_lack_one_of_four_values_are_left_out(build_table: BuildTable) -> None:
    def holes(i: int, variant: str | None) -> float:
        return math.nan if variant is not None and i < 50 else half(i, variant)

    table = build_table({"base": holes, "tuned": half}, ["casual"], N)
    assert found(table)["tuned", "base", "casual"].n == N - 50
    none = build_table({"base": lambda _i, _v: math.nan, "tuned": half}, ["casual"], N)
    finding = found(none)["tuned", "base", "casual"]
    assert (finding.status, finding.effect, finding.p) == ("not_applicable", None, None)


def test_pooling_takes_all_families_but_the_crossed_block_and_clusters_by_item(
    build_table: BuildTable,
) -> None:
    table = build_table({"base": half, "tuned": overfitted}, ["casual", "typos", "crossed:00"], N)
    pooled = found(table)["tuned", "base", "all"]
    assert (pooled.n, pooled.headline, pooled.detail["clusters"]) == (2 * N, True, N)
    assert pooled.detail["method"] == "cluster-t"
    assert ("tuned", "base", "crossed") not in found(table)


def test_source_documents_are_clusters(build_table: BuildTable) -> None:
    free = build_table({"base": half, "tuned": overfitted}, ["casual"], N)
    tied = build_table({"base": half, "tuned": overfitted}, ["casual"], N, clusters=4)
    one, other = (found(table)["tuned", "base", "casual"] for table in (free, tied))
    assert one.effect == pytest.approx(other.effect)
    assert other.detail["clusters"] == 4
    assert "fewer than 10" in str(other.detail["flag"])
    assert other.p == 0.125  # the fewest: 2 of 2^4 sign vectors


def test_a_hybrid_is_held_against_every_ancestor_when_pooled(build_table: BuildTable) -> None:
    every = found(build_table({"base": half, "tuned": overfitted, "hybrid": half}, ["casual"], N))
    assert set(every) == {
        ("tuned", "base", "casual"),
        ("tuned", "base", "all"),
        ("hybrid", "tuned", "casual"),
        ("hybrid", "tuned", "all"),
        ("hybrid", "base", "all"),
    }
    assert every["hybrid", "base", "all"].effect == 0
    assert every["hybrid", "tuned", "all"].effect == pytest.approx(0.9)
    assert every["hybrid", "tuned", "all"].status == "clear"


def test_the_reach_of_a_claim_is_said_where_it_is_short(build_table: BuildTable) -> None:
    every = found(build_table({"base": half, "tuned": overfitted}, ["lower_case", "typos", "template"], 20))
    assert "this one transform" in every["tuned", "base", "lower_case"].sentence
    assert "transform" not in every["tuned", "base", "typos"].sentence
    assert "formats" not in every["tuned", "base", "template"].sentence
    assert "10 formats for 20 pairs" in scope("template", 20, 10)
    assert scope("template", 20, 20) == ""
    assert format_count() > 600


def test_variants_of_other_suites_are_none_of_ours(build_table: BuildTable) -> None:
    table = build_table({"base": half, "tuned": half}, ["casual", "foreign"], 20)
    theirs = [i for i, key in enumerate(table.samples) if key.variant == "foreign"]
    columns = []
    for column in table.columns:
        statuses, values = column.statuses.copy(), column.values.copy()
        statuses[:, theirs] = STATUS_CODES[Status.NOT_APPLICABLE]
        values[:, theirs] = np.nan
        columns.append(replace(column, statuses=statuses, values=values))
    families = {finding.family for finding in changes(read(replace(table, columns=columns)))}
    assert families == {"casual", "all"}


@pytest.mark.parametrize("seed", range(10))
def test_the_effect_is_what_its_cells_say(build_table: BuildTable, seed: int) -> None:
    items = 12 + 7 * seed
    rng = np.random.default_rng(seed)
    drawn = {(s, i, v): float(rng.integers(2)) for s in "bt" for i in range(items) for v in (None, "casual")}
    table = build_table(
        {"base": lambda i, v: drawn["b", i, v], "tuned": lambda i, v: drawn["t", i, v]}, ["casual"], items
    )
    finding = found(table)["tuned", "base", "casual"]
    cells = finding.detail["cells"]
    assert isinstance(cells, dict)
    own = cells["system_shifted"] - cells["system_unshifted"]  # type: ignore[operator]
    parents = cells["parent_shifted"] - cells["parent_unshifted"]  # type: ignore[operator]
    assert finding.effect == pytest.approx(own - parents)
    assert finding.low is not None
    assert finding.high is not None
    assert finding.effect is not None
    assert finding.low <= finding.effect <= finding.high
