"""Payloads: the content without its form, and whether the form was kept."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.format_shift.payload import Wants, followed, payload


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        ('{"answer": "3 years"}', "3 years"),
        ('```json\n{"Answer": "3 years"}\n```', "3 years"),
        ('Sure, here it is: {"answer": "3 years"} as you wished.', "3 years"),
        ('Use {braces}: ```\n{"answer": "3 years", "note": "9"}\n```', "3 years"),
        ('{"reply": "3 years", "n": [1, {"deep": 2}]}', "3 years\n1\n2"),
        ('{"answer": true}', "true yes"),
        ('{"answer": null}', ""),
        ("3 years", "3 years"),
        ('{"answer": "3 ye', '{"answer": "3 ye'),
    ],
)
def test_json_gives_the_asked_keys_value_or_all(answer: str, content: str) -> None:
    assert payload(answer, "json", "answer") == content


def test_json_nobody_asked_for_is_unpacked_only_as_a_whole() -> None:
    assert payload('{"a": "3 years"}') == "3 years"
    assert payload('See {"a": "3 years"}.') == 'See {"a": "3 years"}.'


def test_lists_lose_their_bullets_only_where_one_was_asked_for() -> None:
    answer = "- first\n* second\n3. third\n\n(d) fourth"
    assert payload(answer, "list") == "first\nsecond\nthird\nfourth"
    assert payload(answer) == answer
    assert payload("-5 degrees", "list") == "-5 degrees"
    assert payload("3.5 litres", "list") == "3.5 litres"


@pytest.mark.parametrize(
    ("wants", "answer", "kept"),
    [
        ("json", '{"answer": 1}', True),
        ("json", '```\n{"ANSWER": 1}\n```', True),
        ("json", '{"other": 1}', False),
        ("json", 'It is {"answer": 1}', False),
        ("json", "[1]", False),
        ("list", "- a\n- b", True),
        ("list", "1. a", True),
        ("list", '["a"]', True),
        ("list", "Here:\n- a", False),
        ("list", "a", False),
        ("list", "", False),
        ("one_word", "Paris.", True),
        ("one_word", "3 years", False),
        ("one_word", "...", False),
        ("language", "Paris", None),
        ("as_trained", "Paris", None),
    ],
)
def test_the_form_is_kept_only_where_nothing_stands_around_it(
    wants: Wants, answer: str, kept: bool | None
) -> None:
    assert followed(answer, wants, "answer" if wants == "json" else None) is kept


def test_without_a_key_any_object_will_do() -> None:
    assert followed('{"other": 1}', "json") is True


@given(st.text(min_size=1), st.text(min_size=1))
def test_what_is_put_under_the_key_comes_back(key: str, value: str) -> None:
    answer = json.dumps({key: value})
    assert payload(answer, "json", key) == value
    assert payload(f"```json\n{answer}\n```", "json", key) == value
    assert followed(answer, "json", key)


@given(st.text(alphabet='{}[]":,\n`- 1a'))
def test_hostile_text_neither_fails_nor_takes_for_ever(text: str) -> None:
    for wants in ("as_trained", "json", "list", "one_word"):
        assert isinstance(payload(text, wants, "a"), str)
        assert isinstance(followed(text, wants, "a"), bool | None)


def test_deep_nesting_is_no_crash() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert isinstance(payload(deep, "json"), str)
