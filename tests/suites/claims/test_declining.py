"""Declining: the rules first, the judge only where they say no and it can tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from loopback.scripted_judge import Asked, ScriptedJudge, WordEncoder

from bakeoff.evals.errors import JudgeFailure, TransportFailure
from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Task, Tools
from bakeoff.evals.records import Answered, Output, Response, Sample, Status
from bakeoff.suites.claims.declining import Declining, DecliningInputs, declines, knows_declining
from bakeoff.suites.claims.judged_metric import JudgedMetric
from bakeoff.suites.rule_metric import Scores, scored

QUESTION = "How heavy is the Ostrel 9?"
SILENT = "The leaflet keeps quiet about that."
"""Declines, in words that no rule has."""


def verdict(asked: Asked, _reply: Any) -> dict[str, Any]:
    """1 where the answer speaks of keeping quiet and the question of a weight: both fields matter."""
    given = asked.fields
    declined = "quiet" in given["answer"] and "heavy" in given["question"]
    return {"reason": "by a word", "verdict": int(declined)}


def judge(amend: Callable[[Asked, Any], dict[str, Any]] = verdict) -> ScriptedJudge:
    return ScriptedJudge(amend=amend)


class CannotTell(ScriptedJudge):
    """A judge without that task, as the offline one is."""

    tasks = frozenset(Task) - {Task.DECLINING}


def answered(text: str | None, *, abstained: bool = False, own_word: bool | None = None) -> Answered:
    return Answered(
        system="s",
        retrieves=False,
        sample=Sample(id="q", question=QUESTION, reference="2 kg"),
        response=Response(text=text, abstained=own_word),
        abstained=abstained,
    )


def told(item: Answered, by: ScriptedJudge) -> bool:
    return asyncio.run(declines(item, by))


def test_the_judge_is_asked_where_the_rules_say_no() -> None:
    asked = judge()
    assert told(answered(SILENT), asked)
    assert not told(answered("It weighs 2 kg."), asked)
    assert [call.task for call in asked.asked] == [Task.DECLINING, Task.DECLINING]
    assert asked.asked[0].inputs == DecliningInputs(question=QUESTION, answer=SILENT)
    assert QUESTION in asked.asked[0].prompt
    assert SILENT in asked.asked[0].prompt


@pytest.mark.parametrize(
    ("item", "declined"),
    [
        (answered("I don't know.", abstained=True), True),
        (answered("Here is nothing for you.", abstained=True, own_word=True), True),
        (answered(SILENT, own_word=False), False),
    ],
)
def test_the_rules_and_the_systems_own_word_are_enough(item: Answered, declined: bool) -> None:
    asked = judge()
    assert told(item, asked) is declined
    assert asked.asked == []


def test_a_judge_that_cannot_tell_is_not_asked() -> None:
    unable = CannotTell(amend=verdict)
    assert not told(answered(SILENT), unable)
    assert told(answered("I don't know.", abstained=True), unable)
    assert unable.asked == []
    assert not knows_declining(unable)
    assert knows_declining(judge())


def test_a_verdict_is_nought_or_one() -> None:
    assert Declining(reason="", verdict=1).verdict == 1
    with pytest.raises(ValueError, match="verdict"):
        Declining.model_validate({"reason": "", "verdict": 2})


def failing(error: Exception) -> ScriptedJudge:
    def fail(_asked: Asked, _reply: Any) -> dict[str, Any]:
        raise error

    return judge(fail)


@pytest.mark.parametrize("error", [JudgeFailure("it rambles"), TransportFailure("it is away")])
def test_failures_of_the_judge_reach_the_metric(error: Exception) -> None:
    with pytest.raises(type(error)):
        told(answered(SILENT), failing(error))
    assert told(answered("I don't know.", abstained=True), failing(error))  # who is not asked cannot fail


async def declining_score(item: Answered, by: Any) -> Scores:
    return {"declined": scored(item, float(await declines(item, by)))}


def test_in_a_metric_a_failed_verdict_has_no_value_and_a_broken_way_stays_open() -> None:
    metric = JudgedMetric(
        "declined", (Output(name="declined"),), digest(["declined"]), lambda _: None, declining_score
    )
    batch = [answered("I don't know.", abstained=True), answered(SILENT)]

    def scores(by: ScriptedJudge) -> list[Scores | None]:
        return asyncio.run(metric.score(batch, Tools(judge=by, encoder=WordEncoder())))

    sure, judged = scores(judge())
    assert sure is not None
    assert judged is not None
    assert (sure["declined"].status, sure["declined"].value) == (Status.ABSTAINED, 1.0)
    assert (judged["declined"].status, judged["declined"].value) == (Status.SCORED, 1.0)
    sure, failed = scores(failing(JudgeFailure("it rambles")))
    assert sure is not None
    assert failed is not None
    assert (failed["declined"].status, failed["declined"].value) == (Status.JUDGE_FAILED, None)
    assert failed["declined"].reason == "it rambles"
    assert scores(failing(TransportFailure("it is away")))[1] is None
