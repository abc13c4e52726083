"""Declined or made up, borrowed, and right: what each metric makes of an answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel
from toys.plan import ToyEncoder

from bakeoff.evals.abstention import is_abstention
from bakeoff.evals.errors import JudgeFailure, TransportFailure
from bakeoff.evals.protocols import Judge, M, Task, Tools
from bakeoff.evals.records import Answered, Failure, Response, Sample, Score, Status, Usage
from bakeoff.suites.claims.judged_metric import JudgedMetric
from bakeoff.suites.near_miss.metrics import borrowed_metric, declined_metric, denied, right_metric
from bakeoff.suites.near_miss.near_questions import Near
from bakeoff.suites.near_miss.note import NearMiss, derived, near_miss
from bakeoff.suites.rule_metric import RuleMetric

ORIGIN = Sample(
    id="q",
    question="What does the Ostrel weigh?",
    reference="The Ostrel weighs 7 grams and has 40 parts.",
    extras={"references": ["The Ostrel: 41 parts"], "old": "6 grams", "new": "7 grams"},
)
MISS = derived(ORIGIN, "version", Near("What does the Ostrel 7 weigh?", "Ostrel 7", "Ostrel"))


class Says:
    """A judge of one opinion, or one that breaks."""

    name = fingerprint = "says"
    deterministic, offline, note = True, False, "a toy"
    usage = Usage()

    def __init__(self, verdict: int | Exception, tasks: frozenset[Task] | None = None) -> None:
        self.verdict, self.tasks, self.asked = verdict, tasks, 0

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        self.asked += 1
        if isinstance(self.verdict, Exception):
            raise self.verdict
        return schema.model_validate({"reason": "so", "verdict": self.verdict})

    async def aclose(self) -> None: ...


def scores(
    metric: RuleMetric | JudgedMetric, text: str | None, sample: Sample = MISS, judge: Judge | None = None
) -> dict[str, Score] | None:
    failure = Failure(kind="error", message="broken") if text is None else None
    item = Answered(
        system="s",
        retrieves=False,
        sample=sample,
        response=Response(text=text, error=failure),
        abstained=text is not None and is_abstention(text),
    )
    tools = Tools(judge or Says(0, frozenset()), ToyEncoder())
    (found,) = asyncio.run(metric.score([item], tools))
    return found


def values(found: dict[str, Score] | None) -> dict[str, float | None]:
    assert found is not None
    return {name: score.value for name, score in found.items()}


def test_a_near_miss_has_no_answer_and_knows_its_neighbour() -> None:
    assert (MISS.id, MISS.origin, MISS.variant) == ("q~near_version", "q", "near_version")
    assert not MISS.answerable
    assert MISS.reference is None
    assert set(MISS.extras) == {"near_miss"}
    assert near_miss(MISS) == NearMiss(
        family="version",
        asked="Ostrel 7",
        replaced="Ostrel",
        question=ORIGIN.question,
        neighbours=("The Ostrel weighs 7 grams and has 40 parts.", "The Ostrel: 41 parts"),
    )
    assert near_miss(ORIGIN) is None


@pytest.mark.parametrize(
    ("text", "declined"),
    [
        ("I do not know.", 1.0),
        ("There is no Ostrel 7; the Ostrel weighs 7 grams.", 1.0),
        ("It weighs 7 grams.", 0.0),
        ("There is no need to weigh the Ostrel 7: 40 grams.", 0.0),
    ],
)
def test_declined_and_made_up_sum_to_one(text: str, declined: float) -> None:
    found = values(scores(declined_metric(), text))
    assert found == {"declined": declined, "made_up": 1 - declined}


@pytest.mark.parametrize(
    ("text", "says_so"),
    [
        ("The Ostrel 7 does not exist.", True),
        ("The Ostrel 7 hub doesn’t actually exist", True),
        ("We have no product called that.", True),
        ("I know no device of that name", True),
        ("We don't sell an Ostrel 7.", True),
        ("I have never heard of the Ostrel 7.", True),
        ("the ostrel 7 is not one of our models", True),
        ("The Ostrel 7 is not a real product", True),
        ("There isn't such a thing", False),
        ("No such model", True),
        ("I don't recommend the Ostrel 7, it weighs 50 grams", False),
        ("The Ostrel 7 is not heavy: 50 grams", False),
        ("There is no Ostrel 8", False),
        ("", False),
    ],
)
def test_who_denies_the_thing_by_name(text: str, says_so: bool) -> None:
    assert denied(text, "Ostrel 7") is says_so


def test_the_judge_is_asked_where_the_rules_see_no_refusal() -> None:
    judge = Says(1)
    assert values(scores(declined_metric(), "That model is a fiction.", judge=judge))["declined"] == 1.0
    assert judge.asked == 1
    scores(declined_metric(), "I do not know.", judge=judge)
    scores(declined_metric(), "There is no Ostrel 7.", judge=judge)
    assert judge.asked == 1


def test_what_the_judge_cannot_say_is_missing_and_not_zero() -> None:
    found = scores(declined_metric(), "It is 5.", judge=Says(JudgeFailure("no")))
    assert found is not None
    assert {score.status for score in found.values()} == {Status.JUDGE_FAILED}
    assert scores(declined_metric(), "It is 5.", judge=Says(TransportFailure("away"))) is None


@pytest.mark.parametrize(
    ("text", "borrowed"),
    [
        ("The Ostrel 7 weighs 7 grams and has 40 parts.", 1.0),
        ("It has 41 parts.", 1.0),  # the other acceptable answer's value
        ("The Ostrel 7 has 40 parts.", 0.0),  # the 7 is the name's
        ("It weighs 70 grams and has 40 parts.", 0.0),
        ("There is no Ostrel 7; the Ostrel has 41 parts.", 0.0),
        ("I do not know.", 0.0),
    ],
)
def test_borrowed_is_the_neighbours_whole_value(text: str, borrowed: float) -> None:
    assert values(scores(borrowed_metric(), text)) == {"borrowed": borrowed}


def test_right_is_asked_of_the_known_question_only() -> None:
    metric = right_metric()
    assert values(scores(metric, "7 grams, 40 parts", ORIGIN)) == {"right": 1.0}
    assert values(scores(metric, "7 grams", ORIGIN)) == {"right": 0.0}
    for sample in (MISS, ORIGIN.model_copy(update={"reference": None, "extras": {}})):
        found = scores(metric, "41 parts", sample)
        assert found is not None
        assert found["right"].status is Status.NOT_APPLICABLE


def test_the_known_question_is_no_near_miss() -> None:
    for metric in (declined_metric(), borrowed_metric()):
        found: Any = scores(metric, "7 grams", ORIGIN)
        assert {score.status for score in found.values()} == {Status.NOT_APPLICABLE}


def test_a_failure_declined_nothing_and_made_nothing_up() -> None:
    assert values(scores(declined_metric(), None)) == {"declined": 0.0, "made_up": None}
    assert values(scores(borrowed_metric(), None)) == {"borrowed": None}
