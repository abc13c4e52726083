"""What becomes of the judge's failures, in which order scores come, and how many judgements run at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from toys.plan import ToyEncoder, ToyJudge

from bakeoff.evals.errors import JudgeFailure, TransportFailure
from bakeoff.evals.protocols import Judge, Metric, Tools
from bakeoff.evals.records import Answered, Failure, Output, Response, Sample, Score, Status
from bakeoff.suites.claims.judged_metric import JudgedMetric
from bakeoff.suites.rule_metric import Scores, scored

GOOD = Output(name="good")
OUTPUTS = (
    GOOD,
    Output(name="bad", direction="lower"),
    Output(name="open", low=None, high=None, on_failure="leave_out"),
)


def item(text: str | None = "fine", **fields: Any) -> Answered:
    response = (
        Response(error=Failure(kind="time_out", message="too slow")) if text is None else Response(text=text)
    )
    sample = Sample(id="1", question="q", answerable=fields.pop("answerable", True))
    return Answered(system="x", retrieves=False, sample=sample, response=response, **fields)


async def length(answered: Answered, judge: Judge) -> Scores:
    del judge
    text = answered.response.text or ""
    if text == "gibberish":
        raise JudgeFailure("cannot read it")
    if text == "away":
        raise TransportFailure("the way broke")
    return {output.name: scored(answered, len(text) / 100) for output in OUTPUTS}


def metric(judge: Any = length) -> JudgedMetric:
    def outside(answered: Answered) -> str | None:
        return None if answered.sample.answerable else "nothing to find"

    return JudgedMetric("m", OUTPUTS, "m-1", outside, judge)


def score(*items: Answered, judge: Any = length, concurrency: int = 4) -> list[Scores | None]:
    return asyncio.run(metric(judge).score(items, Tools(ToyJudge(), ToyEncoder(), concurrency)))


def test_it_is_a_metric_that_needs_the_judge() -> None:
    made = metric()
    assert isinstance(made, Metric)
    assert (made.needs_judge, made.needs_encoder, made.also_reads) == (True, False, frozenset())


def test_scores_come_in_the_order_of_the_answers() -> None:
    async def slow_first(answered: Answered, judge: Judge) -> Scores:
        await asyncio.sleep(0.02 if len(answered.response.text or "") == 1 else 0)
        return await length(answered, judge)

    rows = score(*(item("x" * n) for n in range(1, 6)), judge=slow_first)
    assert [row["good"].value for row in rows if row] == [n / 100 for n in range(1, 6)]


def test_a_failed_judgement_is_judge_failed_in_all_outputs_and_touches_no_other() -> None:
    first, second, third = score(item(), item("gibberish"), item())
    assert second == {
        output.name: Score(status=Status.JUDGE_FAILED, reason="cannot read it") for output in OUTPUTS
    }
    assert first == third == {output.name: Score(status=Status.SCORED, value=0.04) for output in OUTPUTS}


def test_a_broken_way_leaves_the_cell_open_and_touches_no_other() -> None:
    first, second = score(item("away"), item())
    assert first is None
    assert second is not None
    assert second["good"].status is Status.SCORED


def test_any_other_error_is_a_defect_and_not_swallowed() -> None:
    async def broken(*_: object) -> Scores:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        score(item(), judge=broken)


async def forbidden(*_: object) -> Scores:
    raise AssertionError("nobody may ask the judge of this")


def test_what_lies_outside_is_not_applicable_with_the_reason_and_not_asked() -> None:
    for text in ("fine", None):
        (row,) = score(item(text, answerable=False), judge=forbidden)
        assert row == {
            output.name: Score(status=Status.NOT_APPLICABLE, reason="nothing to find") for output in OUTPUTS
        }
    assert metric().inapplicable(item(answerable=False)) == Score(
        status=Status.NOT_APPLICABLE, reason="nothing to find"
    )
    assert metric().inapplicable(item()) is None


def test_a_systems_own_failure_is_worst_or_left_out_and_not_asked() -> None:
    (row,) = score(item(None), judge=forbidden)
    assert row is not None
    assert {name: one.value for name, one in row.items()} == {"good": 0.0, "bad": 1.0, "open": None}
    assert {one.status for one in row.values()} == {Status.SYSTEM_FAILED}
    assert {one.reason for one in row.values()} == {"too slow"}


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_judgements_at_once_than_the_tools_allow(concurrency: int) -> None:
    running, peak = 0, 0

    async def counted(answered: Answered, judge: Judge) -> Scores:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(0.001)
        running -= 1
        return await length(answered, judge)

    score(*(item() for _ in range(12)), judge=counted, concurrency=concurrency)
    assert peak == concurrency


def test_a_place_is_free_again_after_a_failure() -> None:
    rows = score(*(item("gibberish") for _ in range(5)), item("away"), item(), concurrency=1)
    assert rows[-1] is not None
    assert rows[-1]["good"].status is Status.SCORED


def test_no_answers_no_scores() -> None:
    assert score() == []
