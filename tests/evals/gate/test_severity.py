"""The severity rule: not one answer on the list may be worse, and none may be unknown."""

from __future__ import annotations

import numpy as np
import pytest
from toys.gates import LATENCY, bits, decide, evidence, only, scores
from toys.table import Value

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import State
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.records import Status
from bakeoff.evals.table import STATUS_CODES

CRITICAL = CheckConfig(metric="accuracy", none_below=1.0, tag="critical")
TAGS = {"s0": ("critical",), "s1": ("other", "critical"), "s2": ("other",)}


def world(*values: Value) -> Evidence:
    return evidence(scores(values, bits(len(values), 0)), tags=TAGS)


@pytest.mark.parametrize(
    ("values", "state", "reason"),
    [
        ((1.0, 1.0, 0.0), State.PASS, "none of 2 samples has an answer below 1"),
        ((1.0, 0.0, 1.0), State.FAIL, "1 of 2 samples have an answer below 1: s1"),
        ((0.0, 0.5, 1.0), State.FAIL, "2 of 2 samples have an answer below 1: s0, s1"),
        ((1.0, Status.JUDGE_FAILED, 1.0), State.INCONCLUSIVE, "1 of 2 samples lack a score: s1"),
        ((None, 1.0, 1.0), State.INCONCLUSIVE, "1 of 2 samples lack a score: s0"),
        ((Status.ABSTAINED, 1.0, 1.0), State.INCONCLUSIVE, "1 of 2 samples lack a score: s0"),
        ((Status.JUDGE_FAILED, 0.0, 1.0), State.FAIL, "1 of 2 samples have an answer below 1: s1"),
        ((Status.NOT_APPLICABLE, 1.0, 1.0), State.PASS, "none of 1 samples has an answer below 1"),
        (
            (Status.NOT_APPLICABLE, Status.NOT_APPLICABLE, 1.0),
            State.INCONCLUSIVE,
            "the metric applies to none of the listed samples",
        ),
    ],
)
def test_a_list_in_each_state(values: tuple[Value, ...], state: State, reason: str) -> None:
    found = only(world(*values), CRITICAL)
    assert (found.state, found.reason, found.kind) == (state, reason, "severity")
    assert found.asks == "accuracy of new never below 1 where tagged critical"


def test_the_items_are_named() -> None:
    found = only(world(0.0, 0.5, 1.0), CRITICAL)
    assert (found.items, found.estimate) == (("s0", "s1"), 0.0)


def test_one_bad_answer_of_several_repeats_is_enough() -> None:
    column = scores([1.0, 1.0, 1.0])
    again = column.values.copy()
    again[0, 1, 0] = 0.0
    wide = type(column)(
        column.suite,
        column.output,
        np.concatenate([column.values, again], axis=2),
        np.concatenate([column.statuses, column.statuses], axis=2),
    )
    found = only(evidence(wide, tags=TAGS), CRITICAL)
    assert (found.state, found.items) == (State.FAIL, ("s1",))


def test_a_repeat_that_a_recording_lacks_is_not_missing() -> None:
    column = scores([1.0, 1.0, 1.0])
    wide = type(column)(
        column.suite,
        column.output,
        np.concatenate([column.values, np.full_like(column.values, np.nan)], axis=2),
        np.concatenate(
            [column.statuses, np.full_like(column.statuses, STATUS_CODES[Status.NOT_APPLICABLE])], axis=2
        ),
    )
    assert only(evidence(wide, tags=TAGS), CRITICAL).state is State.PASS


def test_a_systems_own_failure_fails_where_it_scores_the_worst() -> None:
    column = scores([1.0, 1.0, 1.0])
    column.statuses[0, 0, 0] = STATUS_CODES[Status.SYSTEM_FAILED]
    column.values[0, 0, 0] = 0.0
    assert only(evidence(column, tags=TAGS), CRITICAL).state is State.FAIL
    column.values[0, 0, 0] = np.nan  # on_system_failure: exclude
    assert only(evidence(column, tags=TAGS), CRITICAL).state is State.INCONCLUSIVE


def test_a_list_of_ids_and_all_samples() -> None:
    listed = CheckConfig(metric="accuracy", none_below=1.0, ids=("s2",))
    assert only(world(0.0, 0.0, 1.0), listed).state is State.PASS
    assert only(world(0.0, 0.0, 0.0), listed).items == ("s2",)
    whole = CheckConfig(metric="accuracy", none_below=0.5)
    assert only(world(0.5, 0.5, 0.5), whole).state is State.PASS
    assert only(world(0.5, 0.4, 0.5), whole).items == ("s1",)
    assert only(world(0.5, 0.4, 0.5), whole).asks == "accuracy of new never below 0.5 on any sample"


def test_a_metric_that_must_stay_low() -> None:
    slow = CheckConfig(metric="latency_s", none_above=5.0)
    assert only(evidence(scores([1.0, 5.0], output=LATENCY)), slow).state is State.PASS
    found = only(evidence(scores([1.0, 5.1], output=LATENCY)), slow)
    assert (found.state, found.estimate, found.items) == (State.FAIL, 5.1, ("s1",))


def test_coverage_does_not_excuse_a_failed_item() -> None:
    values: list[Value] = [0.0, *[Status.ABSTAINED] * 9]
    check = CheckConfig(metric="accuracy", none_below=1.0)
    assert only(evidence(scores(values)), check).state is State.FAIL


def test_many_items_are_cut_and_counted() -> None:
    found = only(evidence(scores([0.0] * 50)), CheckConfig(metric="accuracy", none_below=1.0))
    assert len(found.items) == 20
    assert found.reason.endswith("s19 and 30 more")


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ({"none_below": 1.0, "tag": "critcal"}, "no tag 'critcal'; did you mean 'critical'?"),
        ({"none_below": 1.0, "ids": ("s0", "s77")}, "no sample 's77'"),
        ({"none_above": 0.5}, "higher is better for accuracy; use none_below"),
    ],
)
def test_what_the_run_does_not_hold_is_told(check: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        decide(world(1.0, 1.0, 1.0), CheckConfig.model_validate({"metric": "accuracy", **check}))
    assert message in str(caught.value)


def test_the_wrong_end_of_a_low_metric_is_told() -> None:
    check = CheckConfig(metric="latency_s", none_below=1.0)
    with pytest.raises(InputError, match="lower is better for latency_s; use none_above"):
        decide(evidence(scores([1.0], output=LATENCY)), check)
