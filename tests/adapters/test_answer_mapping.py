"""What becomes of a returned value: every key, every refusal, every capability rule."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.answer_mapping import (
    Malformed,
    context,
    excerpt,
    fit,
    parse_json,
    to_response,
    well_formed,
)
from bakeoff.evals.records import Capability, Citation, Context, Failure, Request, Response, Timing

LIVE = frozenset({Capability.LIVE})
RETRIEVES = frozenset({Capability.LIVE, Capability.RETRIEVES})
ASKED = Request(question="q")
KIT = (Context(text="handed over"),)


def test_a_text_is_the_answer() -> None:
    assert to_response("hello") == Response(text="hello")


def test_a_response_stays_itself() -> None:
    response = Response(text="hello", extras={"kept": 1})
    assert to_response(response) is response


@pytest.mark.parametrize("key", ["answer", "response", "text"])
def test_the_answers_three_names(key: str) -> None:
    assert to_response({key: "hello"}).text == "hello"


def test_ragas_contexts_and_timing_and_extras() -> None:
    response = to_response(
        {
            "response": "r",
            "retrieved_contexts": ["a", "b"],
            "timing": {"first_token_s": 0.25, "retrieval_s": 0.5},
            "extras": {"model": "m"},
        }
    )
    assert response.contexts == (Context(text="a"), Context(text="b"))
    assert response.timing == Timing(first_token_s=0.25, retrieval_s=0.5)
    assert response.extras == {"model": "m"}


def test_a_context_with_every_key() -> None:
    item = {
        "context_text": "t",
        "context_id": 7,
        "source": "s",
        "score": -0.5,
        "page": 3,
        "metadata": {"lang": "en"},
    }
    assert context(item) == Context(
        text="t", id="7", source="s", score=-0.5, metadata={"lang": "en", "page": 3}
    )


def test_citations_as_texts_and_as_mappings() -> None:
    response = to_response({"answer": "a", "citations": ["doc", {"url": "u", "start": 0, "end": 1.0}]})
    assert response.citations == (Citation(source="doc"), Citation(source="u", start=0, end=1))


def test_an_abstention_without_words_is_an_empty_answer() -> None:
    response = to_response({"answer": None, "abstained": True})
    assert (response.text, response.abstained) == ("", True)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ("no index", Failure(kind="error", message="no index")),
        ({"kind": "time_out", "message": "slow"}, Failure(kind="time_out", message="slow")),
        ({"message": "m"}, Failure(kind="error", message="m")),
    ],
)
def test_an_error_in_place_of_an_answer(error: Any, failure: Failure) -> None:
    assert to_response({"error": error}) == Response(error=failure)


def test_an_empty_error_is_none() -> None:
    assert to_response({"answer": "a", "error": ""}).error is None


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "got nothing"),
        (12, "got a int"),
        ({}, "answer is nothing"),
        ({"answer": 12}, "answer is a int"),
        ({"answer": "a", "context": ["c"]}, "unknown key 'context'"),
        ({"answer": "a", "text": "b"}, "'answer' twice"),
        ({"answer": "a", "contexts": "c"}, "contexts is a str"),
        ({"answer": "a", "contexts": [3]}, "a context is a text or a mapping"),
        ({"answer": "a", "contexts": [{"id": "1"}]}, "a context needs a text"),
        ({"answer": "a", "contexts": [{"text": "c", "score": "high"}]}, "score is a str"),
        ({"answer": "a", "citations": [{"start": 1}]}, "a citation needs"),
        ({"answer": "a", "usage": {"tokens": 3}}, "unknown usage"),
        ({"answer": "a", "usage": {"input_tokens": "3"}}, "input_tokens is a str"),
        ({"answer": "a", "usage": {"input_tokens": True}}, "input_tokens is a bool"),
        ({"answer": "a", "usage": {"input_tokens": 1.5}}, "not a whole number"),
        ({"answer": "a", "usage": {"cost_usd": -1}}, "cannot be"),
        ({"answer": "a", "usage": {"cost_usd": float("nan")}}, "no JSON"),
        ({"answer": "a", "timing": {"total": 1}}, "unknown timing"),
        ({"answer": "a", "abstained": "no"}, "abstained is a str"),
        ({"answer": "a", "extras": {"x": object()}}, "extras is no JSON"),
        ({"answer": "a", "error": "e"}, "both an answer and an error"),
        ({"error": {"kind": "odd", "message": "m"}}, "error is a text"),
    ],
)
def test_what_is_no_answer_is_refused_with_its_reason(returned: Any, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        to_response(returned)


def test_a_mapping_that_holds_itself_is_refused() -> None:
    endless: dict[str, Any] = {"answer": "a"}
    endless["extras"] = endless
    with pytest.raises(Malformed, match="too deeply"):
        to_response(endless)


def test_retrieving_systems_must_say_what_they_retrieved() -> None:
    with pytest.raises(Malformed, match="returned no contexts"):
        fit(Response(text="a"), ASKED, RETRIEVES)
    assert fit(Response(text="a", contexts=()), ASKED, RETRIEVES).contexts == ()


def test_other_systems_have_no_contexts() -> None:
    with pytest.raises(Malformed, match="lack 'retrieves'"):
        fit(Response(text="a", contexts=KIT), ASKED, LIVE)
    assert fit(Response(text="a", contexts=()), ASKED, LIVE).contexts is None


def test_citations_need_the_capability() -> None:
    with pytest.raises(Malformed, match="lack 'cites'"):
        fit(Response(text="a", citations=(Citation(source="s"),)), ASKED, LIVE)


@pytest.mark.parametrize("handed", [(), KIT])
def test_contexts_handed_over_are_the_ones_used(handed: tuple[Context, ...]) -> None:
    request = Request(question="q", contexts=handed)
    assert fit(Response(text="a"), request, RETRIEVES).contexts == handed
    own = Response(text="a", contexts=(Context(text="reported"),))
    assert fit(own, request, RETRIEVES) == own


def test_an_error_needs_no_contexts() -> None:
    failed = Response(error=Failure(kind="error", message="m"), contexts=KIT)
    assert fit(failed, ASKED, RETRIEVES).contexts is None


def test_lone_surrogates_are_replaced_everywhere_and_pairs_joined() -> None:
    response = to_response(json.loads('{"answer": "x\\ud800y", "extras": {"k\\udfff": ["\\ud83d\\ude00"]}}'))
    assert response.text == "x\ufffdy"
    assert response.extras == {"k\ufffd": ["😀"]}
    response.model_dump_json()  # what a store does with it


@given(st.text(st.characters(codec=None)))
def test_well_formed_text_can_be_encoded_and_stays_if_it_could(text: str) -> None:
    mended = well_formed(text)
    mended.encode()
    assert mended == text or any("\ud800" <= char <= "\udfff" for char in text)


@pytest.mark.parametrize("text", ["NaN", '{"a": Infinity}', "[" * 100_000, "{", "", b"\xff\xfe\x00"])
def test_only_json_is_json(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_json(text)


def test_an_excerpt_is_short_on_one_line_and_without_secrets() -> None:
    told = excerpt(b"key=hunter22 \n" + b"x" * 500, ["hunter22"])
    assert "hunter22" not in told
    assert "\n" not in told
    assert len(told) < 200


def test_a_secret_that_the_cut_would_halve_is_masked_first() -> None:
    told = excerpt("x" * 155 + "hunter22", ["hunter22"])
    assert "hunt" not in told
