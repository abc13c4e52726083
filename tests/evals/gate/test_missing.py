"""What is missing: coverage, unjudged answers at both extremes, open cells, the offline judge."""

from __future__ import annotations

import pytest
from toys.gates import ACCURACY, LATENCY, bits, decide, evidence, only, scores
from toys.table import Value

from bakeoff.evals.comparison import JudgeInfo
from bakeoff.evals.findings import Finding
from bakeoff.evals.gate.result import State, Verdict
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.records import Output, Status

AT_LEAST = CheckConfig(metric="accuracy", at_least=0.85)
OFFLINE = JudgeInfo(name="offline", fingerprint="o", offline=True, note="Not for a release.")
MODEL = JudgeInfo(name="gpt", fingerprint="g", offline=False)


def unjudged(right: int, wrong: int, failed: int, status: Status | None = Status.JUDGE_FAILED) -> list[Value]:
    return [*bits(right, wrong), *[status] * failed]


def test_coverage_below_the_minimum_is_inconclusive_whatever_was_measured() -> None:
    for right, wrong in ((180, 0), (0, 180)):
        column = scores([*bits(right, wrong), *[Status.ABSTAINED] * 20])
        found = only(evidence(column), AT_LEAST)
        assert (found.state, found.coverage, found.n) == (State.INCONCLUSIVE, 0.9, 180)
        assert (
            found.reason == "only 90.0% of the samples have a score, fewer than the 95.0% that are required"
        )
        assert found.needed_n is None
        assert only(evidence(column), AT_LEAST, coverage=0.9).state is not State.INCONCLUSIVE


def test_what_does_not_apply_lowers_no_coverage() -> None:
    column = scores([*bits(190, 10), *[Status.NOT_APPLICABLE] * 300])
    assert (only(evidence(column), AT_LEAST).state, only(evidence(column), AT_LEAST).coverage) == (
        State.PASS,
        1.0,
    )


@pytest.mark.parametrize(
    ("right", "wrong", "failed", "state"),
    [
        (195, 5, 4, State.PASS),  # all four wrong: 195 of 204, still clear
        (182, 18, 8, State.INCONCLUSIVE),  # alone it passes, with eight more wrong it does not
        (150, 50, 8, State.FAIL),  # all eight right: 158 of 208, still below
        (161, 39, 8, State.INCONCLUSIVE),  # alone it fails, with eight more right it may not
    ],
)
def test_unjudged_answers_are_tried_at_both_extremes(
    right: int, wrong: int, failed: int, state: State
) -> None:
    found = only(evidence(scores(unjudged(right, wrong, failed))), AT_LEAST)
    assert found.state is state
    assert found.n == right + wrong
    if state is State.INCONCLUSIVE:
        alone = only(evidence(scores(bits(right, wrong))), AT_LEAST)
        assert alone.state is not State.INCONCLUSIVE
        assert "8 answers that the judge could not score could change that" in found.reason
        assert found.needed_n is None


def test_the_baselines_unjudged_answers_are_tried_the_other_way() -> None:
    check = CheckConfig(metric="accuracy", better_than="baseline")
    new, old = bits(200, 0), unjudged(186, 6, 8)
    assert only(evidence(scores(new[:192], old[:192])), check).state is State.PASS
    found = only(evidence(scores(new, old)), check)
    assert found.state is State.PASS  # even if the eight were all right
    worse = unjudged(188, 4, 8)
    mine: list[Value] = [*bits(191, 1), *[Status.JUDGE_FAILED] * 8]
    found = only(evidence(scores(mine, worse)), check)
    assert found.state is State.INCONCLUSIVE


def test_an_open_range_has_no_worst_case() -> None:
    length = Output(name="length", high=None)
    values: list[Value] = [*[5.0, 6.0] * 50, Status.JUDGE_FAILED]
    low = CheckConfig(metric="length", at_least=4)
    assert only(evidence(scores(values[:-1], output=length)), low).state is State.PASS
    assert (
        only(evidence(scores(values, output=length)), low).state is State.PASS
    )  # worst is 0, best can only help
    slow: list[Value] = [*[5.0, 6.0] * 50, Status.JUDGE_FAILED]
    fast = CheckConfig(metric="latency_s", at_most=9)
    found = only(evidence(scores(slow, output=LATENCY)), fast)
    assert found.state is State.INCONCLUSIVE
    too_slow = CheckConfig(metric="latency_s", at_most=2)
    assert only(evidence(scores(slow, output=LATENCY)), too_slow).state is State.FAIL


def test_open_cells_make_the_gate_incomplete_unless_a_check_fails_already() -> None:
    passing = evidence(scores(unjudged(198, 2, 4, None), bits(204, 0)))
    found = decide(passing, AT_LEAST)
    assert (found.verdict, found.exit_code, found.open_cells) == (Verdict.INCOMPLETE, 4, 4)
    assert found.checks[0].state is State.PASS
    assert any("4 scores of the run are still open" in note for note in found.notes)
    failing = evidence(scores(unjudged(100, 100, 4, None), bits(204, 0)))
    assert (decide(failing, AT_LEAST).verdict, decide(failing, AT_LEAST).exit_code) == (Verdict.FAIL, 1)


def test_a_failure_that_open_cells_could_undo_is_none_yet() -> None:
    found = decide(evidence(scores(unjudged(100, 100, 600, None), bits(800, 0))), AT_LEAST)
    assert (found.checks[0].state, found.exit_code) == (State.INCONCLUSIVE, 4)
    assert "600 scores that are still open could change that" in found.checks[0].reason


def test_open_cells_of_other_systems_leave_the_run_incomplete_too() -> None:
    found = decide(evidence(scores(bits(200, 0), unjudged(199, 0, 1, None))), AT_LEAST)
    assert (found.checks[0].state, found.exit_code) == (State.PASS, 4)


def test_a_run_that_never_ended_is_incomplete() -> None:
    found = decide(evidence(scores(bits(200, 0)), ended=False), AT_LEAST)
    assert (found.verdict, found.exit_code, found.complete) == (Verdict.INCOMPLETE, 4, False)
    assert "The run has not ended: `bakeoff run` continues it." in found.notes


@pytest.mark.parametrize("right", [200, 0])
def test_the_offline_judge_decides_nothing_unless_told(right: int) -> None:
    run = evidence(scores(bits(right, 200 - right)), judge=OFFLINE, judged=True)
    found = only(run, AT_LEAST)
    assert (found.state, found.estimate) == (State.INCONCLUSIVE, None)
    assert "offline judge" in found.reason
    assert only(run, AT_LEAST, allow_offline_judge=True).state is not State.INCONCLUSIVE


def test_a_model_judge_and_unjudged_metrics_are_accepted() -> None:
    column = scores(bits(200, 0))
    assert only(evidence(column, judge=MODEL, judged=True), AT_LEAST).state is State.PASS
    assert only(evidence(column, judge=OFFLINE, judged=False), AT_LEAST).state is State.PASS


def test_a_run_that_does_not_say_what_was_judged_counts_as_judged() -> None:
    column = scores(bits(200, 0))
    assert only(evidence(column, judge=OFFLINE, judged=None), AT_LEAST).state is State.INCONCLUSIVE
    assert only(evidence(column, judge=MODEL, judged=None), AT_LEAST).state is State.PASS


@pytest.mark.parametrize("key", ["better_than", "not_worse_than", "none_below"])
def test_the_offline_judge_is_refused_by_every_kind_of_check(key: str) -> None:
    value: object = 1.0 if key == "none_below" else "old"
    check = CheckConfig.model_validate({"metric": "accuracy", key: value})
    run = evidence(scores(bits(200, 0), bits(100, 100)), judge=OFFLINE, judged=True)
    assert only(run, check).state is State.INCONCLUSIVE
    assert only(run, check, allow_offline_judge=True).state is State.PASS


def test_the_offline_judge_is_refused_by_findings_of_a_judged_suite() -> None:
    finding = Finding(
        name="toy.change", system="new", family="f", effect=0.1, low=0.05, high=0.2, n=9, sentence="s"
    )
    check = CheckConfig(finding="toy.change", at_least=0.0)
    run = evidence(scores(bits(200, 0), output=ACCURACY), findings=[finding], judge=OFFLINE, judged=True)
    assert "offline judge" in only(run, check).reason
    assert only(run, check, allow_offline_judge=True).state is State.PASS
