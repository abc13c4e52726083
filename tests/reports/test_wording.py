"""How numbers read."""

from __future__ import annotations

import pytest

from bakeoff.reports.wording import interval, number, p_value, percent


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "n/a"),
        (0.0, "0.000"),
        (0.12345, "0.123"),
        (-0.5, "-0.500"),
        (0.00012, "0.00012"),
        (12345.6, "1.23e+04"),
    ],
)
def test_numbers(value: float | None, text: str) -> None:
    assert number(value) == text


def test_signs_intervals_and_p_values() -> None:
    assert number(0.2, signed=True) == "+0.200"
    assert interval(None, 1.0) == "[no interval]"
    assert interval(-0.1, 0.2, signed=True) == "[-0.100, +0.200]"
    assert [p_value(p) for p in (None, 0.0004, 0.05)] == ["", "p<0.001", "p=0.050"]


def test_a_share_that_is_not_all_is_never_100_percent() -> None:
    assert (percent(1.0), percent(0.9999), percent(0.5)) == ("100%", ">99%", "50%")
