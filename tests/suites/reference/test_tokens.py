"""Tokens that compare by what they mean."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.reference.tokens import MONTHS, tokens


def forms(text: str) -> set[str]:
    return set().union(*(token.forms for token in tokens(text)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$19.50", "19.5"),
        ("1,250", "1250"),
        ("1,250.00", "1250"),
        ("007", "7"),
        ("twelve", "12"),
        ("Forty", "40"),
        ("12h", "12"),
        ("3rd", "3"),
        ("2.5kg", "2.5"),
        ("−5 degrees", "-5"),
        ("between -5 and 3", "-5"),
        ("５", "5"),
        ("100%", "100"),
    ],
)
def test_numbers_compare_by_value(text: str, number: str) -> None:
    assert number in forms(text)


def test_what_only_looks_like_a_number_stays_as_it_is() -> None:
    assert forms("E42") == {"e42"}
    assert forms("firmware 3.10.2") == {"firmware", "3.10.2"}
    assert forms("10-12 days") == {"10", "12", "days"}
    assert "one" in forms("this one")


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "5 March 2024",
        "5th of March, 2024",
        "March 5, 2024",
        "Mar. 5 2024",
        "05/03/2024",
        "03/05/2024",
        "5.3.2024",
    ],
)
def test_dates_compare_by_day(text: str) -> None:
    assert "2024-03-05" in forms(text)


def test_no_date_is_made_of_what_is_none() -> None:
    assert not any(token.kind == "date" for token in tokens("2024-13-45 and 45/67/2024 and March 2024"))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_way_to_write_a_day_is_that_day(day: date) -> None:
    month = MONTHS[day.month - 1].title()
    for text in (
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day}/{day.month}/{day.year}",
    ):
        assert day.isoformat() in forms(text)


@given(st.integers(0, 10**9), st.integers(0, 999))
def test_thousands_and_trailing_zeros_do_not_matter(whole: int, thousandths: int) -> None:
    plain = forms(f"{whole}.{thousandths:03d}")
    assert forms(f"{whole:,}.{thousandths:03d}00") == plain
    assert len(plain) == 1


@given(st.text())
def test_any_text_has_tokens_in_order(text: str) -> None:
    found = tokens(text)
    assert all(token.forms and token.start < token.end for token in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
