"""Flood and split facts, by hand."""

from __future__ import annotations

import pytest
from toys.stress_table import Answers, stress_table

from bakeoff.suites.context_stress.arms import read
from bakeoff.suites.context_stress.gathering import flood, split

ORACLE, FLOOD = ("oracle", "oracle"), ("flood", "flood")
TWO, THREE = ("split", "split:2"), ("split", "split:3")


def test_a_flood_that_drowns_the_passage_alarms() -> None:
    # 30 items: all right alone, a third of them behind the flood
    behind = [float(i % 3 == 0) for i in range(30)]
    table = stress_table({"rag": {ORACLE: [1.0] * 30, FLOOD: behind}})
    (finding,) = flood(read(table, "rag", "contexts"), 0.10)
    assert (finding.name, finding.status, finding.n) == ("context_stress.flood", "alarm", 30)
    assert finding.effect == pytest.approx(2 / 3)
    assert finding.detail["flood"] == pytest.approx(1 / 3)


def test_what_was_wrong_before_is_no_drop() -> None:
    half = [float(i % 2) for i in range(60)]
    table = stress_table({"rag": {ORACLE: half, FLOOD: half}})
    (finding,) = flood(read(table, "rag", "contexts"), 0.10)
    assert (finding.status, finding.effect) == ("clear", 0.0)


def test_split_compares_with_every_part_alone() -> None:
    # alone: q0 1, q1 1, q2 0, q3 1. Joined: q0 + q1 and q1 + q3 were right in each part, q2 + q3 were not
    parts = {"q0~split:2": ("q0", "q1"), "q1~split:2": ("q1", "q3"), "q2~split:2": ("q2", "q3")}
    table = stress_table({"rag": {ORACLE: [1, 1, 0, 1], TWO: [1, 0, 0]}})
    (finding,) = split(read(table, "rag", "contexts", parts), 0.10)
    assert (finding.name, finding.family, finding.n) == ("context_stress.split", "split:2", 3)
    assert finding.effect == pytest.approx(2 / 3 - 1 / 3)
    assert finding.detail["alone"] == pytest.approx(2 / 3)
    assert finding.detail["joined"] == pytest.approx(1 / 3)


def test_each_number_of_parts_is_a_finding_of_its_own() -> None:
    parts: dict[str, tuple[str, ...]] = {f"q{i}~split:2": (f"q{i}", f"q{i + 1}") for i in range(0, 60, 2)}
    parts |= {f"q{i}~split:3": (f"q{i}", f"q{i + 1}", f"q{i + 2}") for i in range(0, 60, 3)}
    values: Answers = {
        ORACLE: [1.0] * 60,
        TWO: [1.0 if i % 2 == 0 else None for i in range(60)],
        THREE: [0.0 if i % 3 == 0 else None for i in range(60)],
    }
    found = {f.family: f for f in split(read(stress_table({"rag": values}), "rag", "contexts", parts), 0.1)}
    assert (found["split:2"].effect, found["split:2"].status, found["split:2"].n) == (0.0, "clear", 30)
    assert (found["split:3"].effect, found["split:3"].status, found["split:3"].n) == (1.0, "alarm", 20)


def test_joined_items_without_their_parts_are_left_out() -> None:
    parts = {"q0~split:2": ("q0", "q9"), "q1~split:2": ("q1", "q0")}
    table = stress_table({"rag": {ORACLE: [1, 1], TWO: [1, 1, 1]}})
    (finding,) = split(read(table, "rag", "contexts", parts), 0.10)
    assert finding.n == 1
    assert split(read(table, "rag", "contexts"), 0.10) == []


def test_without_an_oracle_nothing_is_said() -> None:
    outcomes = read(stress_table({"rag": {FLOOD: [1], TWO: [1]}}), "rag", "contexts")
    assert (flood(outcomes, 0.1), split(outcomes, 0.1)) == ([], [])
