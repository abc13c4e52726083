"""Factual correctness in all of ragas' settings."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import pytest
from loopback.golden_answers import golden_answers
from loopback.scripted_judge import ScriptedJudge, WordEncoder

from bakeoff.evals.protocols import Task, Tools
from bakeoff.evals.records import Score
from bakeoff.suites.ragas.factual import FactualCorrectness, FactualOptions

GOLDEN = golden_answers()[:6]
Level = Literal["low", "high"]


def score(options: FactualOptions, judge: ScriptedJudge) -> list[dict[str, Score] | None]:
    metric = FactualCorrectness(options)
    return asyncio.run(metric.score(GOLDEN, Tools(judge, WordEncoder(), concurrency=1)))


@pytest.mark.parametrize("mode", ["f1", "precision", "recall"])
@pytest.mark.parametrize("atomicity", ["low", "high"])
@pytest.mark.parametrize("coverage", ["low", "high"])
def test_each_setting_reaches_ragas(mode: Any, atomicity: Level, coverage: Level) -> None:
    from loopback.plain_ragas import PlainLLM
    from ragas.metrics.collections import FactualCorrectness as RagasFactualCorrectness

    ours, theirs = ScriptedJudge(), ScriptedJudge()
    options = FactualOptions(mode=mode, atomicity=atomicity, coverage=coverage)
    scores = score(options, ours)
    for item, made in zip(GOLDEN, scores, strict=True):
        assert made is not None
        plain = RagasFactualCorrectness(
            llm=PlainLLM(theirs), mode=mode, atomicity=atomicity, coverage=coverage
        )
        arguments: Any = {"response": item.response.text, "reference": item.sample.reference}
        expected = asyncio.run(plain.ascore(**arguments)).value
        assert made["factual_correctness"].value == pytest.approx(expected, abs=1e-9)
    assert [call.prompt for call in ours.asked] == [call.prompt for call in theirs.asked]


def test_precision_asks_about_the_answer_alone() -> None:
    judge = ScriptedJudge()
    [first, *_] = score(FactualOptions(mode="precision"), judge)
    assert [call.task for call in judge.asked] == [Task.CLAIMS, Task.CLAIM_VERDICTS] * len(GOLDEN)
    assert first is not None
    assert list(first) == ["factual_correctness"]
    assert list(first["factual_correctness"].detail) == ["answer_claims"]


def test_the_three_numbers_come_from_the_same_verdicts_under_any_judge() -> None:
    judge = ScriptedJudge(deterministic=False)
    scores = score(FactualOptions(), judge)
    assert len(judge.asked) == 4 * len(GOLDEN)
    for made in scores:
        assert made is not None
        claims: Any = made["factual_correctness"].detail
        true = sum(claim["verdict"] for claim in claims["answer_claims"])
        missed = sum(1 - claim["verdict"] for claim in claims["reference_claims"])
        assert made["claim_precision"].value == round(true / len(claims["answer_claims"]), 2)
        assert made["claim_recall"].value == round(true / max(1, true + missed), 2)
        assert not made["claim_precision"].detail
        assert not made["claim_recall"].detail
