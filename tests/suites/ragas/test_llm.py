"""Recovering what a prompt was rendered from, on hostile text; draws."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback.scripted_judge import ScriptedJudge

from bakeoff.evals.protocols import Task
from bakeoff.suites.ragas import evidence, library
from bakeoff.suites.ragas.factual import FactualCorrectness
from bakeoff.suites.ragas.llm import INPUT_MARK, OUTPUT_MARK, Transcript, judge_llm, recover_inputs
from bakeoff.suites.ragas.metrics import AnswerRelevancy, ContextPrecision, ContextRecall, Faithfulness

library.load()

PROMPTS: list[Any] = [
    prompt
    for metric in (
        Faithfulness(),
        AnswerRelevancy(),
        ContextPrecision(),
        ContextRecall(),
        FactualCorrectness(),
    )
    for prompt in metric.prompts().values()
]

MARKS = [INPUT_MARK, OUTPUT_MARK, "input: {", "```json", "return 1"]
ESCAPES = ['"', "'", "\\", "\\n", "\\ud800", "{", "}", "\n", "\r", "\t", "\x00", "\x85", "\u2028"]
LETTERS = ["\ud800", "\udc00", "\U0001f600", "é"]

hostile = st.one_of(
    st.text(st.characters()),  # lone surrogates included
    st.lists(st.sampled_from([*MARKS, *ESCAPES, *LETTERS])).map("".join),
)


@given(prompt=st.sampled_from(PROMPTS), data=st.data())
def test_inputs_survive_the_round_trip(prompt: Any, data: st.DataObject) -> None:
    fields: dict[str, Any] = {}
    for name, field in prompt.input_model.model_fields.items():
        if name in ("atomicity", "coverage"):
            continue
        texts = st.builds(evidence.readable, hostile)
        fields[name] = data.draw(texts if field.annotation is str else st.lists(texts, max_size=4))
    inputs = prompt.input_model(**fields)
    assert recover_inputs(prompt().to_string(inputs), prompt.input_model) == inputs


@pytest.mark.parametrize("text", ["", "no mark at all", f"x{INPUT_MARK}{{}}", f"{{}}{OUTPUT_MARK}"])
def test_a_prompt_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a form that this suite does not know"):
        recover_inputs(text, PROMPTS[0].input_model)


def test_a_prompt_with_other_inputs_is_refused() -> None:
    with pytest.raises(ValueError, match="does not hold a StatementGeneratorInput"):
        recover_inputs(f"x{INPUT_MARK}{{}}{OUTPUT_MARK}", PROMPTS[0].input_model)


def test_every_task_is_told_from_the_others() -> None:
    metrics = (Faithfulness(), AnswerRelevancy(), ContextPrecision(), ContextRecall(), FactualCorrectness())
    tasks = [task for metric in metrics for task in metric.prompts()]
    of_ragas = set(Task) - {Task.RUBRIC, Task.DECLINING}
    assert sorted(tasks) == sorted(of_ragas)
    assert len({prompt.output_model for prompt in PROMPTS}) == len(of_ragas)


def transcript(judge: ScriptedJudge) -> Transcript:
    tasks = {
        prompt.output_model: (task, prompt.input_model)
        for task, prompt in AnswerRelevancy().prompts().items()
    }
    return Transcript(judge, tasks)


def ask(transcript: Transcript, *texts: str) -> list[Any]:
    [prompt] = AnswerRelevancy().prompts().values()
    rendered = [prompt().to_string(prompt.input_model(response=text)) for text in texts]

    async def all_of_them() -> list[Any]:
        return [await judge_llm(transcript).agenerate(text, prompt.output_model) for text in rendered]

    return asyncio.run(all_of_them())


def test_the_kth_identical_prompt_is_draw_k() -> None:
    judge = ScriptedJudge(deterministic=False)
    made = ask(transcript(judge), "one", "two", "one", "one", "two")
    assert [(call.fields["response"], call.draw) for call in judge.asked] == [
        ("one", 0),
        ("two", 0),
        ("one", 1),
        ("one", 2),
        ("two", 1),
    ]
    assert len(made) == 5


def test_a_deterministic_judge_is_asked_once_and_answers_each_time() -> None:
    judge = ScriptedJudge()
    talk = transcript(judge)
    first, _, third = ask(talk, "one", "two", "one")
    assert [(call.fields["response"], call.draw) for call in judge.asked] == [("one", 0), ("two", 0)]
    assert first == third
    assert len(talk.exchanges) == 3


@pytest.mark.parametrize("deterministic", [True, False])
def test_a_second_pass_asks_nobody(deterministic: bool) -> None:
    judge = ScriptedJudge(deterministic=deterministic)
    talk = transcript(judge)
    first = ask(talk, "one", "one")
    calls = len(judge.asked)
    second = talk.again()
    assert second.exchanges == []
    assert ask(second, "one", "one") == first
    assert len(judge.asked) == calls


def test_sync_generation_is_refused() -> None:
    [prompt] = AnswerRelevancy().prompts().values()
    with pytest.raises(NotImplementedError, match="asynchronously"):
        judge_llm(transcript(ScriptedJudge())).generate("x", prompt.output_model)
