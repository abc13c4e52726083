"""Which number an answer gives."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.forgetting.scorers import SCORERS
from bakeoff.suites.forgetting.scorers.numbers import read_number


@pytest.mark.parametrize(
    "answer",
    [
        "42",
        "42.",
        "**42**",
        " 42 euros",
        "€42",
        "42.0",
        "+42",
        "The answer is 42.",
        "Answer: 42",
        "= 42",
        "6 × 7 = 42",
        "The answer is 6 × 7 = 42.",
        "First 12, then 30 more: 42",
        r"So \boxed{42} it is, 7 times",
        "The answer is **42**. I checked it 3 times.",
        "Answer: 42\n(6 boxes of 7)",
        "The answer to 50 - 8 is 42.",
        "The final answer is: 42 (of 100)",
        "#### 42",
        "It is 42%",
        "My answer: I get 42.",
        "answer = 42",
        "The first answer was 41, but the right answer is 42.",
        "42,",
        "_42_",
    ],
)
def test_what_is_read_as_42(answer: str) -> None:
    assert read_number(answer) == 42
    assert SCORERS["number"]({}, "42", answer, False).value == 1


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "forty-two",
        "42, or rather 43",
        "The answer is 43, not 42.",
        "42 + 1 = 43",
        "-42",
        "−42",
        "4.2",
        "420",
        "1,042",
        "x42",
        r"42, so \boxed{43}",
        "42.5",
        "4 2",
    ],
)
def test_what_is_not_credited_as_42(answer: str) -> None:
    assert SCORERS["number"]({}, "42", answer, False).value == 0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", "1234.5"),
        ("-7", "-7"),
        ("− 7", "7"),
        ("minus: -0.5", "-0.5"),
        ("1,5", "5"),
        ("12-5", "5"),
    ],
)
def test_forms(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_the_reference_scores_and_another_number_does_not(number: int, off: int) -> None:
    score = SCORERS["number"]
    for answer in (
        f"{number}",
        f"The answer is {number}.",
        f"**{number:,}**",
        f"1 + 1 gives 2, and here = {number}",
    ):
        assert score({}, str(number), answer, False).value == 1
        assert score({}, str(number + off), answer, False).value == 0


def test_the_tolerance_is_included() -> None:
    score = SCORERS["number"]
    assert score({"tolerance": 0.1}, "2", "2.1", False).value == 1
    assert score({"tolerance": 0.1}, "2", "2.11", False).value == 0
    assert score({}, "2", "2.1", False).detail == {"read": "2.1"}
