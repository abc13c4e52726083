"""A prompt that knows its schema renders what ragas' own renders, character for character."""

from __future__ import annotations

from typing import Any, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback.scripted_judge import ScriptedJudge, WordEncoder

from bakeoff.suites.ragas import library
from bakeoff.suites.ragas.embeddings import Vectors, encoder_embedding
from bakeoff.suites.ragas.llm import Transcript, judge_llm
from bakeoff.suites.ragas.prompts import KnownSchema, with_known_schemas

PROMPTS = {
    "Faithfulness": 2,
    "AnswerRelevancy": 1,
    "ContextPrecisionWithReference": 1,
    "ContextRecall": 1,
    "FactualCorrectness": 2,
}


def ragas_metric(name: str) -> Any:
    library.load()
    from ragas.metrics import collections

    llm = judge_llm(Transcript(ScriptedJudge(), {}))
    more = {"embeddings": encoder_embedding(Vectors(WordEncoder()))} if name == "AnswerRelevancy" else {}
    return getattr(collections, name)(llm=llm, **more)


def prompts_of(metric: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(metric).items() if hasattr(value, "to_string")}


def filled(model: Any, text: str) -> Any:
    """An input with the text in every field, whatever the field's type."""
    lists = {name for name, field in model.model_fields.items() if get_origin(field.annotation) is list}
    return model(**{name: [text, "second"] if name in lists else text for name in model.model_fields})


@pytest.mark.parametrize("name", PROMPTS)
@settings(max_examples=15, deadline=None)
@given(text=st.text())
def test_the_text_is_ragas_own(name: str, text: str) -> None:
    plain, known = prompts_of(ragas_metric(name)), prompts_of(with_known_schemas(ragas_metric(name)))
    assert len(plain) == len(known) == PROMPTS[name]
    for attribute, prompt in plain.items():
        inputs = filled(prompt.input_model, text)
        assert known[attribute].to_string(inputs) == prompt.to_string(inputs)


@pytest.mark.parametrize("name", PROMPTS)
def test_every_prompt_knows_its_schema_and_ragas_classes_stay_as_they_are(name: str) -> None:
    for prompt in prompts_of(with_known_schemas(ragas_metric(name))).values():
        assert isinstance(prompt.output_model, KnownSchema)
        assert not isinstance(type(prompt).output_model, KnownSchema)
