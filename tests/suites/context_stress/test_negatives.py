"""Hard negatives: near to the question, and no answer to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bakeoff.evals.protocols import Encoder
from bakeoff.evals.records import Document, Sample
from bakeoff.suites.context_stress import negatives
from bakeoff.suites.context_stress.items import Item, Shelf, item_of, shelve
from bakeoff.suites.context_stress.negatives import Negatives, hard_negatives
from bakeoff.suites.context_stress.passages import squeezed
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.key_values import missing, wanted

GOLD = "The warranty of the lamp lasts 24 months from the day on which it was bought."
ASKED = Sample(
    id="q",
    question="How long does the warranty of the lamp last?",
    reference="24 months",
    reference_contexts=(GOLD,),
    reference_context_ids=("lamp",),
)
LAMP = Document(
    id="lamp", text=f"{GOLD}\n\nThe warranty of the lamp ends when it is opened by anyone but us."
)
CHAIR = Document(id="chair", text="The warranty of the chair lasts long, as all of our warranty does.")
TABLE = Document(id="table", text="A table has four legs, and one more where it is extended to the side.")


class Words:
    """Counts the words of a fixed vocabulary."""

    name = fingerprint = "vocabulary"
    weights: str | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        known = sorted({word for one in (LAMP, CHAIR, TABLE) for word in one.text.casefold().split()})
        rows = np.array([[t.casefold().split().count(w) for w in known] for t in texts], dtype=np.float32)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def found(*documents: Document, sample: Sample = ASKED, most: int = 5) -> Negatives:
    shelf = shelve(documents, 120)
    item = item_of(sample, shelf)
    assert isinstance(item, Item)
    return hard_negatives([item], shelf, Words(), most)["q"]


def sources(one: Negatives) -> list[str]:
    return [passage.source for passage in one.passages]


def test_the_nearest_comes_first_and_none_is_of_the_gold_document() -> None:
    assert sources(found(LAMP, TABLE, CHAIR)) == ["chair", "table"]
    assert sources(found(LAMP, TABLE, CHAIR, most=1)) == ["chair"]


def test_a_passage_with_all_key_values_is_none() -> None:
    held = Document(id="bench", text="The warranty of the bench, for which you ask, lasts 24 months in all.")
    assert sources(found(LAMP, CHAIR, held)) == ["chair"]


def test_a_near_copy_makes_its_whole_document_another_version() -> None:
    old = Document(
        id="old",
        text=f"{GOLD.replace('24', '12')}\n\nThe warranty of the lamp is given by the shop, not by us.",
    )
    one = found(LAMP, CHAIR, old)
    assert sources(one) == ["chair"]
    assert one.versions == {"lamp", "old"}


def test_near_copies_in_many_documents_are_a_template() -> None:
    other = "\n\nA {} is a piece of furniture for the house, made of wood by us or by our friends."
    alike = [
        Document(id=name, text=GOLD.replace("24", f"{i}").replace("lamp", name) + other.format(name))
        for i, name in enumerate(("chair", "table", "bench", "shelf"), 3)
    ]
    one = found(LAMP, *alike)
    assert sorted(sources(one)) == ["bench", "chair", "shelf", "table"]
    assert {passage.number for passage in one.passages} == {2}
    assert one.versions == {"lamp"}
    assert found(LAMP, *alike[:3]).versions == {"lamp", "chair", "table", "bench"}


@pytest.mark.parametrize("names", ["chair", ["x", "chair"]])
def test_metadata_that_names_a_document_links_the_two(names: object) -> None:
    newer = LAMP.model_copy(update={"metadata": {"supersedes": names}})
    assert sources(found(newer, CHAIR, TABLE)) == ["table"]
    older = CHAIR.model_copy(update={"metadata": {"superseded_by": "lamp"}})
    assert sources(found(LAMP, older, TABLE)) == ["table"]


def test_a_document_that_holds_the_gold_text_is_none() -> None:
    quoting = Document(
        id="quoting", text=f"{TABLE.text} {GOLD.upper().replace(' ', '  ')} " + "And more. " * 60
    )
    assert sources(found(LAMP, CHAIR, quoting)) == ["chair"]


def test_equal_passages_count_once() -> None:
    twin = CHAIR.model_copy(update={"id": "twin"})
    assert sources(found(LAMP, CHAIR, twin)) == ["chair"]


def test_without_a_corpus_there_are_none(items: list[Item], encoder: Encoder) -> None:
    assert hard_negatives(items, shelve([], 120), encoder, 5) == {}


def test_blocks_and_batches_change_nothing(
    items: list[Item], shelf: Shelf, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = hard_negatives(items, shelf, encoder, 5)
    monkeypatch.setattr(negatives, "BLOCK", 3)
    monkeypatch.setattr(negatives, "BATCH", 2)
    assert hard_negatives(items, shelf, encoder, 5) == whole


WORDS = st.sampled_from([*GOLD.split(), "12", "36", "chair", "sold", "in", "Korvik"])
CORPUS = st.lists(st.lists(WORDS, min_size=8, max_size=20).map(" ".join), min_size=1, max_size=8)


@given(CORPUS)
def test_no_negative_answers_or_comes_from_the_gold(texts: list[str]) -> None:
    one = found(LAMP, *(Document(id=f"d{i}", text=text) for i, text in enumerate(texts)))
    for passage in one.passages:
        for answer in acceptable_answers(ASKED):
            assert missing(wanted(answer, ASKED.question).values, passage.text)
        assert passage.source != "lamp"
        assert squeezed(GOLD) not in squeezed(passage.text)
