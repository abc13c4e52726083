"""Traits in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.fairness.showing import LONGEST, both, shown


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "none"),
        (0.0, "0"),
        (0.25, "0.25"),
        (64, "64"),
        ([], "none"),
        (["a", "b"], "a, b"),
        ({}, "none"),
        ({"method": "bm25", "k": 3}, "method bm25, k 3"),
        ({"hash": "0123456789ab"}, "012345…"),
        ({"hash": "0123456789ab", "examples": 2}, "012345… (2 examples)"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_value(value: Any, words: str) -> None:
    assert shown(value) == words


def test_of_mappings_only_what_differs_is_told() -> None:
    assert both({"a": 1, "b": 2}, {"b": 3, "a": 1}) == ("b 2", "b 3")
    assert both({"a": None}, {}) == ("a none", "a not set")
    assert both({"hash": "aaaaaaaa"}, {"hash": "bbbbbbbb"}) == ("aaaaaa…", "bbbbbb…")
    assert both(None, {"a": 1}) == ("none", "a 1")


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_words_are_one_short_line(value: Any) -> None:
    words = shown(value)
    assert len(words) <= LONGEST + 30
    assert "\n" not in words
