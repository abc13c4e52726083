"""Which contexts are gold: by ids, by sources, by texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.records import Answered, Context, Overrides, Response, Sample
from bakeoff.suites.retrieval.gold import WORDS, find, outside, same_passage

GOLD = (
    "The Arvend 3 is covered for 24 months from the day on which it was sold. Batteries are not covered."
    " Send it to the workshop in Calvorn with the receipt and a short letter."
)


def item(contexts: Sequence[Context] | None, *, retrieves: bool = True, **fields: Any) -> Answered:
    sample = Sample(id="s", question="How long?", **fields)
    found = None if contexts is None else tuple(contexts)
    return Answered(
        system="rag", retrieves=retrieves, sample=sample, response=Response(text="x", contexts=found)
    )


def chunk(name: str, text: str = "text") -> Context:
    return Context(text=text, id=name, source=name.partition("#")[0])


def ranking(contexts: Sequence[Context], *ids: str) -> tuple[str, ...]:
    found = find(item(contexts, reference_context_ids=ids))
    assert found is not None
    assert (found.by, found.gold) == ("ids", ids)
    return found.ranking


def test_a_chunk_matches_its_document_by_its_source_and_counts_once_at_its_best_rank() -> None:
    contexts = [chunk("b#1"), chunk("a#3"), chunk("b#2"), chunk("a#1"), chunk("c#1")]
    assert ranking(contexts, "a") == ("b", "a", "c")


def test_where_the_sample_names_chunks_other_chunks_of_that_document_are_wrong_ones() -> None:
    contexts = [chunk("a#1"), chunk("a#2"), chunk("a#3")]
    assert ranking(contexts, "a#3") == ("a#1", "a#2", "a#3")


def test_a_bare_id_and_a_bare_source_do() -> None:
    assert ranking([Context(text="t", id="a"), Context(text="t", source="b")], "b") == ("a", "b")


def test_a_context_without_any_id_keeps_its_place() -> None:
    assert ranking([Context(text="t"), Context(text="t"), chunk("a#1")], "a") == (
        "context 1",
        "context 2",
        "a",
    )


def test_nothing_retrieved_is_a_miss_and_not_unknown() -> None:
    for nothing in ((), None):
        found = find(item(nothing, reference_context_ids=("a",)))
        assert found is not None
        assert (found.ranking, found.missed) == ((), True)


def test_without_ids_on_either_side_the_texts_are_compared() -> None:
    contexts = [Context(text="Something else."), Context(text=f"Page 4. {GOLD.upper()}")]
    for ids in ((), ("a",)):
        found = find(item(contexts, reference_contexts=(GOLD,), reference_context_ids=ids))
        assert found is not None
        assert (found.by, found.held, found.ranking) == (
            "texts",
            ("gold text 1",),
            ("context 1", "gold text 1"),
        )


def test_ids_win_over_texts_unless_texts_are_asked_for() -> None:
    asked = item([chunk("other#1", GOLD)], reference_contexts=(GOLD,), reference_context_ids=("a",))
    by_ids, by_text = find(asked), find(asked, by_text=True)
    assert by_ids is not None
    assert by_text is not None
    assert (by_ids.by, by_ids.missed) == ("ids", True)
    assert (by_text.by, by_text.missed) == ("texts", False)


def test_contexts_without_ids_and_a_sample_without_texts_cannot_be_told() -> None:
    assert find(item([Context(text="t")], reference_context_ids=("a",))) is None


def test_a_context_that_holds_two_gold_passages_stands_for_both() -> None:
    second = "Returns are taken within thirty days of the purchase."
    contexts = [Context(text="no"), Context(text=f"{GOLD} {second}"), Context(text=second)]
    found = find(item(contexts, reference_contexts=(GOLD, second, GOLD)))
    assert found is not None
    assert found.gold == ("gold text 1", "gold text 2")
    assert found.ranking == ("context 1", "gold text 1", "gold text 2")


@pytest.mark.parametrize(
    ("context", "same"),
    [
        (GOLD, True),
        ("the arvend 3 is covered for 24 MONTHS from the day on which it was sold", True),
        ("…a short letter. Batteries are not covered.", False),  # a sentence of four words proves nothing
        ("covered for 24 months from the day on which it", True),  # a piece of ten words
        ("covered for 24 months from the day", False),  # one of seven
        ("Note: Send it to the workshop in Calvorn with the receipt and a short letter. Thanks.", True),
        ("The Arvend 3 is covered for 2 months from the day on which it was sold.", False),
        ("", False),
        ("?!", False),
    ],
)
def test_a_passage_is_known_by_its_text(context: str, same: bool) -> None:
    assert same_passage(context, GOLD) is same


def test_only_whole_words_match() -> None:
    assert same_passage("It costs 10 today.", "10 today")
    assert not same_passage("It costs 210 today.", "10 today")


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(WORDS, 20))
def test_any_piece_of_enough_words_is_known_again(start: int, words: int) -> None:
    all_words = GOLD.split()
    piece = all_words[start : start + words]
    assert same_passage(" ".join(piece), GOLD) or len(piece) < WORDS


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a#1", "a#2", "b#1", "c#1", "d#1"]), max_size=8), st.sampled_from("abz"))
def test_a_document_is_found_where_one_of_its_chunks_is(names: list[str], gold: str) -> None:
    found = find(item([chunk(name) for name in names], reference_context_ids=(gold,)))
    assert found is not None
    assert found.missed is (gold not in {name[0] for name in names})
    assert len(set(found.ranking)) == len(found.ranking) == len({name[0] for name in names})


@pytest.mark.parametrize(
    ("retrieves", "fields", "reason"),
    [
        (False, {"reference_context_ids": ("a",)}, "does not retrieve"),
        (True, {}, "the sample names no gold passages"),
        (True, {"reference_contexts": (" ",)}, "the sample names no gold passages"),
        (True, {"reference_context_ids": ("a",), "answerable": False}, "unanswerable"),
        (True, {"reference_context_ids": ("a",), "overrides": Overrides(contexts=())}, "were given"),
        (True, {"reference_context_ids": ("a",)}, None),
        (True, {"reference_contexts": (GOLD,)}, None),
    ],
)
def test_where_nothing_can_be_said(retrieves: bool, fields: dict[str, Any], reason: str | None) -> None:
    found = outside(item([], retrieves=retrieves, **fields))
    assert found is None if reason is None else reason in (found or "")
