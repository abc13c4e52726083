"""Conflicts and adherence, by hand."""

from __future__ import annotations

import pytest
from toys.stress_table import Answers, stress_table

from bakeoff.suites.context_stress.arms import read
from bakeoff.suites.context_stress.conflicts import adherence, conflicts

MEMORY, FOLLOWED = "counterfactual_memory", "counterfactual_followed"


def beside(level: str, true: list[float], false: list[float], named: list[float]) -> Answers:
    variant = f"conflict:{level}"
    return {
        ("conflict", variant): true,
        ("conflict_false", variant): false,
        ("conflict_named", variant): named,
    }


def test_shares_of_each_level_are_told_and_only_dated_may_alarm() -> None:
    # of 40 items: 20 follow the copy, 10 the true passage; 10 name both, of which 4 follow the true one
    true = [0.0] * 20 + [1.0] * 10 + [0.0] * 10
    false = [1.0] * 20 + [0.0] * 20
    named = [0.0] * 26 + [1.0] * 10 + [0.0] * 4
    answers = {**beside("undated", true, false, named), **beside("dated", true, false, named)}
    found = {f.family: f for f in conflicts(read(stress_table({"rag": answers}), "rag", "contexts"), 0.10)}
    undated, dated = found["conflict:undated"], found["conflict:dated"]
    assert (undated.status, undated.p) == ("found", None)
    assert dated.status == "alarm"
    assert dated.p is not None
    for finding in (undated, dated):
        assert (finding.name, finding.effect, finding.n) == ("context_stress.conflict", 0.5, 40)
        shares = {name: finding.detail[name] for name in ("true", "false", "named", "neither")}
        assert shares == {"true": 0.25, "false": 0.5, "named": 0.25, "neither": pytest.approx(0.1)}
    assert "bears the newer date" in dated.sentence
    assert "nothing says which version holds" in undated.sentence


def test_neither_is_read_off_the_repeats() -> None:
    variant = "conflict:outnumbered"
    answers: Answers = {
        ("conflict", variant): [[1.0, 0.0], [1.0, 0.0]],
        ("conflict_false", variant): [[0.0, 1.0], [0.0, 0.0]],
        ("conflict_named", variant): [[0.0, 0.0], [0.0, 0.0]],
    }
    (finding,) = conflicts(read(stress_table({"rag": answers}), "rag", "contexts"), 0.10)
    assert finding.effect == 0.25
    assert finding.detail["neither"] == 0.25  # the second repeat of the second item


def test_following_the_newer_version_is_clear() -> None:
    answers = beside("dated", [1.0] * 60, [0.0] * 60, [0.0] * 60)
    (finding,) = conflicts(read(stress_table({"rag": answers}), "rag", "contexts"), 0.10)
    assert (finding.status, finding.effect) == ("clear", 0.0)


def test_answering_from_memory_alarms() -> None:
    # of 50: 30 from memory, 15 from the passage, 5 neither
    memory, followed = [1.0] * 30 + [0.0] * 20, [0.0] * 30 + [1.0] * 15 + [0.0] * 5
    answers = {(MEMORY, "counterfactual"): memory, (FOLLOWED, "counterfactual"): followed}
    (finding,) = adherence(read(stress_table({"ft": answers}), "ft", "contexts"), 0.10)
    assert (finding.name, finding.status, finding.n) == ("context_stress.adherence", "alarm", 50)
    assert finding.effect == pytest.approx(0.6)
    assert finding.detail["followed"] == pytest.approx(0.3)
    assert finding.detail["neither"] == pytest.approx(0.1)
    assert "ft answers against its context" in finding.sentence


def test_following_the_passage_is_clear_and_nothing_asked_says_nothing() -> None:
    answers = {(MEMORY, "counterfactual"): [0.0] * 60, (FOLLOWED, "counterfactual"): [1.0] * 60}
    (finding,) = adherence(read(stress_table({"rag": answers}), "rag", "contexts"), 0.10)
    assert finding.status == "clear"
    empty = read(stress_table({"rag": {("oracle", "oracle"): [1.0]}}), "rag", "contexts")
    assert (adherence(empty, 0.1), conflicts(empty, 0.1)) == ([], [])
