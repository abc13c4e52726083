"""A metric that reads the answer alone: what is outside, what failed, and what it says of the rest."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from toys.plan import ToyEncoder, ToyJudge

from bakeoff.evals.protocols import Metric, Tools
from bakeoff.evals.records import Answered, Failure, Output, Response, Sample, Score, Status
from bakeoff.suites.rule_metric import RuleMetric, Scores, failure, scored

OUTPUTS = (
    Output(name="good"),
    Output(name="bad", direction="lower"),
    Output(name="open", low=None, high=None, on_failure="leave_out"),
)
DOWN = Response(error=Failure(kind="error", message="down"))


def item(text: str = "fine", **fields: Any) -> Answered:
    given = {
        "system": "x",
        "retrieves": False,
        "sample": Sample(id="1", question="q"),
        "response": Response(text=text),
    }
    return Answered(**{**given, **fields})


def rule(answered: Answered) -> Scores:
    return {output.name: scored(answered, len(answered.response.text or "") / 100) for output in OUTPUTS}


def outside(answered: Answered) -> str | None:
    return None if answered.sample.answerable else "nothing to find"


METRIC = RuleMetric("m", OUTPUTS, "m-1", outside, rule)


def score(*items: Answered, metric: RuleMetric = METRIC) -> list[Scores | None]:
    return asyncio.run(metric.score(items, Tools(ToyJudge(), ToyEncoder())))


def test_it_is_a_metric_without_judge_or_encoder() -> None:
    assert isinstance(METRIC, Metric)
    assert (METRIC.needs_judge, METRIC.needs_encoder, METRIC.also_reads) == (False, False, frozenset())


def test_one_row_for_each_answer_in_order() -> None:
    rows = score(*(item("x" * n) for n in range(4)))
    assert [row["good"].value for row in rows if row] == [0.0, 0.01, 0.02, 0.03]
    assert score() == []


def test_what_lies_outside_is_not_applicable_even_where_it_failed() -> None:
    sample = Sample(id="1", question="q", answerable=False)
    wanted = Score(status=Status.NOT_APPLICABLE, reason="nothing to find")
    for one in (item(sample=sample), item(sample=sample, response=DOWN)):
        assert score(one) == [{output.name: wanted for output in OUTPUTS}]
        assert METRIC.inapplicable(one) == wanted
    assert METRIC.inapplicable(item(response=DOWN)) is None


def test_a_failure_never_reaches_the_rule() -> None:
    def forbidden(_: Answered) -> Scores:
        raise AssertionError("asked of a failure")

    (row,) = score(item(response=DOWN), metric=RuleMetric("m", OUTPUTS, "m-1", outside, forbidden))
    assert row == {
        "good": Score(status=Status.SYSTEM_FAILED, value=0.0, reason="down"),
        "bad": Score(status=Status.SYSTEM_FAILED, value=1.0, reason="down"),
        "open": Score(status=Status.SYSTEM_FAILED, reason="down"),
    }
    assert row["bad"] == failure(item(response=DOWN), OUTPUTS[1])


def test_an_abstention_keeps_its_status_and_its_value() -> None:
    assert scored(item(abstained=True), 0.5) == Score(status=Status.ABSTAINED, value=0.5)
    assert scored(item(), 0.5, {"why": "so"}) == Score(status=Status.SCORED, value=0.5, detail={"why": "so"})


def test_the_rule_runs_beside_the_event_loop() -> None:
    threads: list[int] = []

    def noting(answered: Answered) -> Scores:
        threads.append(threading.get_ident())
        return rule(answered)

    score(item(), metric=RuleMetric("m", OUTPUTS, "m-1", outside, noting))
    assert threads
    assert threading.get_ident() not in threads
