"""Formats: how many, how different, and what they do to a question."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.format_shift.variants.grammar import draw, draw_distinct, format_count, formats

QUESTIONS = ("Why?", "What is {question}?", "two\nlines", "|a| ### b", "どこ?")


def test_there_are_more_formats_than_a_suite_has_items() -> None:
    assert format_count() >= 2_000
    assert format_count() == len(formats())


def test_ids_and_texts_are_all_distinct() -> None:
    assert len({one.id for one in formats()}) == format_count()
    assert len({one.write("Why?") for one in formats()}) == format_count()


def test_every_format_contains_the_question_and_something_else() -> None:
    for one in formats():
        for question in QUESTIONS:
            written = one.write(question)
            assert question in written
            assert len(written) > len(question)
            assert written.count(question) == 1 or question in "|a| ### b"


def test_no_format_brings_a_digit_along() -> None:
    assert not any(letter.isdigit() for one in formats() for letter in one.before + one.after)


@given(st.integers())
def test_draws_are_the_seeds(seed: int) -> None:
    assert draw(random.Random(seed)) == draw(random.Random(seed))
    ten = draw_distinct(random.Random(seed), 10)
    assert len({one.id for one in ten}) == 10


def test_draws_spread_over_the_whole_grammar() -> None:
    rng = random.Random(1)
    drawn = [draw(rng).id for _ in range(600)]
    assert len(set(drawn)) > 560  # 600 draws of 8,000 meet about 22 times
    for place, choices in enumerate(zip(*(name.split("-")[:3] for name in drawn), strict=True)):
        assert len(set(choices)) == (10, 3, 6)[place]
