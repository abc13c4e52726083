"""Typing errors, small letters, punctuation."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.records import Sample
from bakeoff.suites.format_shift.variants.drafts import NOTHING_GIVEN, Refusal
from bakeoff.suites.format_shift.variants.surface import (
    lower_case,
    no_punctuation,
    slip,
    typos,
    without_marks,
)

QUESTION = "Does the Harnolt Max never charge at sixteen degrees, says user@firm.example about v3alpha?"


def typed(sample: Sample, seed: int) -> str:
    draft = typos(sample, random.Random(seed), NOTHING_GIVEN)
    assert not isinstance(draft, Refusal)
    assert draft.question is not None
    return draft.question


def changed(before: str, after: str) -> list[str]:
    return [a for a, b in zip(before.split(), after.split(), strict=True) if a != b]


def test_names_numbers_negations_and_addresses_hold_no_typing_error() -> None:
    hit = {
        word
        for seed in range(200)
        for word in changed(QUESTION, typed(Sample(id="1", question=QUESTION), seed))
    }
    assert hit == {"charge", "degrees,", "says", "about"}


@pytest.mark.parametrize(("words", "errors"), [(5, 1), (20, 1), (40, 2), (100, 5), (200, 10)])
def test_one_word_in_twenty_is_hit(words: int, errors: int) -> None:
    text = " ".join(["charging"] * words)
    assert len(changed(text, typed(Sample(id="1", question=text), 0))) == errors


def test_a_word_of_the_answer_is_spared() -> None:
    sample = Sample(
        id="1", question="zereg keeps parrots", reference="Parrots.", extras={"references": ["keeps it"]}
    )
    assert {typed(sample, seed).split()[1:] == ["keeps", "parrots"] for seed in range(50)} == {True}


@pytest.mark.parametrize("question", ["is it 5?", "Harnolt MAX", "", "who can see"])
def test_without_a_fit_word_there_is_no_variant(question: str) -> None:
    assert isinstance(typos(Sample(id="1", question=question), random.Random(0), NOTHING_GIVEN), Refusal)


@given(st.from_regex(r"[a-z]{4,12}", fullmatch=True), st.integers())
def test_a_slip_is_small_and_real(word: str, seed: int) -> None:
    slipped = slip(word, random.Random(seed))
    assert slipped != word
    assert slipped[0] == word[0]
    assert abs(len(slipped) - len(word)) <= 1


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Version 3.10, at 10:30 (about $5)?", "Version 3.10 at 10:30 about $5"),
        (
            "It's e-mail: a.b@c.example; see https://x.example/a?b=c.",
            "It's e-mail a.b@c.example see https://x.example/a?b=c",
        ),
        ("Paris—Lyon – how far…", "Paris Lyon how far"),
        ("3 - 1, -5 and .5!", "3 1 -5 and .5"),
        ("One.\nTwo?", "One\nTwo"),
        ("what?Next,then 1,000", "what Next then 1,000"),
        ("?!", ""),
    ],
)
def test_marks_go_and_what_is_inside_stays(text: str, bare: str) -> None:
    assert without_marks(text) == bare


@given(st.text(max_size=60))
def test_no_letter_and_no_digit_is_lost_with_the_marks(text: str) -> None:
    assert "".join(re.findall(r"\w", without_marks(text))) == "".join(re.findall(r"\w", text))


def test_the_whole_question_is_changed() -> None:
    sample = Sample(id="1", question="Is ANNA in? Yes.")
    assert lower_case(sample, random.Random(0), NOTHING_GIVEN).question == "is anna in? yes."
    assert no_punctuation(sample, random.Random(0), NOTHING_GIVEN).question == "Is ANNA in Yes"
