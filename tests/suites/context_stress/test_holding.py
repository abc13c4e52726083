"""What an answer holds: references, values, sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.context_stress.holding import held, says, side


def test_the_best_reference_counts() -> None:
    found = held("It took two years.", "How long?", ("24 months", "2 years in 1990", "two years"))
    assert (found.all, found.missing, found.wanted) == (True, (), ("two",))
    lacking = held("It took 24 days.", "How long?", ("36 months in 1990", "1990"))
    assert (lacking.all, lacking.missing, lacking.rule) == (False, ("1990",), "key_values")


def test_what_the_question_says_is_not_asked_of_the_answer() -> None:
    assert held("24", "How many months has the Calvorn 3?", ("The Calvorn 3 has 24 months.",)).all
    assert not held("3", "How many months has the Calvorn 3?", ("The Calvorn 3 has 24 months.",)).all


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("in 12 days", "12", True),
        ("in 120 days", "12", False),
        ("in twelve days", "12", True),
        ("Mara Lindqvist, chair", "Mara Lindqvist", True),
        ("Mara, the chair", "Mara Lindqvist", False),
        ("on 1 June 2025", "2025-06-01", True),
        ("anything", "", False),
    ],
)
def test_values_are_said_as_whole_tokens(text: str, value: str, said: bool) -> None:
    assert says(text, value) is said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 months", "true"),
        ("36 months", "false"),
        ("24 months, not 36", "both"),
        ("a while", "neither"),
        ("", "neither"),
        ("124 months", "neither"),
    ],
)
def test_sides_of_one_value(text: str, expected: str) -> None:
    assert side(text, ("24",), ("36",)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mara Lindqvist in 2019", "true"),
        ("Mara Holm in 2020", "false"),
        ("Mara Lindqvist in 2020", "both"),
        ("Lindqvist in 2019", "true"),
        ("Mara in 2019", "neither"),
        ("in 2020", "neither"),
    ],
)
def test_sides_of_two_values_that_share_a_name(text: str, expected: str) -> None:
    assert side(text, ("Mara Lindqvist", "2019"), ("Mara Holm", "2020")) == expected


def test_without_swapped_values_there_is_no_side() -> None:
    assert side("24", (), ()) == "neither"


@given(st.text(max_size=80))
def test_sides_turn_round_with_their_values(text: str) -> None:
    turned = {"true": "false", "false": "true"}
    found = side(text, ("24", "Graz"), ("36", "Linz"))
    assert side(text, ("36", "Linz"), ("24", "Graz")) == turned.get(found, found)
