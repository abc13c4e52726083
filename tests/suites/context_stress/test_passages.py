"""Cutting documents, and a corpus made of gold passages."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.context_stress.passages import gold_as_documents, passages_of, squeezed

TEXTS = st.text(alphabet="ab. \n!X", min_size=1, max_size=400).filter(str.strip)


def texts(text: str, words: int = 20) -> list[str]:
    return [passage.text for passage in passages_of(Document(id="d", text=text), words)]


@given(TEXTS, st.integers(min_value=1, max_value=30))
def test_nothing_is_lost_and_no_passage_is_too_long(text: str, words: int) -> None:
    found = texts(text, words)
    assert "".join("".join(found).split()) == "".join(text.split())
    # a heading rides on top of what follows, which may be as long as is allowed
    assert all(len(one.split()) < words + 8 for one in found)


def test_paragraphs_are_passages_and_a_heading_stays_with_its_text() -> None:
    body = "It takes a minute or two until the lamp is steady again."
    assert texts(f"# Reset\n\n{body}\n \n{body} Twice.") == [f"# Reset\n{body}", f"{body} Twice."]


def test_a_heading_at_the_end_is_kept() -> None:
    assert texts("It takes a minute or two until the lamp is steady.\n\nNotes")[-1] == "Notes"


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    one, two = "The lamp is green when all is well.", "It is red when something has gone wrong today."
    assert texts(f"{one} {two} {one}", 17) == [f"{one} {two}", one]


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    found = texts("Short one here. " + " ".join(["word"] * 25) + ".", 10)
    assert found[0] == "Short one here."
    assert [len(one.split()) for one in found] == [3, 10, 10, 5]


def test_a_passage_says_where_it_is_from() -> None:
    document = Document(id="page", title="Page", text="One.", as_of=date(2025, 3, 1))
    (passage,) = passages_of(document, 20)
    context = passage.context()
    assert (context.id, context.source, context.text) == ("page#1", "page", "One.")
    assert context.metadata == {"title": "Page", "as_of": "2025-03-01"}


def test_squeezing_forgets_case_and_spacing() -> None:
    assert squeezed(" One\n TWO ") == squeezed("one two")


def test_without_documents_the_gold_passages_are_the_corpus() -> None:
    def sample(key: str, *pairs: tuple[str, str]) -> Sample:
        texts, ids = zip(*pairs, strict=True)
        return Sample(id=key, question="?", reference_contexts=texts, reference_context_ids=ids)

    found = gold_as_documents(
        [sample("a", ("One.", "x"), ("Two.", "y")), sample("b", ("one. ", "x"), ("Three.", "x"))]
    )
    assert [(one.id, one.text) for one in found] == [("x", "One.\n\nThree."), ("y", "Two.")]
    unnamed = gold_as_documents([Sample(id="a", question="?", reference_contexts=("One.", "Two."))])
    assert len({one.id for one in unnamed}) == 2
