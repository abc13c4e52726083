"""Absolute bounds on means and quantiles: each state, the bound that decides, the n that would."""

from __future__ import annotations

import math

import numpy as np
import pytest
from toys.gates import ACCURACY, LATENCY, bits, decide, evidence, only, scores
from toys.table import Value

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import mean_interval, wilson
from bakeoff.evals.table import SampleKey

MOSTLY = evidence(scores(bits(180, 20)))
"""180 of 200 right: 0.90, one-sided 95 % bounds 0.860 and 0.930 (Wilson at 90 %)."""


def mean(**bound: float) -> CheckResult:
    return only(MOSTLY, CheckConfig(metric="accuracy", **bound))


@pytest.mark.parametrize(
    ("bound", "state", "side", "value"),
    [
        ({"at_least": 0.85}, State.PASS, "lower", 0.8596),
        ({"at_least": 0.88}, State.INCONCLUSIVE, "lower", 0.8596),
        ({"at_least": 0.95}, State.FAIL, "upper", 0.9297),
        ({"at_most": 0.95}, State.PASS, "upper", 0.9297),
        ({"at_most": 0.92}, State.INCONCLUSIVE, "upper", 0.9297),
        ({"at_most": 0.85}, State.FAIL, "lower", 0.8596),
    ],
)
def test_a_mean_in_each_state(bound: dict[str, float], state: State, side: str, value: float) -> None:
    found = mean(**bound)
    assert (found.state, found.bound_side, found.n, found.level) == (state, side, 200, 0.05)
    assert found.bound == pytest.approx(value, abs=1e-4)
    assert found.estimate == 0.9
    assert (found.needed_n is not None) is (state is State.INCONCLUSIVE)


def test_the_bounds_are_those_of_the_interval_at_twice_the_level() -> None:
    found, interval = mean(at_least=0.85), wilson(180, 200, 0.10)
    assert (found.low, found.high, found.method) == (interval.low, interval.high, "Wilson")


def test_the_reason_says_which_bound_met_what() -> None:
    assert mean(at_least=0.85).reason == "the lower bound 0.8596 clears 0.85"
    assert mean(at_least=0.95).reason == "even the upper bound 0.9297 is below 0.95"
    assert mean(at_most=0.85).reason == "even the lower bound 0.8596 is above 0.85"
    assert mean(at_least=0.88).reason == "the bounds (0.8596 to 0.9297) lie on both sides of 0.88"


def test_the_level_is_the_configs_alpha() -> None:
    from dataclasses import replace

    strict = replace(MOSTLY, table=replace(MOSTLY.table, alpha=0.01))
    found = only(strict, CheckConfig(metric="accuracy", at_least=0.85))
    assert (found.state, found.level) == (State.INCONCLUSIVE, 0.01)
    assert found.low == wilson(180, 200, 0.02).low


def test_the_needed_n_is_enough_where_the_measured_rate_is_the_true_one() -> None:
    found = mean(at_least=0.87)
    assert found.needed_n is not None
    assert 200 < found.needed_n < 2000
    interval = wilson(round(0.9 * found.needed_n), found.needed_n, 0.10)
    assert interval.low is not None
    assert interval.low > 0.87


def test_more_data_for_a_fail_is_counted_to_the_other_bound() -> None:
    found = mean(at_least=0.92)
    assert found.state is State.INCONCLUSIVE
    assert found.needed_n is not None
    interval = wilson(round(0.9 * found.needed_n), found.needed_n, 0.10)
    assert interval.high is not None
    assert interval.high < 0.92


def test_clusters_widen_the_bound() -> None:
    keys = [SampleKey(f"s{i}", cluster=f"c{i // 10}") for i in range(200)]
    column = scores(bits(180, 20))
    found = only(evidence(column, samples=keys), CheckConfig(metric="accuracy", at_least=0.85))
    values = column.values[0, :, 0]
    expected = mean_interval(
        values, [i // 10 for i in range(200)], binary=True, alpha=0.10, bounds=(0.0, 1.0)
    )
    assert (found.state, found.method, found.low) == (State.INCONCLUSIVE, "cluster-t", expected.low)


def test_a_domain_is_judged_by_its_own_samples() -> None:
    keys = [SampleKey(f"s{i}", domain="billing" if i < 100 else "returns") for i in range(200)]
    found = evidence(scores(bits(110, 90)), samples=keys)
    billing = only(found, CheckConfig(metric="accuracy", at_least=0.95, domain="billing"))
    returns = only(found, CheckConfig(metric="accuracy", at_least=0.95, domain="returns"))
    assert (billing.state, billing.n, billing.estimate) == (State.PASS, 100, 1.0)
    assert (returns.state, returns.n, returns.estimate) == (State.FAIL, 100, 0.1)
    assert billing.asks == "accuracy (domain billing) of new at least 0.95"


@pytest.mark.parametrize("bound", [{"at_least": 1.0}, {"at_least": 1.5}, {"at_most": 0.0}, {"at_most": -1.0}])
def test_a_bound_that_no_data_can_show_is_refused(bound: dict[str, float]) -> None:
    with pytest.raises(InputError, match=r"gate\.checks\[0\].* no number of samples can show it; .*none_"):
        mean(**bound)


def test_a_tail_that_is_open_can_be_bounded_anywhere() -> None:
    found = only(
        evidence(scores([1.0, 2.0, 3.0] * 40, output=LATENCY)), CheckConfig(metric="latency_s", at_most=9)
    )
    assert found.state is State.PASS


# ── quantiles ───────────────────────────────────────────────────────────────────────────────────

TIMES: list[Value] = [i / 100 for i in range(1, 201)]
"""0.01 … 2.00 seconds: P95 is 1.90, its one-sided bounds are X_(185) and X_(196)."""


@pytest.mark.parametrize(
    ("limit", "state", "bound"),
    [(2.0, State.PASS, 1.96), (1.9, State.INCONCLUSIVE, 1.96), (1.8, State.FAIL, 1.85)],
)
@pytest.mark.parametrize("key", [{"metric": "latency_p95_s"}, {"metric": "latency_s", "quantile": 0.95}])
def test_a_quantile_in_each_state(limit: float, state: State, bound: float, key: dict[str, object]) -> None:
    check = CheckConfig.model_validate({**key, "at_most": limit})
    found = only(evidence(scores(TIMES, output=LATENCY)), check)
    assert (found.state, found.kind, found.estimate, found.n) == (state, "quantile", 1.9, 200)
    assert found.bound == bound
    assert found.method == "order statistics"


def test_too_few_values_name_the_n_that_a_quantile_needs() -> None:
    found = only(evidence(scores(TIMES[:30], output=LATENCY)), CheckConfig(metric="latency_p95_s", at_most=9))
    assert (found.state, found.high, found.needed_n) == (State.INCONCLUSIVE, None, 59)
    assert found.reason.endswith("to open) lie on both sides of 9")


def test_an_answer_that_never_came_is_slower_than_every_limit() -> None:
    failed: list[Value] = [*TIMES[:160], *[Status.SYSTEM_FAILED] * 40]
    found = only(evidence(scores(failed, output=LATENCY)), CheckConfig(metric="latency_p95_s", at_most=100))
    assert (found.state, found.estimate, found.low) == (State.FAIL, math.inf, math.inf)
    assert "failed answers count as beyond every limit" in found.note


def test_failures_alone_are_no_latency() -> None:
    nothing: list[Value] = [Status.SYSTEM_FAILED] * 100
    found = only(evidence(scores(nothing, output=LATENCY)), CheckConfig(metric="latency_p95_s", at_most=1))
    assert (found.state, found.n) == (State.INCONCLUSIVE, 0)


def test_a_latency_that_nobody_measured_cannot_be_told() -> None:
    nothing: list[Value] = [Status.NOT_APPLICABLE] * 100
    found = only(evidence(scores(nothing, output=LATENCY)), CheckConfig(metric="latency_p95_s", at_most=1))
    assert found.state is State.INCONCLUSIVE
    assert "was not measured" in found.reason


def test_of_repeats_only_the_first_counts() -> None:
    column = scores(TIMES, output=LATENCY)
    wide = type(column)(
        column.suite,
        column.output,
        np.concatenate([column.values, column.values + 50], axis=2),
        np.concatenate([column.statuses, column.statuses], axis=2),
    )
    found = only(evidence(wide), CheckConfig(metric="latency_p95_s", at_most=2))
    assert (found.state, found.n) == (State.PASS, 200)
    assert "first answer of each sample" in found.note


def test_a_lower_quantile_of_a_score() -> None:
    values = [i / 200 for i in range(200)]
    grade = Output(name="grade")
    found = evidence(scores(values, output=grade))
    assert only(found, CheckConfig(metric="grade_p10", at_least=0.05)).state is State.PASS
    assert only(found, CheckConfig(metric="grade_p10", at_least=0.10)).state is State.INCONCLUSIVE
    assert only(found, CheckConfig(metric="grade_p10", at_least=0.30)).state is State.FAIL


def test_a_metric_that_is_named_like_a_quantile_is_itself() -> None:
    named = Output(name="grade_p10")
    found = evidence(scores(bits(50, 50), output=named), scores(bits(99, 1), output=Output(name="grade")))
    assert only(found, CheckConfig(metric="grade_p10", at_least=0.4)).kind == "bound"


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ({"metric": "acuracy", "at_least": 0.5}, "no metric 'acuracy'; did you mean 'accuracy'?"),
        ({"metric": "accuracy_p101", "at_least": 0.5}, "no metric 'accuracy_p101'"),
        ({"metric": "latency_p0_s", "at_most": 1}, "no metric 'latency_p0_s'"),
        ({"metric": "latency_p95_s", "at_most": 1, "quantile": 0.9}, "names a quantile already"),
        ({"metric": "latency_p95_s", "better_than": "old"}, "a quantile is not compared"),
        ({"metric": "latency_p95_s", "none_above": 3}, "a severity rule takes no quantile"),
        (
            {"metric": "accuracy", "at_least": 0.5, "domain": "billin"},
            "no domain 'billin'; did you mean 'billing'?",
        ),
    ],
)
def test_names_that_the_run_does_not_hold(check: dict[str, object], message: str) -> None:
    keys = [SampleKey(f"s{i}", domain="billing") for i in range(200)]
    found = evidence(scores(bits(180, 20)), scores(TIMES, output=LATENCY), samples=keys)
    with pytest.raises(InputError) as caught:
        decide(found, CheckConfig.model_validate(check))
    assert message in str(caught.value)
    assert str(caught.value).startswith("gate.checks[0]: ")
    assert "\n" not in str(caught.value)


def test_a_name_of_two_suites_must_be_made_whole() -> None:
    from bakeoff.evals.table import Column

    first = scores(bits(90, 10))
    second = Column("other", ACCURACY, first.values, first.statuses)
    found = evidence(first, second)
    with pytest.raises(InputError, match=r"write one of toy\.accuracy, other\.accuracy"):
        decide(found, CheckConfig(metric="accuracy", at_least=0.5))
    assert only(found, CheckConfig(metric="other.accuracy", at_least=0.5)).state is State.PASS
