"""Names found in questions, replaced in them, and invented."""

from __future__ import annotations

from difflib import SequenceMatcher
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.near_miss.corpus import Corpus
from bakeoff.suites.near_miss.names import Name, invented, names_of

TEXT = (
    "Take the Harnolt Max or the Harnolt. With firmware 3 the Kastrin shows E1 on Friday."
    " The unit X200 needs the Ostrel 7 hub. The API of the Kastrin is in German."
)
DOCUMENT = Document(id="d", text=TEXT)


def names(question: str, gold: str = TEXT) -> list[tuple[str, str]]:
    sample = Sample(id="s", question=question, reference="It is 5.", reference_contexts=(gold,))
    return [(name.text, name.kind) for name in names_of(sample, Corpus((DOCUMENT,), (sample,)))]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Kindly state the price of the Harnolt Max.", [("Harnolt Max", "title")]),
        ("Harnolt price", [("Harnolt", "title")]),
        ("Is the Harnolt Ultra good?", [("Harnolt", "title")]),  # the passage knows no Ultra
        ("How does firmware 3 work?", [("firmware 3", "numbered")]),
        ("What is E1 on a Kastrin?", [("Kastrin", "title"), ("E1", "code")]),
        ("the X200's weight", [("X200", "code")]),
        ("Where is the Ostrel 7?", [("Ostrel 7", "title")]),
        ("On Friday, what does the API say?", []),
        ("what weighs the harnolt", []),
        ("Which one?", []),
        ("Is 5 GHz or version 4 fine?", []),
    ],
)
def test_names_are_those_that_the_gold_passage_knows(question: str, found: list[tuple[str, str]]) -> None:
    assert names(question) == found


def test_a_name_of_the_corpus_that_the_passage_lacks_is_none() -> None:
    assert names("How heavy is the Harnolt?", gold="The unit weighs 5 grams.") == []


@pytest.mark.parametrize(
    ("question", "other", "asked"),
    [
        ("The Harnolt: a Harnolt's lid, Harnolts, un-Harnolt", "Kastrin", None),
        ("Is an Ostrel a hub?", "Kastrin", "Is a Kastrin a hub?"),
        ("Is an Ostrel an Ostrel?", "Ulverne", "Is an Ulverne an Ulverne?"),
        ("Banana Ostrel", "Kastrin", "Banana Kastrin"),
    ],
)
def test_whole_names_are_replaced_behind_the_right_article(
    question: str, other: str, asked: str | None
) -> None:
    name = Name("Harnolt" if "Harnolt" in question else "Ostrel", "title")
    expected = "The Kastrin: a Kastrin's lid, Harnolts, un-Kastrin" if asked is None else asked
    assert name.replaced(question, other) == expected


@given(seed=st.integers(0, 10**6))
def test_an_invented_name_is_new_has_the_shape_and_is_no_misspelling(seed: int) -> None:
    known = ["Harnolt Max", "Kastrin", "Kastrel", "Kaspin", "Vandrel"]
    corpus = Corpus((Document(id="d", text=" ".join(known)),), ())
    made = invented("Harnolt Max", known, corpus, Random(seed))
    assert made is not None
    first, last = made.split()
    assert last == "Max"
    assert first.istitle()
    assert not corpus.holds(first)
    assert max(SequenceMatcher(None, first.lower(), one.lower()).ratio() for one in known) < 0.8
    assert made == invented("Harnolt Max", known, corpus, Random(seed))


def test_one_name_alone_is_mixed_with_ready_syllables() -> None:
    corpus = Corpus((Document(id="d", text="Harnolt"),), ())
    made = {invented("Harnolt", ["Harnolt"], corpus, Random(seed)) for seed in range(20)}
    assert len(made) > 5
    assert None not in made


def test_where_all_is_taken_nothing_is_invented() -> None:
    class Full(Corpus):
        def holds(self, phrase: str) -> bool:
            return True

    assert invented("Harnolt", ["Harnolt"], Full((), ()), Random(1)) is None
