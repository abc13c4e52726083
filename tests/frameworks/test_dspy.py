"""The dspy adapter beyond the contract: fields, histories, the cache, its model's failures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dspy as library
import pytest
from frameworks.chat import HERE, chat_bench
from frameworks.doc_examples import check_example
from frameworks.dspy_cases import reply, usage
from frameworks.model_faults import ask, check_model_faults
from loopback import contract_script as script
from loopback.contract_cases import build
from loopback.openai_server import ChatServer

from bakeoff.adapters.answer_mapping import Malformed
from bakeoff.adapters.frameworks import dspy
from bakeoff.evals.errors import InputError, NotHeld
from bakeoff.evals.records import Context, Kind, Request, Response, Turn

QUESTION = script.GOLDEN[3]


def wrapped(text: str) -> str:
    return f"[[ ## answer ## ]]\n{text}\n\n[[ ## completed ## ]]"


def test_the_example_of_the_docs_runs_and_speaks_with_its_model_alone(tmp_path: Path) -> None:
    check_example("dspy", tmp_path, wrapped)


def test_the_models_failures_are_sorted() -> None:
    check_model_faults(dspy.PLUGIN, "dspy_app:program", reply, usage)


def test_a_repeated_question_is_asked_again() -> None:
    with ChatServer(chat_reply=reply, usage=usage) as server:
        options = {"target": "dspy_app:program", "arguments": {"base_url": server.base_url}}
        for _ in range(2):
            response = ask(build(dspy.PLUGIN, HERE, options), Request(question=QUESTION))
            assert response.usage.input_tokens == 10_003
        assert server.count == 2


def test_a_history_holds_pairs_and_nothing_else() -> None:
    lonely = (Turn(role="user", content="Hello."),)
    with (
        chat_bench(dspy.PLUGIN, "dspy_app:program", reply, usage) as bench,
        pytest.raises(NotHeld, match="pairs of question and answer"),
    ):
        ask(bench.make(), Request(question=QUESTION, conversation=lonely))


def test_usage_adds_up_over_all_calls_of_an_answer() -> None:
    response = answered("AskedTwice")
    assert response.usage.input_tokens == 22
    assert response.usage.output_tokens == 14


def test_fields_can_be_named() -> None:
    response = answered("OtherNames", input={"query": "{question}"}, answer="said", contexts="found")
    assert response.text == "hello"
    assert response.contexts == (Context(text="a passage", id="7", metadata={"pid": 7}), Context(text="bare"))


def test_a_prediction_without_the_answer_names_its_fields() -> None:
    response = answered("OtherNames", input={"query": "{question}"})
    assert response.error is not None
    assert "it has found, said" in response.error.message


def test_a_predict_is_asked_by_its_signature() -> None:
    assert dspy.default_input(library.Predict("query -> answer")) == {"query": "{question}"}
    signature = "question, history: dspy.History -> answer"
    expected = {"question": "{question}", "history": "{conversation}"}
    assert dspy.default_input(library.ChainOfThought(signature).predict) == expected


def test_passages_come_in_dspys_own_forms() -> None:
    dotted = library.dsp.utils.dotdict({"long_text": "a passage", "score": 0.5})
    assert dspy.passage_of(dotted) == {
        "text": "a passage",
        "id": None,
        "source": None,
        "score": 0.5,
        "metadata": {},
    }
    with pytest.raises(Malformed, match="a passage needs a text"):
        dspy.passage_of({"pid": 3})


def test_what_is_no_module_is_told_in_a_sentence() -> None:
    with pytest.raises(InputError, match=r"is a function, not a dspy\.Module"):
        build(dspy.PLUGIN, HERE, {"target": "dspy_app:program"})


def answered(name: str, **options: Any) -> Response:
    """The answer of a class of dspy_objects, whose model always says hello."""
    with ChatServer(reply=lambda _: wrapped("hello")) as server:
        chosen = {"target": f"dspy_objects:{name}", "arguments": {"base_url": server.base_url}, **options}
        kind = Kind.RAG if name == "OtherNames" else Kind.PROMPT
        return ask(build(dspy.PLUGIN, HERE, chosen, kind=kind), Request(question=QUESTION))
