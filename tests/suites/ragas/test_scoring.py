"""The batch, the failures, the range."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from loopback.golden_answers import golden_answers
from loopback.scripted_judge import Asked, ScriptedJudge, WordEncoder

from bakeoff.evals.errors import JudgeFailure, TransportFailure
from bakeoff.evals.protocols import Encoder, Metric, Task, Tools
from bakeoff.evals.records import Answered, Score, Status
from bakeoff.suites.ragas.factual import FactualCorrectness
from bakeoff.suites.ragas.metrics import (
    AnswerRelevancy,
    ContextPrecision,
    ContextRecall,
    Faithfulness,
    Groundedness,
)

GOLDEN = golden_answers()

Amend = Callable[[Asked, dict[str, Any]], dict[str, Any]]


def score(
    metric: Metric,
    amend: Amend = lambda _, said: said,
    batch: list[Answered] = GOLDEN[:1],
    encoder: Encoder | None = None,
) -> list[dict[str, Score] | None]:
    tools = Tools(ScriptedJudge(amend=amend), encoder or WordEncoder())
    return asyncio.run(metric.score(batch, tools))


def failure(metric: Metric, amend: Amend, encoder: Encoder | None = None) -> Score:
    """The one judge_failed score that all outputs share."""
    [scores] = score(metric, amend, encoder=encoder)
    assert scores is not None
    [first, *others] = scores.values()
    assert all(other == first for other in others)
    assert first.status is Status.JUDGE_FAILED
    assert first.value is None
    return first


def change(task: Task, **values: Any) -> Amend:
    """A judge that says something else for one task."""
    return lambda asked, said: {**said, **values} if asked.task is task else said


@pytest.mark.parametrize(
    ("metric", "task"),
    [
        (Faithfulness(), Task.VERDICTS),
        (Groundedness(), Task.VERDICTS),
        (FactualCorrectness(), Task.CLAIM_VERDICTS),
    ],
)
@pytest.mark.parametrize("difference", [-1, 1])
def test_as_many_verdicts_as_statements(metric: Metric, task: Task, difference: int) -> None:
    def amend(asked: Asked, said: dict[str, Any]) -> dict[str, Any]:
        if asked.task is not task:
            return said
        kept = said["statements"]
        return {"statements": kept[:-1] if difference < 0 else [*kept, kept[0]]}

    failed = failure(metric, amend)
    assert "verdicts on" in (failed.reason or "")
    assert failed.detail, "what was said before is kept"


@pytest.mark.parametrize(
    ("metric", "amend", "reason"),
    [
        (Faithfulness(), change(Task.STATEMENTS, statements=[]), "no statements"),
        (Groundedness(), change(Task.STATEMENTS, statements=[]), "no statements"),
        (ContextRecall(), change(Task.ATTRIBUTION, classifications=[]), "no statements"),
        (ContextPrecision(), change(Task.USEFULNESS, verdict=2), "gave 2 as a verdict"),
        (ContextPrecision(), change(Task.USEFULNESS, verdict=-1), "gave -1 as a verdict"),
        (AnswerRelevancy(), change(Task.QUESTION, noncommittal=7), "gave 7 as a verdict"),
        (AnswerRelevancy(), change(Task.QUESTION, question="\ud800"), "no valid Unicode"),
    ],
)
def test_replies_that_ragas_would_count_wrongly(metric: Metric, amend: Amend, reason: str) -> None:
    assert reason in (failure(metric, amend).reason or "")


def test_no_claims_in_the_reference() -> None:
    def amend(asked: Asked, said: dict[str, Any]) -> dict[str, Any]:
        about_reference = asked.fields.get("response") == GOLDEN[0].sample.reference
        return {"claims": []} if asked.task is Task.CLAIMS and about_reference else said

    failed = failure(FactualCorrectness(), amend)
    assert "no claims" in (failed.reason or "")


def test_no_claims_in_the_answer_is_ragas_zero() -> None:
    def amend(asked: Asked, said: dict[str, Any]) -> dict[str, Any]:
        about_answer = asked.fields.get("response") == GOLDEN[0].response.text
        return {"claims": []} if asked.task is Task.CLAIMS and about_answer else said

    [scores] = score(FactualCorrectness(), amend)
    assert scores is not None
    assert {made.value for made in scores.values()} == {0.0}


class Skewed(WordEncoder):
    """An encoder that breaks its promise of unit rows."""

    def encode(self, texts: Any) -> Any:
        return np.full((len(texts), 4), np.nan, dtype=np.float32)


def test_a_value_that_is_no_number_never_becomes_a_score() -> None:
    failed = failure(AnswerRelevancy(), lambda _, said: said, encoder=Skewed())
    assert failed.reason == "ragas gave no number"


def test_a_value_out_of_range_never_becomes_a_score() -> None:
    with pytest.raises(JudgeFailure, match=r"1\.5, which is outside of 0 to 1"):
        Faithfulness().checked(1.5, detail={})
    with pytest.raises(JudgeFailure, match=r"-1\.5, which is outside of -1 to 1"):
        AnswerRelevancy().checked(-1.5, detail={})
    assert AnswerRelevancy().checked(-0.25, detail={}).value == -0.25


METRICS: list[Metric] = [
    Faithfulness(),
    Groundedness(),
    AnswerRelevancy(),
    ContextPrecision(),
    ContextRecall(),
    FactualCorrectness(),
]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_judge_that_fails(metric: Metric) -> None:
    def amend(*_: Any) -> dict[str, Any]:
        raise JudgeFailure("the reply was no JSON, twice")

    failed = failure(metric, amend)
    assert failed.reason == "the reply was no JSON, twice"


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_broken_way_to_the_judge_leaves_only_its_own_cells_open(metric: Metric) -> None:
    def amend(asked: Asked, said: dict[str, Any]) -> dict[str, Any]:
        if "Birch" in str(asked.fields):
            raise TransportFailure("connection reset")
        return said

    first, second, third = score(metric, amend, GOLDEN[:3])
    assert second is None
    assert first is not None
    assert third is not None
    assert [first, third] == score(metric, batch=[GOLDEN[0], GOLDEN[2]])


class HangingJudge(ScriptedJudge):
    """Has a bug for one product, and never answers about the others."""

    async def decide(self, task: Task, inputs: Any, prompt: str, schema: Any, *, draw: int = 0) -> Any:
        if "Cedar" in str(inputs):
            raise RuntimeError("a bug")
        return await asyncio.Event().wait()


def test_a_bug_is_not_swallowed_and_stops_the_others() -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        asyncio.run(Faithfulness().score(GOLDEN, Tools(HangingJudge(), WordEncoder())))


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_concurrency_is_bounded_and_used(metric: Metric) -> None:
    judge = ScriptedJudge(pause_s=0.002)
    made = asyncio.run(metric.score(GOLDEN, Tools(judge, WordEncoder(), concurrency=5)))
    assert judge.peak == 5
    assert made == score(metric, batch=GOLDEN)


def test_settled_and_asked_cells_keep_their_places() -> None:
    closed = GOLDEN[1].model_copy(update={"retrieves": False})
    made = score(Faithfulness(), batch=[GOLDEN[0], closed, GOLDEN[2]])
    statuses = [scores["faithfulness"].status for scores in made if scores is not None]
    assert statuses == [Status.SCORED, Status.NOT_APPLICABLE, Status.SCORED]


def test_a_question_that_systems_share_is_encoded_once() -> None:
    encoder = WordEncoder()
    score(AnswerRelevancy(), batch=[GOLDEN[0], GOLDEN[0], GOLDEN[0]], encoder=encoder)
    assert encoder.encoded.count(GOLDEN[0].sample.question) == 1
    assert len(encoder.encoded) == 2
