"""The langchain adapter beyond the contract: inputs, outputs, retrievers, its model's failures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from frameworks.chat import HERE, expected_usage
from frameworks.doc_examples import check_example
from frameworks.model_faults import ask, check_model_faults
from loopback import contract_script as script
from loopback.contract_cases import build, chat_usage
from loopback.openai_server import ChatServer

from bakeoff.adapters.frameworks import langchain
from bakeoff.evals.errors import InputError, NotHeld
from bakeoff.evals.records import Capability, Context, Kind, Request, Response, Turn

QUESTION = script.GOLDEN[3]


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(reply=lambda text: f"so: {text}", usage=chat_usage) as started:
        yield started


def answered(server: ChatServer, function: str, question: str = QUESTION, **rest: Any) -> Response:
    request = rest.pop("request", Request(question=question))
    common = {name: rest.pop(name) for name in ("kind", "capabilities") if name in rest}
    options = {"target": f"langchain_objects:{function}", "arguments": {"base_url": server.base_url}, **rest}
    return ask(build(langchain.PLUGIN, HERE, options, **common), request)


def test_the_example_of_the_docs_runs_and_speaks_with_its_model_alone(tmp_path: Path) -> None:
    check_example("langchain", tmp_path)


def test_the_models_failures_are_sorted() -> None:
    check_model_faults(langchain.PLUGIN, "langchain_app:text_chain")


def test_a_bare_chat_model_gets_the_conversation_as_messages(server: ChatServer) -> None:
    turns = (Turn(role="user", content="Hello."), Turn(role="assistant", content="Yes?"))
    request = Request(question=QUESTION, conversation=turns)
    response = answered(server, "bare_model", kind=Kind.PROMPT, request=request)
    assert response.text == f"so: {QUESTION}"
    assert [one["role"] for one in server.bodies[0]["messages"]] == ["user", "assistant", "user"]


def test_a_bare_question_has_no_place_for_a_conversation(server: ChatServer) -> None:
    request = Request(question=QUESTION, conversation=(Turn(role="user", content="Hello."),))
    with pytest.raises(NotHeld, match="conversation"):
        answered(server, "text", kind=Kind.PROMPT, request=request)


def test_the_input_schema_tells_the_keys(server: ChatServer) -> None:
    turns = (Turn(role="user", content="Hello."), Turn(role="assistant", content="Yes?"))
    request = Request(question=QUESTION, conversation=turns)
    response = answered(server, "with_history", kind=Kind.PROMPT, request=request)
    assert response.text == f"so: {QUESTION}"
    assert len(server.bodies[0]["messages"]) == 3


def test_an_agents_graph_takes_and_returns_messages(server: ChatServer) -> None:
    response = answered(server, "agent", kind=Kind.PROMPT)
    assert response.text == f"so: {QUESTION}"
    assert response.usage.input_tokens == 10_003


def test_usage_adds_up_over_all_calls_of_an_answer(server: ChatServer) -> None:
    response = answered(server, "asked_twice", kind=Kind.PROMPT)
    once = expected_usage(3)
    assert response.usage.input_tokens == 2 * (once.input_tokens or 0)
    assert response.usage.cached_tokens == 2 * (once.cached_tokens or 0)


def test_one_call_without_usage_makes_the_sum_unknown(server: ChatServer) -> None:
    counts = iter([chat_usage(QUESTION), None])
    server.usage = lambda _: next(counts)
    assert answered(server, "asked_twice", kind=Kind.PROMPT).usage.input_tokens is None


def test_of_nested_retrievers_the_outermost_counts(server: ChatServer) -> None:
    response = answered(server, "nested")
    assert [one.text for one in response.contexts or ()] == ["first passage 3"]
    assert response.timing.retrieval_s is not None
    assert 0 < response.timing.retrieval_s < (response.timing.total_s or 0)


def test_expressions_name_answer_and_contexts(server: ChatServer) -> None:
    response = answered(server, "odd_mapping", answer="out.said", contexts="out.found[].page")
    assert response.text == f"so: {QUESTION}"
    assert response.contexts == (
        Context(text="a page", id="p1", source="book.pdf", score=0.5, metadata={"page": 7}),
    )


def test_a_mapping_without_an_answer_names_its_keys(server: ChatServer) -> None:
    response = answered(server, "odd_mapping")
    assert response.error is not None
    assert (response.error.kind, "it returned out" in response.error.message) == ("malformed", True)


def test_a_chain_that_shows_no_contexts_does_not_retrieve_silently(server: ChatServer) -> None:
    response = answered(server, "text")
    assert response.error is not None
    assert "returned no contexts" in response.error.message


def test_contexts_are_taken_where_the_input_has_a_place_for_them(server: ChatServer) -> None:
    request = Request(question=QUESTION, contexts=(Context(text="given"),))
    place = {"question": "{question}", "passages": "{contexts}"}
    accepts = frozenset({Capability.ACCEPTS_CONTEXTS})
    given = answered(
        server, "given_passages", kind=Kind.PROMPT, capabilities=accepts, input=place, request=request
    )
    assert given.text == f"so: {QUESTION}"
    assert "given" in server.bodies[0]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"target": "langchain_objects:PROMPT"}, None),
        ({"target": "langchain_objects:text"}, "not a Runnable"),
        ({"target": "langchain_objects:PROMPT", "input": {"q": "{querstion}"}}, "the question is nowhere"),
        ({"target": "langchain_objects:PROMPT", "answer": "a["}, "no JMESPath expression"),
        ({"target": "langchain_objects:none_such"}, "has no 'none_such'"),
    ],
)
def test_a_bad_config_is_told_in_a_sentence(options: dict[str, Any], told: str | None) -> None:
    if told is None:
        build(langchain.PLUGIN, HERE, options)
        return
    with pytest.raises(InputError, match=told):
        build(langchain.PLUGIN, HERE, options)


def test_what_no_chain_can_do_cannot_be_claimed() -> None:
    options = {"target": "langchain_objects:PROMPT"}
    with pytest.raises(InputError, match="claim cites"):
        build(langchain.PLUGIN, HERE, options, capabilities=frozenset({Capability.CITES}))
    with pytest.raises(InputError, match=r"no place for \{contexts\}"):
        build(langchain.PLUGIN, HERE, options, capabilities=frozenset({Capability.ACCEPTS_CONTEXTS}))


def test_a_credential_among_the_arguments_is_not_in_the_fingerprint(server: ChatServer) -> None:
    def fingerprint(**arguments: Any) -> str:
        shown = {"base_url": server.base_url, **arguments}
        return build(
            langchain.PLUGIN, HERE, {"target": "langchain_app:chain", "arguments": shown}
        ).fingerprint

    assert fingerprint(api_key="one") == fingerprint(api_key="two")
    assert fingerprint() != build(langchain.PLUGIN, HERE, {"target": "langchain_objects:PROMPT"}).fingerprint
