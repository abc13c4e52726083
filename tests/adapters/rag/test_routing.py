from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rag_world.world import DOCUMENTS, HashingEncoder, ask, rag

from bakeoff.adapters.rag.chunking import Chunk
from bakeoff.adapters.rag.routing import centroids, collections_of, elected, nearest
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Context, Document

CHUNKS = [
    Chunk(f"d{n}#1", f"d{n}", "text", {} if domain is None else {"domain": domain})
    for n, domain in enumerate(["b", "a", None, "b", "a"])
]
PARTS = collections_of(CHUNKS, "domain")


def test_collections_are_named_in_order() -> None:
    assert list(PARTS.items()) == [("", [2]), ("a", [1, 4]), ("b", [0, 3])]


def test_the_nearest_centroid_by_hand() -> None:
    rows = np.array([[1, 0], [0, 1], [0.6, 0.8], [0.8, 0.6], [0, 1]], dtype=np.float32)
    centres = centroids(PARTS, rows)
    diagonal = np.array([0.9, 0.3]) / np.hypot(0.9, 0.3)
    assert centres == pytest.approx(np.array([[0.6, 0.8], [0, 1], diagonal]), abs=1e-6)
    assert nearest(PARTS, centres, np.array([1, 0], dtype=np.float32)) == "b"
    assert nearest(PARTS, centres, np.array([0, 1], dtype=np.float32)) == "a"


def test_of_equal_collections_the_first_in_the_alphabet_is_taken() -> None:
    rows = np.array([[1, 0]] * 5, dtype=np.float32)
    assert nearest(PARTS, centroids(PARTS, rows), rows[0]) == ""
    assert elected(PARTS, np.array([1.0, 1.0, 0.0, 0.0, 0.0])) == "a"


def test_votes_are_the_scores_of_the_best_ten_chunks() -> None:
    # 0.9 + 0 against 0.5 + 0.5
    assert elected(PARTS, np.array([0.9, 0.5, 0.2, 0.0, 0.5])) == "a"
    assert elected(PARTS, np.zeros(5)) is None
    many = collections_of(
        [Chunk(f"{n}", f"{n}", "t", {"domain": "x" if n < 10 else "y"}) for n in range(40)], "domain"
    )
    assert elected(many, np.array([1.0] * 10 + [0.9] * 30)) == "x"  # 10 against 0, not against 27


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"router": "bm25"},
        {"retrieval": "dense"},
        {"retrieval": "dense", "router": "bm25"},
        {"retrieval": "bm25"},
        {"retrieval": "bm25", "router": "centroid"},
    ],
)
def test_the_answer_names_the_collection_that_was_searched(options: dict[str, Any]) -> None:
    domains = ("kitchen", "living", "living")
    pages = tuple(
        document.model_copy(update={"metadata": {"domain": domain}})
        for document, domain in zip(DOCUMENTS, domains, strict=True)
    )
    system = rag(documents=pages, collections="domain", **options)
    response = ask(system, "How long does the lamp burn?")
    assert response.extras["collection"] == "living"
    assert {context.source for context in response.contexts or ()} <= {"lamp", "rug"}
    assert response.text == "The lamp burns for six hours."
    kettle = ask(system, "How long is the cord of the kettle?")
    assert kettle.extras["collection"] == "kitchen"


def test_routing_may_be_wrong_and_then_misses_the_answer() -> None:
    pages = (
        Document(id="a", text="Lamps lamps lamps.", metadata={"part": "a"}),
        Document(
            id="b", text="Rugs rugs. Rugs are dry. The odd lamp burns for a year.", metadata={"part": "b"}
        ),
    )
    response = ask(rag(documents=pages, collections="part"), "lamps")
    assert response.extras["collection"] == "a"
    assert [context.source for context in response.contexts or ()] == ["a"]


def test_what_speaks_for_no_collection_is_searched_in_all() -> None:
    system = rag(collections="domain", retrieval="dense", router="bm25")
    response = ask(system, "xylophone")
    assert "collection" not in response.extras
    assert len(response.contexts or ()) == 3


def test_given_contexts_are_routed_nowhere() -> None:
    response = ask(rag(collections="domain"), "lamp?", contexts=[Context(text="The lamp burns.")])
    assert "collection" not in response.extras


def test_the_field_must_be_one_of_the_documents() -> None:
    with pytest.raises(InputError, match=r"^systems\.rag\.collections: no document has the field 'topic'"):
        rag(collections="topic")


def test_dense_routing_embeds_for_bm25_retrieval_and_bm25_routing_does_not() -> None:
    encoder = HashingEncoder()
    rag(encoder, retrieval="bm25", collections="domain")
    assert encoder.seen == []
    rag(encoder, retrieval="bm25", collections="domain", router="centroid")
    assert len(encoder.seen) == 3
