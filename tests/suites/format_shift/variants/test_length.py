"""Half as long, three times as long."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.records import Sample
from bakeoff.suites.format_shift.variants.drafts import NOTHING_GIVEN, Draft, Refusal
from bakeoff.suites.format_shift.variants.length import longer, shorter


def short(question: str) -> Draft | Refusal:
    return shorter(Sample(id="1", question=question), random.Random(0), NOTHING_GIVEN)


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Kindly state the weight of the Harnolt Max.", "weight Harnolt Max."),
        (
            "Hello! I hope you are all well. Thanks for reading. Does the Trock fit a Dorvane?",
            "Does the Trock fit a Dorvane?",
        ),
        ("Thanks for the 2 keys. Which one opens the shed, please?", "for 2 keys. one opens shed?"),
    ],
)
def test_courtesies_go_before_words(question: str, left: str) -> None:
    assert short(question) == Draft(left)


def test_a_passage_keeps_its_sentences() -> None:
    found = short("Zereg is a cook. Zereg keeps the parrot of the king. What does Zereg keep?")
    assert isinstance(found, Refusal) or (found.question or "").count("Zereg") == 3


@pytest.mark.parametrize(
    "question", ["weight Trock", "how long can Trocks run", "how long can the Trocks run", "Why"]
)
def test_what_cannot_be_halved_is_refused(question: str) -> None:
    assert isinstance(short(question), Refusal)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=300), st.integers())
def test_longer_is_three_times_as_long_and_holds_the_question(question: str, seed: int) -> None:
    draft = longer(Sample(id="1", question=question), random.Random(seed), NOTHING_GIVEN)
    assert draft.question is not None
    bare = question.strip()
    assert bare in draft.question
    assert 3 * len(bare) <= len(draft.question) <= 3 * len(bare) + 80


def test_no_sentence_of_background_comes_twice_before_all_were_used() -> None:
    draft = longer(Sample(id="1", question="x" * 400), random.Random(1), NOTHING_GIVEN)
    around = [one for one in (draft.question or "").split(". ") if "x" * 400 not in one]
    assert len(around) == len(set(around)) > 12
