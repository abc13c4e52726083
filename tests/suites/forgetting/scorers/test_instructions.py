"""Every checker follows and refuses what it should; strict and loose as in IFEval."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scripted.instruction_answers import following, violating

from bakeoff.suites.forgetting.families.instruction_draws import DRAWS, Draw
from bakeoff.suites.forgetting.scorers import SCORERS, Mark, check_spec
from bakeoff.suites.forgetting.scorers.checks.length import sentences, words
from bakeoff.suites.forgetting.scorers.instructions import CHECKS, lenient_readings


def mark(answer: str, *instructions: Mapping[str, Any]) -> Mark:
    return SCORERS["instructions"]({"instructions": [dict(each) for each in instructions]}, "", answer, False)


def test_there_are_more_than_twenty_checkers_and_each_is_drawn() -> None:
    assert len(CHECKS) == 28
    assert {draw.check for draw in DRAWS} == set(CHECKS)


@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.check)
@given(seed=st.integers(0, 10**9))
@settings(max_examples=30)
def test_a_following_text_scores_one_and_a_violating_one_nothing(draw: Draw, seed: int) -> None:
    instruction = {"check": draw.check} | draw.make(Random(seed))[0]
    good, bad = mark(following(instruction), instruction), mark(violating(instruction), instruction)
    assert (good.value, good.loose) == (1, 1)
    assert bad.value == 0


@pytest.mark.parametrize("relation", ["exactly", "at_most"])
@pytest.mark.parametrize(
    ("check", "more", "text"),
    [
        ("word_count", {"word": "fig"}, "a fig"),
        ("letter_count", {"letter": "z"}, "lazy"),
        ("mark_count", {"mark": ","}, "so, so"),
        ("capital_words", {}, "so LOUD"),
        ("bullets", {}, "- one"),
        ("numbered", {}, "1. one"),
        ("highlights", {}, "a *b* c"),
        ("placeholders", {}, "a [b] c"),
        ("words", {}, "one"),
        ("sentences", {}, "One."),
    ],
)
def test_a_count_of_zero_is_a_count(relation: str, check: str, more: dict[str, Any], text: str) -> None:
    instruction = {"check": check, "relation": relation, "count": 0, **more}
    assert mark(text, instruction).value == 0
    assert mark("…", instruction).value == 1


@pytest.mark.parametrize(
    ("answer", "strict", "loose"),
    [
        ("all small", 1, 1),
        ("Here you are:\nall small", 0, 1),  # the first line dropped
        ("all small\nHope that helps", 0, 1),  # the last line dropped
        ("Sure!\nall small\nEnjoy!", 0, 1),  # both
        ("Sure! all small", 0, 0),
        ("", 0, 0),
        ("   \n ", 0, 0),
    ],
)
def test_loose_forgives_an_opening_and_a_closing_line(answer: str, strict: float, loose: float) -> None:
    made = mark(answer, {"check": "lowercase"})
    assert (made.value, made.loose) == (strict, loose)


def test_loose_takes_asterisks_off() -> None:
    made = mark("**Remember the day**", {"check": "starts_with", "text": "Remember"})
    assert (made.value, made.loose) == (0, 1)


def test_loose_may_read_each_instruction_in_its_own_way() -> None:
    made = mark("Sure\nall small\nBYE", {"check": "lowercase"}, {"check": "ends_with", "text": "BYE"})
    assert (made.value, made.loose) == (0, 1)
    assert made.detail == {
        "checks": ["lowercase", "ends_with"],
        "strict": [False, True],
        "loose": [True, True],
    }


@given(st.text())
def test_there_are_eight_readings_and_the_answer_is_the_first(answer: str) -> None:
    readings = lenient_readings(answer)
    assert len(readings) == 8
    assert readings[0] == answer
    assert not any("*" in text for text in readings[4:])


@given(st.text(), st.sampled_from(DRAWS), st.integers(0, 999))
def test_what_is_strictly_followed_is_loosely_followed(answer: str, draw: Draw, seed: int) -> None:
    made = mark(answer, {"check": draw.check, **draw.make(Random(seed))[0]})
    assert made.loose is not None
    assert made.value <= made.loose


@pytest.mark.parametrize(
    ("instruction", "fault"),
    [
        ({"check": "wrods", "count": 3}, "no check 'wrods'; there are words"),
        ({"check": "words"}, "words.count: Field required"),
        ({"check": "words", "count": -1}, "words.count: Input should be greater than or equal to 0"),
        ({"check": "words", "count": 3, "relation": "about"}, "words.relation: Input should be 'at_least'"),
        ({"check": "lowercase", "count": 3}, "lowercase.count: Extra inputs are not permitted"),
        ({"check": "language", "language": "Latin"}, "language.language: Input should be 'English'"),
        ({"count": 3}, "no check 'None'"),
    ],
)
def test_a_wrong_instruction_is_named(instruction: dict[str, Any], fault: str) -> None:
    told = check_spec("instructions", {"instructions": [instruction]}, "text")
    assert told is not None
    assert fault in told
    with pytest.raises(ValidationError):
        mark("text", instruction)


def test_no_instruction_is_no_spec() -> None:
    assert check_spec("instructions", {"instructions": []}, "text") is not None


@pytest.mark.parametrize(
    ("text", "count"), [("It's a well-known fact.", 4), ("3.5", 2), ("— …", 0), ("a\nb", 2), ("*a* [b]", 2)]
)
def test_words(text: str, count: int) -> None:
    assert len(words(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("One", 1),
        ("One...\nTwo", 2),
        ("At 3.5 it ends.", 1),
        ('"One." Two.', 2),
        ("!!", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    ("check", "text", "follows"),
    [
        ("numbered", "1. a\n3. b", False),
        ("numbered", "1) a\n2) b", True),
        ("bullets", "* a\n* b", True),
        ("bullets", "*a*\n*b*", False),
        ("highlights", "**a** and *b*", True),
        ("highlights", "2 * 3 * 4", False),
        ("paragraphs", "a\nb\n \nc", True),
        ("lines", "a\n\n\nb\n", True),
    ],
)
def test_what_counts_as_two(check: str, text: str, follows: bool) -> None:
    assert mark(text, {"check": check, "count": 2}).value == follows
