"""Passages that say something else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.items import Item, Shelf, item_of, shelve
from bakeoff.suites.context_stress.names import names_of
from bakeoff.suites.context_stress.swap import (
    NO_OTHER,
    NOT_IN_GOLD,
    NOTHING_TO_SWAP,
    Swapped,
    swapped,
)
from bakeoff.suites.reference.tokens import tokens

EMPTY: Shelf = shelve([], 120)
NAMES = names_of(["It is made in Korvik and in Pellin and in Lirna."])


def item(reference: str, *gold: str, question: str = "What is it?") -> Item:
    sample = Sample(id="q", question=question, reference=reference, reference_contexts=gold)
    found = item_of(sample, EMPTY)
    assert isinstance(found, Item)
    return found


def swap(reference: str, *gold: str, question: str = "What is it?", seed: int = 0) -> Swapped:
    found = swapped(item(reference, *gold, question=question), NAMES, random.Random(f"{seed}"))
    assert isinstance(found, Swapped)
    return found


NUMBERS = st.one_of(
    st.integers(min_value=2, max_value=9999).map(str),
    st.decimals(min_value="0.1", max_value="99.9", places=1).map(str),
    st.sampled_from(["three", "twelve", "2024-03-05", "6 May 2023", "E4", "06:30", "1,250"]),
)
WORDS = st.sampled_from(["the", "lamp", "holds", "for", "about", "hours,", "in", "all.", "Korvik", "7"])
FILL = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@given(st.lists(NUMBERS, min_size=1, max_size=3), st.lists(FILL, min_size=5, max_size=5), st.integers(0, 99))
def test_only_the_swapped_places_differ_and_no_true_value_stays(
    values: list[str], fill: list[str], seed: int
) -> None:
    passage = f"So {fill[0]} " + " and ".join(f"{value} {fill[i + 1]}" for i, value in enumerate(values))
    found = swapped(item(" and ".join(values), passage), NAMES, random.Random(f"{seed}"))
    if isinstance(found, str):  # a nine among seven other small numbers has nothing left to become
        assert found == NO_OTHER
        return
    old, new = tokens(found.true[0]), tokens(found.false[0])
    true = {form for value in found.true_values for token in tokens(value) for form in token.forms}
    false = {form for value in found.false_values for token in tokens(value) for form in token.forms}
    assert len(old) == len(new)
    for one, other in zip(old, new, strict=True):
        if one.forms & true:
            assert other.forms & false
            assert other.kind == one.kind
        else:
            assert one.text == other.text
    assert not {form for token in new for form in token.forms} & true
    assert not {form for token in old for form in token.forms} & false


def test_every_occurrence_becomes_the_same_and_the_rest_stays() -> None:
    found = swap("24 months", "It lasts 24 months; after 24 months, or 30 in all, it ends.")
    (value,) = found.false_values
    assert found.false[0] == f"It lasts {value} months; after {value} months, or 30 in all, it ends."
    assert found.true_values == ("24",)


def test_a_count_is_swapped_and_the_name_stays() -> None:
    found = swap("It takes 24 hours in Korvik.", "Made in Korvik, where it takes 24 hours.")
    assert found.true_values == ("24",)
    assert "Korvik" in found.false[0]


def test_a_name_is_swapped_where_there_is_no_count() -> None:
    found = swap("It is made in Korvik.", "By hand it is made in Korvik, with wood.")
    assert found.true_values == ("Korvik",)
    assert found.false_values[0] in {"Pellin", "Lirna"}


def test_a_value_of_the_question_is_not_put_in() -> None:
    for seed in range(30):
        found = swap("5 days", "It lasts 5 days, or 3 or 4.", question="Is it 2 or 6 or 7 or 8?", seed=seed)
        assert found.false_values == ("9",)


def test_only_passages_with_a_value_differ() -> None:
    found = swap("24 months", "It is green.", "It lasts 24 months.")
    assert found.places == (1,)
    assert found.false[0] == found.true[0] == "It is green."


@pytest.mark.parametrize("seed", range(20))
def test_a_range_stays_a_range(seed: int) -> None:
    low, high = swap("20 to 29 degrees", "It works from 20 to 29 degrees.", seed=seed).false_values
    assert int(low) < int(high)


def test_an_acceptable_answer_will_do() -> None:
    sample = Sample(
        id="q",
        question="?",
        reference="green",
        reference_contexts=("It lasts 24 months.",),
        extras={"references": ["30 months", "24 months"]},
    )
    found = item_of(sample, EMPTY)
    assert isinstance(found, Item)
    made = swapped(found, NAMES, random.Random("0"))
    assert isinstance(made, Swapped)
    assert made.true_values == ("24",)


@pytest.mark.parametrize("seed", range(10))
def test_another_acceptable_answer_is_not_put_in(seed: int) -> None:
    sample = Sample(
        id="q",
        question="?",
        reference="6 days",
        reference_contexts=("It takes 5 days, or 2, 3, 4, 7 or 8.",),
        extras={"references": ["5 days"]},
    )
    found = item_of(sample, EMPTY)
    assert isinstance(found, Item)
    made = swapped(found, NAMES, random.Random(f"{seed}"))
    assert isinstance(made, Swapped)
    assert made.false_values == ("9",)


@pytest.mark.parametrize(
    ("reference", "gold", "reason"),
    [
        ("It is painted green.", "It is painted green.", NOTHING_TO_SWAP),
        ("24 months", "It lasts two years.", NOT_IN_GOLD),
        ("Yes, it does.", "Yes, it does so.", NOT_IN_GOLD),
        ("5 days", "5 days, or 2, 3, 4, 6, 7, 8 or 9.", NO_OTHER),
    ],
)
def test_why_there_is_nothing_to_swap(reference: str, gold: str, reason: str) -> None:
    assert swapped(item(reference, gold), NAMES, random.Random("0")) == reason
