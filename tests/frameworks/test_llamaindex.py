"""The llamaindex adapter beyond the contract: kinds of engines, streams, its model's failures."""

from __future__ import annotations

from pathlib import Path

import pytest
from frameworks.chat import HERE, chat_bench, expected_usage
from frameworks.corpus import expected_contexts
from frameworks.doc_examples import check_example
from frameworks.model_faults import ask, check_model_faults
from loopback import contract_script as script
from loopback.contract_cases import build

from bakeoff.adapters.frameworks import llamaindex
from bakeoff.evals.errors import InputError, NotHeld
from bakeoff.evals.records import Request, Turn

QUESTION = script.GOLDEN[3]


def test_the_example_of_the_docs_runs_and_speaks_with_its_model_alone(tmp_path: Path) -> None:
    check_example("llamaindex", tmp_path)


@pytest.mark.parametrize("function", ["query_engine", "chat_engine"])
def test_the_models_failures_are_sorted(function: str) -> None:
    check_model_faults(llamaindex.PLUGIN, f"llamaindex_app:{function}")


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_stream_is_read_to_its_end(asynchronous: bool) -> None:
    target = "llamaindex_app:streaming_engine"
    with chat_bench(llamaindex.PLUGIN, target, asynchronous=asynchronous) as bench:
        response = ask(bench.make(), Request(question=QUESTION))
    assert response.text == script.golden(3)["answer"]
    assert response.contexts == expected_contexts(3)
    assert response.usage == expected_usage(3)


def test_retrieval_is_timed_apart() -> None:
    with chat_bench(llamaindex.PLUGIN, "llamaindex_app:query_engine") as bench:
        timing = ask(bench.make(), Request(question=QUESTION)).timing
    assert timing.retrieval_s is not None
    assert 0 < timing.retrieval_s < (timing.total_s or 0)


def test_a_query_engine_has_no_place_for_a_conversation() -> None:
    request = Request(question=QUESTION, conversation=(Turn(role="user", content="Hello."),))
    with (
        chat_bench(llamaindex.PLUGIN, "llamaindex_app:query_engine") as bench,
        pytest.raises(NotHeld, match="conversation"),
    ):
        ask(bench.make(), request)


def test_a_node_without_a_source_names_the_document_that_it_was_cut_from() -> None:
    from llama_index.core import Document
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.schema import NodeWithScore

    document = Document(id_="manual", text="One sentence.", metadata={"page": 3})
    node = SentenceSplitter().get_nodes_from_documents([document])[0]
    made = llamaindex.node_passage(NodeWithScore(node=node, score=0.5))
    assert (made["text"], made["source"], made["score"]) == ("One sentence.", "manual", 0.5)
    assert made["metadata"] == {"page": 3}


@pytest.mark.parametrize(
    ("target", "arguments", "told"),
    [
        ("llamaindex_app:model", None, "is a function, neither a query engine nor a chat engine"),
        ("llamaindex_app:index", {}, "is a VectorStoreIndex, neither a query engine nor a chat engine"),
        ("llamaindex_objects:CHAT", None, "a chat engine keeps its conversation"),
        ("llamaindex_app:query_engine", {}, "fails with TypeError"),
    ],
)
def test_a_bad_target_is_told_in_a_sentence(target: str, arguments: dict[str, str] | None, told: str) -> None:
    with pytest.raises(InputError, match=told):
        build(llamaindex.PLUGIN, HERE, {"target": target, "arguments": arguments})
