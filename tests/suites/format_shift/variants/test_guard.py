"""What the guard lets pass, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.format_shift.variants.guard import loss, names

ORIGINAL = "Does the Harnolt Max not cost 1,200.50 euros, as unit X-7b does?"


@pytest.mark.parametrize(
    "variant",
    [
        ORIGINAL,
        f"hey, {ORIGINAL} thanks",
        "as unit X-7b does, the Harnolt Max doesn't cost 1,200.50 euros?",
        "not Harnolt's Max 1,200.50 X-7b",
        "Question:\tMax | Harnolt | doesn’t | (1,200.50) | **X-7b**",
    ],
)
def test_the_same_meaning_in_other_words_passes(variant: str) -> None:
    assert loss(ORIGINAL, variant) is None


@pytest.mark.parametrize(
    ("variant", "why"),
    [
        ("Does the Harnolt Max not cost 1,200.05 euros, as unit X-7b does?", "number"),
        ("Does the Harnolt Max not cost 1,200 euros, as unit X-7b does?", "number"),
        (f"{ORIGINAL} And 2 more?", "number"),
        ("Does the Harnolt Max cost 1,200.50 euros, as unit X-7b does?", "negation"),
        (f"{ORIGINAL} I do not know.", "negation"),
        ("Does the Harnolt not cost 1,200.50 euros, as unit X-7b does?", "name"),
        (ORIGINAL.replace("Harnolt", "Hanrolt"), "name"),
        (ORIGINAL.lower(), "name"),
        (ORIGINAL.replace("X-7b", "X-7c"), "token with digits"),
    ],
)
def test_another_meaning_does_not(variant: str, why: str) -> None:
    assert why in (loss(ORIGINAL, variant) or "")


def test_case_counts_only_where_it_should() -> None:
    assert loss(ORIGINAL, ORIGINAL.lower(), ignore_case=True) is None
    assert loss(ORIGINAL, ORIGINAL.lower().replace("harnolt", "harnot"), ignore_case=True) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("-5 degrees", "5 degrees"),
        (".5 litres", "5 litres"),
        ("at 10:30", "at 10"),
        ("3.10", "3.1"),
        ("5", "5 5"),
    ],
)
def test_signs_and_decimals_are_part_of_a_number(one: str, other: str) -> None:
    assert loss(one, other) is not None
    assert loss(other, one) is not None


def test_a_word_of_the_answer_must_stay_where_the_question_holds_it() -> None:
    passage = "zereg keeps a parrot. what does zereg keep?"
    assert loss(passage, "zereg keeps a parot. what does zereg keep?") is None
    assert loss(passage, "zereg keeps a parot. what does zereg keep?", answers="A Parrot") is not None
    assert loss(passage, "keeps a parrot", answers="parrot eel") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Where is Paris? In France.", ["France", "Paris"]),
        ("The new: The old\nWhy", []),
        ("I think that I'm late, US or us", ["US"]),
        ("McDonald's fries from O'Hare", ["McDonald", "O'Hare"]),
        ("I can NOT see It", []),
        ("straße in Zürich, Ångström too", ["Zürich", "Ångström"]),
    ],
)
def test_what_counts_as_a_name(text: str, found: list[str]) -> None:
    assert sorted(names(text)) == sorted(found)


@given(st.text(max_size=80))
def test_every_text_keeps_its_own_meaning_inside_another(text: str) -> None:
    assert loss(text, f"{text} ") is None
    assert loss(text, text.upper(), ignore_case=True) is None or text.upper().casefold() != text.casefold()


@given(st.text(max_size=40), st.integers(0, 10**6), st.text(max_size=40))
def test_a_number_taken_out_is_always_seen(before: str, number: int, after: str) -> None:
    assert loss(f"{before} {number} {after}", f"{before} {after}") is not None
