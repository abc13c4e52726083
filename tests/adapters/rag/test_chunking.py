import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.rag.chunking import chunk_document, group_sentences
from bakeoff.evals.records import Document

SIX = ["a b c.", "d e.", "f.", "g h i j.", "k l.", "m."]


def test_groups_by_hand() -> None:
    assert group_sentences(SIX, words=6, overlap=0) == [SIX[:3], SIX[3:5], SIX[5:]]


def test_overlap_repeats_closing_sentences_that_fit() -> None:
    # 6 words: abc de f | overlap 3 would take "de f", but with "g h i j" only 2 words have room: f ghij
    assert group_sentences(SIX, words=6, overlap=3) == [SIX[:3], SIX[2:4], SIX[4:]]


def test_a_sentence_longer_than_a_chunk_stands_alone() -> None:
    assert group_sentences(["a b.", "c d e f g.", "h."], words=3, overlap=1) == [
        ["a b."],
        ["c d e f g."],
        ["h."],
    ]


@given(
    st.lists(st.integers(1, 12), max_size=30),
    st.integers(5, 20).flatmap(lambda words: st.tuples(st.just(words), st.integers(0, words // 2))),
)
def test_every_sentence_is_kept_in_order(lengths: list[int], sizes: tuple[int, int]) -> None:
    words, overlap = sizes
    parts = [" ".join([f"s{n}"] * length) for n, length in enumerate(lengths)]
    groups = group_sentences(parts, words=words, overlap=overlap)
    seen = [part for group in groups for part in group]
    assert list(dict.fromkeys(seen)) == parts
    for group in groups:
        assert len(group) == 1 or sum(len(part.split()) for part in group) <= words
    for left, right in itertools.pairwise(groups):
        shared = [part for part in right if part in left]
        assert left[len(left) - len(shared) :] == right[: len(shared)] == shared
        assert sum(len(part.split()) for part in shared) <= overlap
        assert len(right) > len(shared)


def test_chunks_know_where_they_are_from() -> None:
    document = Document(
        id="d/1.md",
        title="Title",
        text="One two three four five. Six seven eight nine ten.",
        as_of=date(2025, 3, 1),
        metadata={"domain": "x"},
    )
    first, second = chunk_document(document, words=5, overlap=0)
    assert (first.id, second.id) == ("d/1.md#1", "d/1.md#2")
    assert first.source == second.source == "d/1.md"
    assert second.text == "Six seven eight nine ten."
    assert second.searchable == "Title. Six seven eight nine ten."
    assert second.metadata == {"domain": "x", "title": "Title", "as_of": "2025-03-01"}
    context = second.context(0.123456789)
    assert (context.id, context.source, context.score) == ("d/1.md#2", "d/1.md", 0.123457)
