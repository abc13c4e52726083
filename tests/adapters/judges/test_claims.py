from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.judges.claims import content_words, numbers, pairs, read_statement, statements
from bakeoff.evals.text import sentences

TEXT = st.text(alphabet="ab the 12.,\"…:[]()’'\n!?é", max_size=80) | st.text(max_size=80)


def texts(sentence: str) -> list[str]:
    return [word.text for word in content_words(sentence)]


def test_stop_words_and_possessives_are_dropped() -> None:
    assert texts("It is the Atlas's battery, and isn't what they've sold.") == ["Atlas", "battery", "sold"]
    assert texts("The Atlas 's battery is n't cheap , it 's light .") == [
        "Atlas",
        "battery",
        "cheap",
        "light",
    ]


def test_negation_is_not_seen() -> None:
    assert texts("The lamp is not included.") == texts("The lamp is included.") == ["lamp", "included"]


@pytest.mark.parametrize(("sentence", "kept"), [("It is what it is.", 5), ("No.", 1), ("...", 0), ("", 0)])
def test_a_sentence_of_stop_words_keeps_them_all(sentence: str, kept: int) -> None:
    assert len(content_words(sentence)) == kept


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, []), (1, [(0, 0)]), (2, [(0, 1)]), (4, [(0, 1), (1, 2), (2, 3)])],
)
def test_pairs(count: int, expected: list[tuple[int, int]]) -> None:
    assert pairs(count) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 hours, then 12 more", ("12",)),
        ("1,000 and 1000", ("1000",)),
        ("1,000,000.50", ("1000000.5",)),
        ("3.0 or 3", ("3",)),
        ("0.5 and .5", ("0.5", "5")),
        ("2,5", ("2.5",)),
        ("v1.2.3 of X20 in 2020-21", ("1.2.3", "20", "2020", "21")),
        ("twelve", ()),
        ("007", ("7",)),
    ],
)
def test_numbers(text: str, expected: tuple[str, ...]) -> None:
    assert numbers(text) == expected


def test_statements_of_two_sentences() -> None:
    assert statements("The battery lasts 12 hours. Cheap!") == [
        'battery … lasts: "The battery lasts 12 hours."',
        'lasts … 12: "The battery lasts 12 hours."',
        '12 … hours: "The battery lasts 12 hours."',
        'Cheap: "Cheap!"',
    ]


def test_repeated_pairs_stay_apart() -> None:
    found = statements("Good phone, really good phone, good phone.")
    heads = [statement.split(': "')[0] for statement in found]
    assert heads == [
        "Good … phone", "phone … really", "really … good", "good … phone", "phone … good", "good … phone [2]",
    ]  # fmt: skip
    assert [read_statement(statement) for statement in found] == [
        ("Good phone, really good phone, good phone.", place) for place in range(6)
    ]


def test_text_without_words_claims_nothing() -> None:
    assert statements("") == statements("...") == statements(" \n") == []


@given(TEXT)
def test_each_statement_leads_back_to_its_sentence_and_pair(text: str) -> None:
    expected = [
        (sentence, place)
        for sentence in sentences(text)
        for place in range(len(pairs(len(content_words(sentence)))))
    ]
    assert [read_statement(statement) for statement in statements(text)] == expected


@given(TEXT)
def test_statements_are_distinct_within_a_sentence(text: str) -> None:
    for sentence in sentences(text):
        found = statements(sentence)
        assert len(set(found)) == len(found)


@given(TEXT)
def test_reading_a_foreign_statement_never_invents_a_pair(text: str) -> None:
    read = read_statement(text)
    if read is not None:
        sentence, place = read
        assert text.endswith(f': "{sentence}"')
        assert place < len(pairs(len(content_words(sentence))))


@pytest.mark.parametrize(
    "statement",
    [
        "The battery lasts 12 hours.",
        'battery … hours: "The battery lasts 12 hours."',  # no adjacent pair
        'battery … lasts: "The battery lasts 12 hours.',
        'He said: "The battery lasts 12 hours."',
        "",
        ': ""',
    ],
)
def test_foreign_statements(statement: str) -> None:
    assert read_statement(statement) is None


def test_a_hostile_answer_of_100_kb_does_not_hang() -> None:
    started = time.perf_counter()
    found = statements("return 1 " * 11_000)
    assert all(read_statement(statement) for statement in found[:2_000])
    assert time.perf_counter() - started < 20
