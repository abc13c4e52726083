import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.rag.chunking import ChunkBy, chunk_document, group_sentences
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


MANUAL = Document(
    id="manual",
    title="The hub",
    text="Read this first. Keep it dry.\n# Lights\nBlue is well. Red is not.\n## Mini\nIt has one light.",
    metadata={"domain": "setup"},
)


def test_by_heading_no_chunk_reaches_across_one() -> None:
    chunks = chunk_document(MANUAL, words=100, overlap=10, by="heading")
    assert [(chunk.id, chunk.text, chunk.metadata.get("heading")) for chunk in chunks] == [
        ("manual#1", "Read this first. Keep it dry.", None),
        ("manual#2", "Blue is well. Red is not.", "Lights"),
        ("manual#3", "It has one light.", "Lights > Mini"),
    ]
    assert chunks[2].searchable == "The hub. Lights > Mini. It has one light."
    assert chunks[2].metadata["domain"] == "setup"


def test_a_long_section_is_cut_by_size() -> None:
    chunks = chunk_document(MANUAL, words=5, overlap=0, by="heading")
    assert [chunk.text for chunk in chunks[2:4]] == ["Blue is well.", "Red is not."]
    assert {chunk.metadata.get("heading") for chunk in chunks[2:4]} == {"Lights"}


def test_by_sentence_each_is_a_chunk() -> None:
    chunks = chunk_document(MANUAL, words=100, overlap=50, by="sentence")
    assert [chunk.text for chunk in chunks][:2] == ["Read this first.", "Keep it dry."]
    assert chunks[-1].id == f"manual#{len(chunks)}"


def test_a_heading_that_is_the_title_is_said_once() -> None:
    document = Document(id="d", title="Lights", text="# Lights\nBlue is well.")
    (chunk,) = chunk_document(document, words=10, overlap=0, by="heading")
    assert chunk.searchable == "Lights. Blue is well."


WORDS = st.sampled_from(["#", "##", "```", "a", "beta.", "gamma?", "delta\n", "é!\n\n", "Dr.", "3.5", "»ä«"])


@given(st.lists(WORDS, max_size=60).map(" ".join), st.sampled_from(["words", "sentence", "heading"]))
def test_chunks_cover_all_of_a_text(text: str, by: ChunkBy) -> None:
    chunks = chunk_document(Document(id="d", text=text), words=7, overlap=0, by=by)
    found = " ".join(f"{chunk.metadata.get('heading', '')} {chunk.text}" for chunk in chunks)
    kept = set(found.replace(">", " ").split())
    assert {word for word in text.split() if word.strip("#")} <= kept
    if by != "heading":
        assert " ".join(chunk.text for chunk in chunks).split() == text.split()
