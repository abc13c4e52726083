"""Numbers in the plan's words: never rounded down, whatever their size."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.planning.words import amount, count


@given(st.floats(0, 1e9))
def test_an_amount_is_never_rounded_down(value: float) -> None:
    said = float(amount(value, bounded=False))
    assert said >= value * (1 - 2e-6)
    assert said <= value * 1.1 + 1e-9 or said - value <= 0.1


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.01, "1 point"),
        (0.02, "2 points"),
        (0.125, "12.5 points"),
        (0.12501, "12.6 points"),
        (1.0, "100 points"),
    ],
)
def test_points(value: float, said: str) -> None:
    assert amount(value) == said


def test_units_and_counts() -> None:
    assert amount(0.25, bounded=False, unit="s") == "0.25 s"
    assert re.fullmatch(r"[\d,]+", count(1_234_567))
