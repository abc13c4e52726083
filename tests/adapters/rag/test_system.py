import asyncio

import pytest
from rag_world.world import DOCUMENTS, HashingEncoder, rag

from bakeoff.adapters.rag.reader import DECLINED
from bakeoff.evals.abstention import is_abstention
from bakeoff.evals.errors import NotHeld
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Context, Document, DocumentState, Rendering, Request, Response, Turn

QUESTION = "How long does the lamp burn?"


def ask(system: System, question: str = QUESTION, **request: object) -> Response:
    return asyncio.run(system.answer(Request.model_validate({"question": question, **request})))


@pytest.mark.parametrize("retrieval", ["bm25", "dense", "hybrid"])
def test_a_planted_passage_is_found_read_and_cited(retrieval: str) -> None:
    noise = tuple(
        Document(id=f"noise-{n}", text=f"Page {n} tells of meadow number {n}. Nothing happens there.")
        for n in range(40)
    )
    planted = Document(
        id="planted",
        text="Zinc weathers slowly. The zinc roof weighs 310 kilograms.",
        metadata={"domain": "roofs"},
    )
    system = rag(documents=(*noise[:20], planted, *noise[20:]), retrieval=retrieval)
    response = ask(system, "What does the zinc roof weigh?")
    assert response.contexts is not None
    assert len(response.contexts) == (3 if retrieval != "bm25" else 1)
    first = response.contexts[0]
    assert (first.id, first.source, first.metadata["domain"]) == ("planted#1", "planted", "roofs")
    scores = [context.score or 0.0 for context in response.contexts]
    assert scores == sorted(scores, reverse=True)
    assert response.text == "The zinc roof weighs 310 kilograms."
    assert [citation.source for citation in response.citations] == ["planted"]
    assert response.abstained is False


def test_timing_sets_retrieval_apart() -> None:
    timing = ask(rag()).timing
    assert timing.retrieval_s is not None
    assert timing.total_s is not None
    assert 0 < timing.retrieval_s < timing.total_s
    assert ask(rag(), contexts=[Context(text="The lamp burns.")]).timing.retrieval_s is None


def test_given_contexts_replace_retrieval() -> None:
    given = Context(text="The lamp burns for ninety hours.", id="g", source="given")
    response = ask(rag(), contexts=[given])
    assert response.text == "The lamp burns for ninety hours."
    assert response.contexts == (given,)
    assert response.citations[0].source == "given"


def test_closed_book_it_declines() -> None:
    response = ask(rag(), contexts=())
    assert response.text == DECLINED
    assert response.abstained is True
    assert response.contexts == ()
    assert is_abstention(DECLINED)


def test_it_declines_what_no_document_answers() -> None:
    response = ask(rag(abstain_below=0.3), "Who won the cup final?")
    assert (response.text, response.abstained, response.citations) == (DECLINED, True, ())
    assert response.contexts


def test_the_same_question_gets_the_same_response() -> None:
    async def many() -> list[Response]:
        system = rag()
        return await asyncio.gather(*(system.answer(Request(question=QUESTION)) for _ in range(20)))

    answers = [*asyncio.run(many()), ask(rag())]
    assert len({answer.content_fingerprint for answer in answers}) == 1


def test_new_documents_are_used_and_only_new_chunks_are_embedded() -> None:
    encoder = HashingEncoder()
    system = rag(encoder, chunk_words=8, chunk_overlap=0)
    before = system.index.embedded
    assert before == len(system.index.chunks) == 7
    lamp = DOCUMENTS[1].model_copy(
        update={
            "text": "The lamp burns for eleven hours. Press the dial to dim the light. Never cover the shade."
        }
    )
    state = DocumentState(documents=(DOCUMENTS[0], lamp, DOCUMENTS[2]))
    encoder.seen.clear()
    asyncio.run(system.set_documents(state))
    asyncio.run(system.prepare())
    assert encoder.seen == ["The lamp. The lamp burns for eleven hours."]
    assert system.index.embedded == before + 1
    assert ask(system, documents=state.fingerprint).text == "The lamp burns for eleven hours."


def test_removed_and_moved_documents_embed_nothing() -> None:
    encoder = HashingEncoder()
    system = rag(encoder)
    before = system.index.embedded
    state = DocumentState(documents=(DOCUMENTS[2], DOCUMENTS[0].model_copy(update={"id": "renamed"})))
    asyncio.run(system.set_documents(state))
    assert system.index.embedded == before
    contexts = ask(system, "lamp kettle rug", documents=state.fingerprint).contexts
    assert contexts is not None
    assert {context.source for context in contexts} == {"rug", "renamed"}


def test_without_documents_nothing_is_retrieved() -> None:
    system = rag()
    state = DocumentState(documents=())
    asyncio.run(system.set_documents(state))
    response = ask(system, documents=state.fingerprint)
    assert (response.contexts, response.text) == ((), DECLINED)


def test_a_request_for_another_document_state_is_never_answered() -> None:
    system = rag()
    with pytest.raises(RuntimeError, match="document state"):
        ask(system, documents="0" * 32)
    asyncio.run(system.set_documents(DocumentState(documents=DOCUMENTS[:1])))
    with pytest.raises(RuntimeError, match="document state"):
        ask(system)
    asyncio.run(system.set_documents(DocumentState(documents=DOCUMENTS)))
    assert ask(system).text == "The lamp burns for six hours."


def test_what_it_would_ignore_is_not_held() -> None:
    with pytest.raises(NotHeld, match="conversation"):
        ask(rag(), conversation=[Turn(role="user", content="Hello")])
    with pytest.raises(NotHeld, match="accepts_rendering"):
        ask(rag(), rendering=Rendering(mode="none"))
