"""The haystack adapter beyond the contract: where things go in and come out, its model's failures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from frameworks.chat import HERE, chat_bench, expected_usage
from frameworks.doc_examples import check_example
from frameworks.haystack_app import store
from frameworks.haystack_objects import looping
from frameworks.model_faults import ask, check_model_faults
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.rankers import LostInTheMiddleRanker
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.dataclasses import ChatMessage
from loopback import contract_script as script
from loopback.contract_cases import build

from bakeoff.adapters.answer_mapping import Malformed
from bakeoff.adapters.frameworks import haystack
from bakeoff.adapters.frameworks.haystack_pipeline import (
    default_answer,
    default_input,
    document_sources,
    pipeline_usage,
    plain_output,
)
from bakeoff.evals.errors import InputError, NotHeld
from bakeoff.evals.records import Kind, Request, Turn

QUESTION = script.GOLDEN[3]


def test_the_example_of_the_docs_runs_and_speaks_with_its_model_alone(tmp_path: Path) -> None:
    check_example("haystack", tmp_path)


def test_the_models_failures_are_sorted() -> None:
    check_model_faults(haystack.PLUGIN, "haystack_app:pipeline")


def test_without_an_answer_builder_the_models_reply_is_the_answer() -> None:
    with chat_bench(haystack.PLUGIN, "haystack_objects:without_answers") as bench:
        response = ask(bench.make(), Request(question=QUESTION))
    assert response.text == script.golden(3)["answer"]
    assert response.usage == expected_usage(3)
    assert len(response.contexts or ()) == 2


def test_expressions_and_input_can_be_spelled_out() -> None:
    options: dict[str, Any] = {
        "input": {"retriever": {"query": "{question}"}, "prompt_builder": {"question": "{question}"}},
        "answer": "llm.replies[0].meta.model",
        "contexts": "retriever.documents[:1]",
    }
    with chat_bench(haystack.PLUGIN, "haystack_objects:without_answers", **options) as bench:
        response = ask(bench.make(), Request(question=QUESTION))
        assert (response.text, len(response.contexts or ())) == ("m", 1)
        turns = (Turn(role="user", content="Hello."),)
        with pytest.raises(NotHeld, match="conversation"):
            ask(bench.make(), Request(question=QUESTION, conversation=turns))


def test_a_pipeline_that_is_a_model_gets_messages() -> None:
    with chat_bench(haystack.PLUGIN, "haystack_objects:model_alone") as bench:
        response = ask(bench.make(), Request(question=QUESTION))
    assert response.error is not None  # of kind rag, and yet without documents
    assert "returned no contexts" in response.error.message


def test_an_agents_messages_all_count() -> None:
    call = {"usage": {"prompt_tokens": 5, "completion_tokens": 2}}
    messages = [ChatMessage.from_user("q"), *(ChatMessage.from_assistant("a", meta=call) for _ in range(2))]
    output = {"agent": {"messages": messages, "last_message": messages[-1]}}
    usage = pipeline_usage(Pipeline(), output)
    assert (usage.input_tokens, usage.output_tokens) == (10, 4)
    assert default_answer(plain_output(output), ["agent"]) == "a"


def test_the_tokens_of_a_loop_are_not_known() -> None:
    pipeline = looping()
    reply = ChatMessage.from_assistant("a", meta={"usage": {"prompt_tokens": 5, "completion_tokens": 2}})
    assert pipeline_usage(pipeline, {"llm": {"replies": [reply]}}).input_tokens is None
    assert pipeline_usage(Pipeline(), {"llm": {"replies": [reply]}}).input_tokens == 5


def test_contexts_are_those_after_which_no_documents_come() -> None:
    pipeline = Pipeline()
    pipeline.add_component("one", InMemoryBM25Retriever(store()))
    pipeline.add_component("two", InMemoryBM25Retriever(store()))
    assert document_sources(pipeline) == ["one", "two"]
    pipeline.add_component("joiner", DocumentJoiner())
    pipeline.connect("one", "joiner")
    pipeline.connect("two", "joiner")
    pipeline.add_component("ranker", LostInTheMiddleRanker())
    pipeline.connect("joiner", "ranker")
    assert document_sources(pipeline) == ["ranker"]
    assert default_input(pipeline) == {"one": {"query": "{question}"}, "two": {"query": "{question}"}}


def test_metadata_that_is_no_json_becomes_text() -> None:
    from datetime import date

    document = Document(id="d", content="text", meta={"url": "https://a", "day": date(2026, 1, 2)}, score=0.5)
    assert plain_output({"documents": [document]})["documents"] == [
        {"text": "text", "id": "d", "source": "https://a", "score": 0.5, "metadata": {"day": "2026-01-02"}}
    ]


def test_no_answer_is_malformed_and_names_what_there_is() -> None:
    with pytest.raises(Malformed, match="the result holds writer"):
        default_answer({"writer": {"documents_written": 1}}, ["writer"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"target": "haystack_objects:nothing_to_ask", "arguments": {}}, r"it has: writer\.documents"),
        ({"target": "haystack_objects:looping"}, "is a function, not a Pipeline"),
        ({"target": "haystack_objects:without_answers", "arguments": {}}, "fails with TypeError"),
    ],
)
def test_a_bad_target_is_told_in_a_sentence(options: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        build(haystack.PLUGIN, HERE, options, kind=Kind.PROMPT)
