"""What is known, and which capitalised words are names."""

from __future__ import annotations

import pytest

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.near_miss.corpus import Corpus, folded, inner_words

DOCUMENTS = (
    Document(id="a", title="Title Case Here", text="The Harnolt Max weighs 5 grams. Charging it takes long."),
    Document(
        id="b", text="Buy Care Plus. Plus, the Care Plus plan. Every maker, Oskelby, sells the Kastrin."
    ),
    Document(id="c", text="Our Oskelby app. Open the Settings, then settings."),
    Document(id="d", text="Your Oskelby account and my Oskelby."),
)
SAMPLE = Sample(
    id="s",
    question="What of the Tivvet?",
    reference="The Belmora weighs 7 grams.",
    reference_contexts=("The Harnolt has firmware 3.",),
    reference_context_ids=("b", "gone"),
)
CORPUS = Corpus(DOCUMENTS, (SAMPLE,))


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Harnolt", True),
        ("Kastrin", True),
        ("Belmora", True),  # the reference says it
        ("Max", False),  # a part of the name before it
        ("Plus", False),
        ("Charging", False),  # opens a sentence
        ("Settings", False),  # also in small letters
        ("Case", False),  # a title's capital says nothing
        ("Unknown", False),
    ],
)
def test_which_words_are_names(word: str, name: bool) -> None:
    assert CORPUS.is_name(word) is name


def test_phrases_are_held_as_whole_words_wherever_they_stand() -> None:
    for phrase in ("harnolt max", "Title case", "tivvet", "the Belmora", "firmware 3"):
        assert CORPUS.holds(phrase)
    for phrase in ("Harnolt Ultra", "arnolt", "firmware 4", "long Buy"):
        assert not CORPUS.holds(phrase)


def test_the_makers_name_is_everywhere() -> None:
    assert CORPUS.is_everywhere("Oskelby")
    assert not CORPUS.is_everywhere("Kastrin")
    assert not Corpus(DOCUMENTS[1:], ()).is_everywhere("Oskelby")  # three documents say little


def test_gold_is_passages_and_documents_else_the_answers() -> None:
    gold = CORPUS.gold(SAMPLE)
    assert folded("firmware 3") in gold
    assert folded("Kastrin") in gold
    assert folded("Belmora") not in gold
    bare = SAMPLE.model_copy(update={"reference_contexts": (), "reference_context_ids": ()})
    assert CORPUS.gold(bare) == folded("The Belmora weighs 7 grams.")


def test_what_is_said_about_a_name() -> None:
    assert len(CORPUS.about("Harnolt")) == 2  # a document, and the sample's passage
    assert CORPUS.about("Tivvet") == []  # only asked about


def test_inner_words_open_neither_sentence_nor_line() -> None:
    assert list(inner_words("One two. Three four\nFive-a six")) == [
        ("One", "two"),
        ("Three", "four"),
        ("Five-a", "six"),
    ]
