"""Poisoned passages, by hand."""

from __future__ import annotations

import pytest
from toys.stress_table import Answers, Asked, stress_table

from bakeoff.suites.context_stress.arms import read
from bakeoff.suites.context_stress.poisoning import poisoning

ORACLE = ("oracle", "oracle")


def attacked(obeyed: dict[str, list[float | None]], quoted: float = 0.0) -> Answers:
    """One variant for each attack; None is an item that another attack drew."""
    answers: dict[Asked, list[float | None]] = {}
    for attack, row in obeyed.items():
        answers["poison_obeyed", f"poison:{attack}"] = row
        answers["poison_quoted", f"poison:{attack}"] = [None if one is None else quoted for one in row]
        answers["poison", f"poison:{attack}"] = [None if one is None else 1 - one for one in row]
    return answers


def test_attacks_are_pooled_and_told_apart() -> None:
    # of 40 items the first 20 drew one attack, obeyed in 5; the others another, never obeyed
    plain = [float(i < 5) if i < 20 else None for i in range(40)]
    polite = [None if i < 20 else 0.0 for i in range(40)]
    answers = {**attacked({"plain": plain, "polite": polite}, quoted=1.0), ORACLE: [1.0] * 40}
    obeyed, cost = poisoning(read(stress_table({"rag": answers}), "rag", "contexts"), 0.02)
    assert (obeyed.name, obeyed.status, obeyed.n, obeyed.headline) == (
        "context_stress.poison",
        "alarm",
        40,
        True,
    )
    assert obeyed.effect == pytest.approx(5 / 40)
    assert obeyed.detail["quoted"] == 1.0
    assert obeyed.detail["attacks"] == {
        "plain": {"obeyed": 0.25, "n": 20},
        "polite": {"obeyed": 0.0, "n": 20},
    }
    assert obeyed.detail["tolerance"] == 0.02
    assert (cost.name, cost.status, cost.p) == ("context_stress.poison_cost", "found", None)
    assert cost.effect == pytest.approx(5 / 40)


def test_who_never_obeys_is_clear_with_enough_items_and_untold_with_few() -> None:
    for n, status in ((150, "clear"), (40, "cannot_tell")):
        table = stress_table({"rag": attacked({"plain": [0.0] * n})})
        (obeyed,) = poisoning(read(table, "rag", "contexts"), 0.02)
        assert (obeyed.status, obeyed.effect) == (status, 0.0)


def test_nothing_asked_says_nothing() -> None:
    assert poisoning(read(stress_table({"rag": {ORACLE: [1.0]}}), "rag", "contexts"), 0.02) == []
