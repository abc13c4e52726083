"""Every score is ragas' own, from the right fields."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping
from typing import Any

import pytest
from loopback.golden_answers import golden_answers
from loopback.scripted_judge import ScriptedJudge, WordEncoder

from bakeoff.evals.protocols import Task, Tools
from bakeoff.evals.records import Answered, Score, Status
from bakeoff.suites.ragas.factual import FactualCorrectness
from bakeoff.suites.ragas.metrics import (
    AnswerRelevancy,
    ContextPrecision,
    ContextRecall,
    Faithfulness,
    Groundedness,
)
from bakeoff.suites.ragas.scoring import RagasMetric

GOLDEN = golden_answers()
FIELDS = {"question", "answer", "own", "gold", "reference"}

# The specification: which field each argument of ragas' own ascore takes.
WIRING: Mapping[str, Mapping[str, str]] = {
    "faithfulness": {"user_input": "question", "response": "answer", "retrieved_contexts": "own"},
    "groundedness": {"user_input": "question", "response": "answer", "retrieved_contexts": "gold"},
    "answer_relevancy": {"user_input": "question", "response": "answer"},
    "context_precision": {
        "user_input": "question",
        "reference": "reference",
        "retrieved_contexts": "own",
    },
    "context_recall": {"user_input": "question", "reference": "reference", "retrieved_contexts": "own"},
    "factual_correctness": {"response": "answer", "reference": "reference"},
    "claim_precision": {"response": "answer", "reference": "reference"},
    "claim_recall": {"response": "answer", "reference": "reference"},
}


def metrics() -> list[RagasMetric]:
    return [
        Faithfulness(),
        Groundedness(),
        AnswerRelevancy(),
        ContextPrecision(),
        ContextRecall(),
        FactualCorrectness(),
    ]


def values_of(item: Answered) -> dict[str, Any]:
    assert item.response.contexts is not None
    return {
        "question": item.sample.question,
        "answer": item.response.text,
        "own": [context.text for context in item.response.contexts],
        "gold": list(item.sample.reference_contexts),
        "reference": item.sample.reference,
    }


def score(
    metric: RagasMetric, batch: list[Answered], judge: ScriptedJudge, concurrency: int = 32
) -> list[dict[str, Score] | None]:
    return asyncio.run(metric.score(batch, Tools(judge, WordEncoder(), concurrency)))


def ragas_scores(output: str, judge: ScriptedJudge, wiring: Mapping[str, str]) -> list[float]:
    from loopback.plain_ragas import ragas_score

    encoder = WordEncoder()
    arguments = [{argument: values_of(item)[field] for argument, field in wiring.items()} for item in GOLDEN]
    return [ragas_score(output, judge, encoder, fields) for fields in arguments]


@functools.cache
def ours(deterministic: bool) -> Mapping[str, list[float]]:
    """The scores of each output on the golden answers, under a deterministic or another judge."""
    values: dict[str, list[float]] = {}
    for metric in metrics():
        for scores in score(metric, GOLDEN, ScriptedJudge(deterministic=deterministic)):
            assert scores is not None
            assert list(scores) == [output.name for output in metric.outputs]
            for name, made in scores.items():
                assert made.status is Status.SCORED, made
                assert made.value is not None
                values.setdefault(name, []).append(made.value)
    return values


def reference_judge(deterministic: bool) -> ScriptedJudge:
    """The same judge as ragas alone meets it; a deterministic one gives every draw the same reply."""
    return ScriptedJudge(same_draws=deterministic)


def test_all_golden_fields_differ() -> None:
    texts = [value for item in GOLDEN for value in values_of(item).values()]
    flat = [part for text in texts for part in (text if isinstance(text, list) else [text])]
    assert len(GOLDEN) >= 20
    assert len(set(flat)) == len(flat)


@pytest.mark.parametrize("deterministic", [True, False])
@pytest.mark.parametrize("output", WIRING)
def test_scores_equal_ragas_own(deterministic: bool, output: str) -> None:
    expected = ragas_scores(output, reference_judge(deterministic), WIRING[output])
    assert ours(deterministic)[output] == pytest.approx(expected, abs=1e-9, rel=0)
    assert len({round(value, 6) for value in expected}) >= 3, "the golden answers tell nothing apart"


def miswired() -> list[tuple[str, str, str]]:
    kinds = {"own": "contexts", "gold": "contexts"}
    return [
        (output, argument, other)
        for output, wiring in WIRING.items()
        for argument, field in wiring.items()
        for other in sorted(FIELDS - {field})
        if kinds.get(other) == kinds.get(field)
    ]


@pytest.mark.parametrize(("output", "argument", "other"), miswired())
def test_any_other_field_in_its_place_would_show(output: str, argument: str, other: str) -> None:
    wrong = ragas_scores(output, reference_judge(True), {**WIRING[output], argument: other})
    assert ours(True)[output] != pytest.approx(wrong, abs=1e-9, rel=0)


def asked(metric: RagasMetric, item: Answered) -> list[tuple[Task, dict[str, Any]]]:
    judge = ScriptedJudge()
    score(metric, [item], judge)
    return [(call.task, call.fields) for call in judge.asked]


@pytest.mark.parametrize("item", GOLDEN[:6], ids=lambda item: item.sample.id)
def test_the_judge_sees_exactly_these_fields(item: Answered) -> None:
    texts = values_of(item)
    question, reference = texts["question"], texts["reference"]
    for metric, key in ((Faithfulness(), "own"), (Groundedness(), "gold")):
        first, second = asked(metric, item)
        assert first == (Task.STATEMENTS, {"question": question, "answer": texts["answer"]})
        assert second[0] is Task.VERDICTS
        assert second[1]["context"] == "\n".join(texts[key])
    assert asked(AnswerRelevancy(), item) == [(Task.QUESTION, {"response": texts["answer"]})]
    assert asked(ContextPrecision(), item) == [
        (Task.USEFULNESS, {"question": question, "context": chunk, "answer": reference})
        for chunk in texts["own"]
    ]
    assert asked(ContextRecall(), item) == [
        (
            Task.ATTRIBUTION,
            {"question": question, "context": "\n".join(texts["own"]), "answer": reference},
        )
    ]


def test_factual_correctness_asks_four_times_for_three_numbers() -> None:
    texts = values_of(GOLDEN[0])
    calls = asked(FactualCorrectness(), GOLDEN[0])
    assert [task for task, _ in calls] == [Task.CLAIMS, Task.CLAIM_VERDICTS] * 2
    assert [fields.get("response", fields.get("context")) for _, fields in calls] == [
        texts["answer"],
        texts["reference"],
        texts["reference"],
        texts["answer"],
    ]


def only(metric: RagasMetric, item: Answered, judge: ScriptedJudge | None = None) -> Score:
    [scores] = score(metric, [item], judge or ScriptedJudge())
    assert scores is not None
    return scores[metric.name]


def test_the_evidence_is_what_the_judge_said() -> None:
    item = GOLDEN[2]
    judge = ScriptedJudge()
    made = only(Faithfulness(), item, judge)
    statements: Any = made.detail["statements"]
    assert [part["statement"] for part in statements] == judge.asked[1].fields["statements"]
    assert {part["reason"] for part in statements} == {"by overlap"}
    assert made.value == sum(part["verdict"] for part in statements) / len(statements)

    chunks: Any = only(ContextPrecision(), item).detail["chunks"]
    assert len(chunks) == len(item.response.contexts or ())
    assert all(set(chunk) == {"reason", "verdict"} for chunk in chunks)

    parts: Any = only(ContextRecall(), item).detail["attributions"]
    assert [set(part) for part in parts] == [{"statement", "reason", "attributed"}] * len(parts)

    claims: Any = only(FactualCorrectness(), item).detail
    assert list(claims) == ["answer_claims", "reference_claims"]
    assert claims["answer_claims"] != claims["reference_claims"]


def test_a_deterministic_judge_is_asked_for_one_question() -> None:
    judge = ScriptedJudge()
    made = only(AnswerRelevancy(), GOLDEN[0], judge)
    assert [call.draw for call in judge.asked] == [0]
    assert len(made.detail["questions"]) == 1  # type: ignore[arg-type]


def test_other_judges_are_asked_for_each_draw() -> None:
    judge = ScriptedJudge(deterministic=False)
    made = only(AnswerRelevancy(strictness=4), GOLDEN[0], judge)
    assert [call.draw for call in judge.asked] == [0, 1, 2, 3]
    assert len({call.prompt for call in judge.asked}) == 1
    assert len(made.detail["questions"]) > 1  # type: ignore[arg-type]


def test_draws_are_counted_for_each_score_alone() -> None:
    judge = ScriptedJudge(deterministic=False)
    score(AnswerRelevancy(), [GOLDEN[0], GOLDEN[0]], judge)
    assert sorted(call.draw for call in judge.asked) == [0, 0, 1, 1, 2, 2]
