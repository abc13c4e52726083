"""Rejection, over-refusal and the selective F1, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from toys.stress_table import stress_table

from bakeoff.suites.context_stress.abstaining import abstaining, f1
from bakeoff.suites.context_stress.arms import Paired, read

REJECTION, REFUSAL = ("rejection", "negatives"), ("over_refusal", "oracle")


def test_failures_to_reject_and_refusals_are_held_against_the_tolerance() -> None:
    # of 50 items it answers 20 without a passage that would, and refuses 1 with one
    rejected, refused = [float(i >= 20) for i in range(50)], [float(i == 0) for i in range(50)]
    table = stress_table({"rag": {REJECTION: rejected, REFUSAL: refused}})
    failing, refusing, both = abstaining(read(table, "rag", "contexts"), 0.10)
    assert (failing.name, failing.status, failing.n) == ("context_stress.rejection", "alarm", 50)
    assert failing.effect == pytest.approx(0.4)
    assert failing.detail["rejection"] == pytest.approx(0.6)
    assert (refusing.name, refusing.family) == ("context_stress.over_refusal", "oracle")
    assert refusing.effect == pytest.approx(0.02)
    assert refusing.status == "clear"
    # F1 = 2·30 / (50 + 30 + 1)
    assert (both.name, both.status, both.p, both.headline) == (
        "context_stress.selective_f1",
        "found",
        None,
        True,
    )
    assert both.effect == pytest.approx(60 / 81)
    assert both.low is not None
    assert both.high is not None
    assert 0 < both.low < 60 / 81 < both.high <= 1
    assert "an F1 of 0.741" in both.sentence


def test_f1_agrees_with_precision_and_recall() -> None:
    rejected, refused = np.array([1.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0, 0.0])
    pair = Paired(np.stack([rejected, refused]), list("abcd"), list("abcd"))
    precision, recall = 3 / (3 + 1), 3 / 4
    assert f1(pair, 0.05).estimate == pytest.approx(2 * precision * recall / (precision + recall))


def test_the_ideal_system_raises_nothing_and_shows_no_made_up_interval() -> None:
    table = stress_table({"rag": {REJECTION: [1.0] * 60, REFUSAL: [0.0] * 60}})
    found = abstaining(read(table, "rag", "contexts"), 0.10)
    assert [finding.status for finding in found] == ["clear", "clear", "found"]
    assert (found[2].effect, found[2].low, found[2].high) == (1.0, None, None)
    assert "no two items differ" in found[2].sentence


def test_never_declining_is_an_f1_of_nought() -> None:
    table = stress_table({"rag": {REJECTION: [0.0] * 30, REFUSAL: [0.0] * 30}})
    found = abstaining(read(table, "rag", "contexts"), 0.10)
    assert (found[0].status, found[2].effect) == ("alarm", 0.0)


def test_f1_counts_the_items_that_were_asked_both_ways() -> None:
    table = stress_table({"rag": {REJECTION: [1, 0, 1], REFUSAL: [0, None, 1]}})
    found = abstaining(read(table, "rag", "contexts"), 0.10)
    assert [finding.n for finding in found] == [3, 2, 2]
    assert found[2].effect == pytest.approx(2 * 2 / (2 + 2 + 1))


def test_each_alone() -> None:
    only = stress_table({"rag": {REJECTION: [1, 0]}})
    assert [f.name for f in abstaining(read(only, "rag", "contexts"), 0.1)] == ["context_stress.rejection"]
    other = stress_table({"rag": {REFUSAL: [1, 0], REJECTION: [None]}})
    assert [f.name for f in abstaining(read(other, "rag", "contexts"), 0.1)] == [
        "context_stress.over_refusal"
    ]
