"""Which option an answer picks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bakeoff.suites.forgetting.scorers import SCORERS
from bakeoff.suites.forgetting.scorers.letters import read_letter

CITIES = ("Rome", "Paris", "New York", "York")


@pytest.mark.parametrize(
    "answer",
    [
        "B",
        "b",
        "B.",
        "(B)",
        "B)",
        "B) Paris",
        "B. Paris",
        "B: Paris",
        "B - Paris",
        "**B**",
        "**B) Paris**",
        "Answer: B",
        "The answer is B.",
        "The correct answer is **(B) Paris**.",
        "Paris",
        "paris.",
        "It is Paris.",
        "I think option B is right.",
        "The right one is (B).",
        "B\nParis is in France.",
        "answer: Paris",
        "Option b",
        "My choice: B",
        "A dog told me: Paris",
        "The answer is b) Paris",
    ],
)
def test_what_picks_the_second(answer: str) -> None:
    assert read_letter(answer, CITIES) == "B"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "A or B",
        "Paris or Rome",
        "(A) and (B)",
        "The second",
        "E",
        "option F",
        "I do not know",
        "Berlin",
        "B/C",
    ],
)
def test_what_picks_nothing(answer: str) -> None:
    assert read_letter(answer, CITIES) is None


def test_the_letter_counts_before_the_text() -> None:
    assert read_letter("A) Paris", CITIES) == "A"


def test_an_option_that_opens_with_an_article_is_no_letter() -> None:
    assert read_letter("Answer: A dog", ("a cat", "a dog")) == "B"
    assert read_letter("A dog.", ("a cat", "a dog")) == "B"
    assert read_letter("My choice is a dog", ("a cat", "a dog")) == "B"


def test_an_option_of_one_letter_is_never_taken_for_its_place() -> None:
    numerals = ("X", "D", "L", "C")
    assert [read_letter(letter, numerals) for letter in "ABCD"] == [*"ABCD"]


def test_an_option_within_another_is_told_apart_where_it_is_all_of_the_answer() -> None:
    assert read_letter("York", CITIES) == "D"
    assert read_letter("New York", CITIES) == "C"
    assert read_letter("It is New York.", CITIES) is None  # holds both


@given(st.permutations(CITIES), st.integers(0, 3), st.integers(1, 3))
def test_the_right_letter_scores_and_the_others_do_not(options: list[str], answer: int, off: int) -> None:
    spec: dict[str, JsonValue] = {"options": [*options], "answer": answer}
    right, other = "ABCD"[answer], "ABCD"[(answer + off) % 4]
    for form in ("{}", "{})", "Answer: {}", "The answer is ({})."):
        assert SCORERS["letter"](spec, right, form.format(right), False).value == 1
        assert SCORERS["letter"](spec, right, form.format(other), False).value == 0


def test_without_options_the_reference_is_the_letter() -> None:
    assert SCORERS["letter"]({}, "c", "C)", False).value == 1
    assert SCORERS["letter"]({}, "c", "D)", False).value == 0
