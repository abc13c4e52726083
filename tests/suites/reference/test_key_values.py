"""Key values: what is asked of an answer, and what counts as said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.reference.key_values import STOP_WORDS, missing, wanted


def texts(reference: str, question: str = "") -> list[str]:
    return [value.text for value in wanted(reference, question).values]


def holds(reference: str, answer: str, question: str = "") -> bool:
    return not missing(wanted(reference, question).values, answer)


@pytest.mark.parametrize(
    ("reference", "question", "found"),
    [
        ("Mira Tol founded it in 1990.", "", ["Tol", "1990"]),
        ("It was founded by Mira Tol.", "Who founded it?", ["Mira", "Tol"]),
        ("Paris in 1990", "", ["Paris", "1990"]),
        ("Hold the button for ten seconds until E42 shows.", "", ["ten", "E42"]),
        ("The VAT is 19 %.", "", ["VAT", "19"]),
        ("The meeting is on 5 March 2024.", "", ["5 March 2024"]),
        ("Lift it. Then call Mira.", "", ["Mira"]),
    ],
)
def test_names_numbers_and_dates_are_key(reference: str, question: str, found: list[str]) -> None:
    assert texts(reference, question) == found
    assert wanted(reference, question).rule == "key_values"


def test_what_the_question_says_is_not_asked_of_the_answer() -> None:
    question = "How long is the warranty of the Calvorn 3?"
    assert texts("The Calvorn 3 has a warranty of 24 months.", question) == ["24"]
    assert holds("The Calvorn 3 has a warranty of 24 months.", "24 months", question)


def test_a_leading_yes_or_no_is_key_even_where_the_rest_repeats_the_question() -> None:
    question, reference = "Is the Calvorn 3 covered, yes or no?", "No, the Calvorn 3 is not covered."
    assert texts(reference, question) == ["No"]
    assert not holds(reference, "Yes, the Calvorn 3 is covered.", question)


def test_a_choice_from_the_question_is_its_number() -> None:
    assert texts("It is 12 days.", "Is it 10 or 12 days?") == ["12"]


def test_without_key_values_the_content_words_count_and_the_rule_says_so() -> None:
    found = wanted("Press the side button until the lamp turns green.", "How do I press it?")
    assert found.rule == "content_words"
    assert [value.text for value in found.values] == ["side", "button", "until", "lamp", "turns", "green"]


def test_a_reference_of_nothing_but_everyday_words_still_wants_them() -> None:
    assert texts("It is for you and me.") == ["It", "is", "for", "you", "and", "me"]
    assert wanted("?!").values == ()


@pytest.mark.parametrize(
    ("reference", "answer", "held"),
    [
        ("It takes 1 day.", "It takes 10 days.", False),
        ("It takes 1 day.", "1", True),
        ("It costs $1,250.50.", '{"price": 1250.5}', True),
        ("Ask Mira for it.", "MIRA", True),
        ("Ask Mira for it.", "Miranda", False),
        ("It ends on 5 March 2024.", "2024-03-05", True),
        ("It ends on 5 March 2024.", "6 March 2024", False),
        ("It is at -5 degrees there.", "5 degrees", False),
    ],
)
def test_whole_tokens_say_a_value(reference: str, answer: str, held: bool) -> None:
    assert holds(reference, answer) is held


NAMES = st.text("bcdfgklmnprst", min_size=4, max_size=9).filter(lambda name: name not in STOP_WORDS)


@given(NAMES, st.integers(2, 10**6), st.integers(1, 10**5))
def test_the_reference_holds_its_own_values_and_a_corrupted_one_does_not(
    name: str, number: int, off: int
) -> None:
    reference = f"This is done by {name.title()} within {number} minutes."
    assert holds(reference, reference)
    assert holds(reference, f"{number} ({name.upper()})")
    assert not holds(reference, reference.replace(str(number), str(number + off)))
    assert not holds(reference, reference.replace(name.title(), name.title() + "x"))


@given(st.text(), st.text())
def test_any_reference_is_held_by_itself(reference: str, question: str) -> None:
    assert holds(reference, reference, question)
