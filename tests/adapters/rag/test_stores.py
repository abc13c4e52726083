"""Qdrant and Chroma, the real ones, in place of the built-in dense index."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from command_line import guard
from command_line.driver import python
from command_line.worlds import write_world
from rag_world.stores import Noting
from rag_world.world import DOCUMENTS, HashingEncoder, ask, built, rag, shown, wired

import bakeoff.examples.support as support
from bakeoff.adapters.encoders.embedded import EmbeddedEncoder
from bakeoff.adapters.rag.system import RagSystem
from bakeoff.evals.conformance import check_system
from bakeoff.evals.documents import load_documents
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Document, DocumentState, Request

DEMO = Path(support.__file__).parent
QDRANT: dict[str, Any] = {
    "target": "langchain_qdrant:QdrantVectorStore",
    "arguments": {"location": ":memory:"},
}
CHROMA: dict[str, Any] = {"target": "langchain_chroma:Chroma"}
STORES = pytest.mark.parametrize("store", [QDRANT, CHROMA], ids=["qdrant", "chroma"])
ALL = pytest.mark.parametrize("store", [None, QDRANT, CHROMA], ids=["built-in", "qdrant", "chroma"])


@pytest.fixture(autouse=True)
def _as_in_a_new_process() -> None:
    """Chroma's collections in memory belong to the process: here each test is to have its own."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()


def of(name: str) -> dict[str, Any]:
    """One of the stores of these tests."""
    return {"target": f"rag_world.stores:{name}"}


@pytest.fixture(scope="module")
def encoder() -> EmbeddedEncoder:
    return EmbeddedEncoder()


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return load_documents(DEMO / "docs", "as_of")


@pytest.fixture(scope="module")
def questions() -> list[str]:
    lines = (DEMO / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def retrieved(system: RagSystem, questions: list[str]) -> list[list[tuple[str | None, float | None]]]:
    """Ids and scores of the passages for each question, in order."""
    found = [system.index.search(question, system.top_k) for question in questions]
    system.index.close()
    return [[(context.id, context.score) for context in one.contexts] for one in found]


@STORES
@pytest.mark.parametrize("options", [{"retrieval": "dense"}, {"retrieval": "hybrid", "top_k": 5}])
def test_each_retrieves_what_the_built_in_index_does(
    store: dict[str, Any],
    options: dict[str, Any],
    encoder: EmbeddedEncoder,
    documents: tuple[Document, ...],
    questions: list[str],
) -> None:
    """On the demo's 61 documents, with its 120 questions; the configs differ in the import path alone."""
    ours = retrieved(built(wired(encoder, documents), **options), questions)
    theirs = retrieved(built(wired(encoder, documents), store=store, **options), questions)
    assert (len(documents), len(ours)) == (61, 120)
    assert all(len(found) == options.get("top_k", 3) for found in ours)
    assert theirs == ours


def test_the_order_is_the_stores() -> None:
    """Else nothing above would show that the store was asked."""
    ours = rag(retrieval="dense").index.search("How long does the lamp burn?", 3)
    theirs = rag(retrieval="dense", store=of("Backwards")).index.search("How long does the lamp burn?", 3)
    assert theirs.contexts == ours.contexts[::-1]


@ALL
def test_replacing_one_of_sixty_documents_embeds_its_chunks_alone(
    store: dict[str, Any] | None, documents: tuple[Document, ...]
) -> None:
    encoder, documents = HashingEncoder(), documents[:60]
    sizes = {"chunk_words": 12, "chunk_overlap": 0}
    system = built(wired(encoder, documents), retrieval="dense", store=store, **sizes)

    async def scenario() -> None:
        await system.prepare()
        before = system.index.embedded
        assert before == len({chunk.searchable for chunk in system.index.chunks})
        page = documents[17]
        text = "The zinc roof weighs 310 kilograms. Snow slides off its edge in the early spring."
        new = page.model_copy(update={"text": text})
        state = DocumentState(documents=(*documents[:17], new, *documents[18:]))
        encoder.seen.clear()
        await system.set_documents(state)
        await system.prepare()
        own = [chunk.searchable for chunk in system.index.chunks if chunk.source == page.id]
        assert len(own) == 2
        assert encoder.seen == own
        assert system.index.embedded == before + 2
        request = Request(question="What does the zinc roof weigh?", documents=state.fingerprint)
        response = await system.answer(request)
        assert response.text == "The zinc roof weighs 310 kilograms."
        assert f"{page.id}#1" in shown(response)
        await system.aclose()

    asyncio.run(scenario())


def test_a_store_is_told_what_is_new_and_what_is_gone() -> None:
    Noting.told.clear()
    system = rag(retrieval="dense", store=of("Noting"))
    first = [chunk.searchable for chunk in system.index.chunks]
    assert Noting.told == [("add", first)]
    Noting.told.clear()
    changed = DOCUMENTS[1].model_copy(update={"text": "The lamp burns for a year."})
    system.index.replace((changed, DOCUMENTS[0]))
    system.index.settle()
    assert Noting.told == [
        ("delete", sorted(first[1:])),
        ("add", ["The lamp. The lamp burns for a year."]),
    ]
    system.index.replace(())
    assert system.index.search("lamp", 3).contexts == ()


@pytest.mark.parametrize("store", [QDRANT, CHROMA, of("Undeleting")], ids=["qdrant", "chroma", "undeleting"])
def test_what_is_gone_is_never_found_again(store: dict[str, Any]) -> None:
    system = rag(retrieval="dense", store=store, top_k=2)
    system.index.replace(DOCUMENTS[:1])
    assert [c.source for c in system.index.search("How long does the lamp burn?", 2).contexts] == ["kettle"]


@ALL
def test_equal_passages_come_in_the_order_of_their_documents(store: dict[str, Any] | None) -> None:
    twins = tuple(Document(id=f"twin-{n}", text="The lamp burns for six hours.") for n in range(7))
    system = rag(documents=twins, retrieval="dense", store=store)
    assert shown(ask(system, "How long does the lamp burn?")) == ["twin-0#1", "twin-1#1", "twin-2#1"]


@STORES
def test_systems_that_share_a_collection_find_their_own(store: dict[str, Any]) -> None:
    """As the systems of a sweep do, where the collection has one name: here two sizes of chunks."""
    named = {**store, "arguments": {**store.get("arguments", {}), "collection_name": "shared"}}
    many = rag(retrieval="dense", store=named, chunk_words=5, chunk_overlap=0)
    few = rag(retrieval="dense", store=named)
    assert len(many.index.chunks) > len(few.index.chunks) == 3
    for system in (many, few):
        known = {chunk.text for chunk in system.index.chunks}
        contexts = system.index.search("How long does the lamp burn?", 3).contexts
        assert len(contexts) == 3
        assert {context.text for context in contexts} <= known


def test_a_collection_on_disk_outlives_the_run(tmp_path: Path) -> None:
    store = {**QDRANT, "arguments": {"path": str(tmp_path / "db"), "collection_name": "pages"}}

    async def first_run() -> None:
        system = built(wired(), retrieval="dense", store=store)
        await system.answer(Request(question="lamp"))
        await system.set_documents(DocumentState(documents=DOCUMENTS[:2]))
        await system.prepare()
        await system.aclose()  # lets go of the folder, which only one client may hold

    asyncio.run(first_run())
    assert (tmp_path / "db").is_dir()
    again = rag(retrieval="dense", store=store, documents=DOCUMENTS[1:])
    assert [c.source for c in again.index.search("wash the kettle", 3).contexts] == ["rug", "lamp"]
    again.index.close()


@pytest.mark.parametrize("store", [None, QDRANT, of("Noting")], ids=["built-in", "qdrant", "noting"])
def test_collections_are_searched_alone_whatever_the_index(store: dict[str, Any] | None) -> None:
    pages = tuple(
        Document(
            id=f"{domain}-{n}", text=f"The {domain} page {n} tells of things.", metadata={"domain": domain}
        )
        for n in range(20)
        for domain in ("kitchen", "garden")
    )
    system = rag(documents=pages, retrieval="dense", store=store, collections="domain", top_k=8)
    found = system.index.search("things of the garden page", 8)
    assert found.collection == "garden"
    assert len(found.contexts) == 8
    assert {context.metadata["domain"] for context in found.contexts} == {"garden"}


def test_a_function_may_open_the_store() -> None:
    store = {**of("opened"), "arguments": {"region": "here"}}
    system = rag(retrieval="dense", store=store)
    assert ask(system, "How long does the lamp burn?").text == "The lamp burns for six hours."


@pytest.mark.parametrize(
    ("store", "said"),
    [
        (
            {"target": "no_such_store:Store"},
            r"^systems\.rag\.store\.target: there is no module 'no_such_store'",
        ),
        (
            {"target": "langchain_qdrant:RetrievalMode"},
            r"store\.target: .* is no langchain-core VectorStore; name",
        ),
        ({"target": "json:no_such"}, r"store\.target: module 'json' has no 'no_such'"),
        (
            of("wrong"),
            r"store\.target: 'rag_world.stores:wrong' returned a str, no langchain-core VectorStore",
        ),
        (
            {**QDRANT, "arguments": {"path": 7}},
            r"^systems\.rag\.store: 'langchain_qdrant:.*' fails with TypeError",
        ),
        (
            {**CHROMA, "arguments": {"shards": 7}},
            r"^systems\.rag\.store: 'langchain_chroma:.*unexpected.*'shards'",
        ),
    ],
)
def test_what_is_no_store_is_told_by_its_key(store: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        rag(retrieval="dense", store=store)


@STORES
def test_they_pass_the_conformance_kit(store: dict[str, Any]) -> None:
    requests = [Request(question=q) for q in ("How long does the lamp burn?", "How is the rug washed?")]
    check_system(
        lambda: built(wired(), store=store),
        requests=requests,
        different=[
            lambda: built(wired()),
            lambda: built(wired(), store={**store, "arguments": {"location": ":memory:", "grpc_port": 1}}),
        ],
    )


def test_credentials_are_in_no_fingerprint() -> None:
    def keyed(key: str) -> RagSystem:
        return built(wired(), store={**QDRANT, "arguments": {"location": ":memory:", "api_key": key}})

    assert keyed("one-secret").fingerprint == keyed("two-secret").fingerprint
    assert not keyed("one-secret").content_addressed


def test_neither_opens_a_socket(tmp_path: Path) -> None:
    """A whole run under guard, with telemetry not switched off by the caller."""
    (tmp_path / "docs").mkdir()
    for document in DOCUMENTS:
        (tmp_path / "docs" / f"{document.id}.md").write_text(document.text)
    systems = {
        name: {"adapter": "rag", "kind": "rag", "retrieval": "dense", "store": store}
        for name, store in (("qdrant", QDRANT), ("chroma", CHROMA))
    }
    write_world(tmp_path, systems, questions=2, documents={"path": "docs"})
    report = tmp_path / "sockets.jsonl"
    report.write_text("")
    ended = python(str(guard.__file__), "[]", str(report), "run", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "chroma" in ended.stdout
    assert report.read_text() == ""
