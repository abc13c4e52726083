"""The gate's checks before a run: which can be decided, how many samples the others need, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys.table import column, table

from bakeoff.evals.findings import Finding
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.planning.check_sizes import (
    Sizing,
    absolute_sizes,
    finding_sizes,
    quantile_sizes,
    relative_sizes,
)
from bakeoff.evals.planning.known import Known
from bakeoff.evals.planning.records import Aim
from bakeoff.evals.planning.spread import stated_spread
from bakeoff.evals.records import Output
from bakeoff.evals.statistics import mcnemar_exact_n, mean_n, rate_n, tango_n
from bakeoff.evals.table import SampleKey, ScoreTable

AIM = Aim()
N = 200


def pilot(samples: Sequence[SampleKey] | None = None) -> ScoreTable:
    """200 samples: `match` right on .5 and .6, `score` a mean, `spent` without a range, `perfect`."""
    rng = np.random.default_rng(4)
    rag = [float(i % 10 < 6) for i in range(N)]
    base = [float(i % 10 in (0, 1, 2, 3, 7)) for i in range(N)]
    scores = rng.uniform(size=(2, N)).tolist()
    columns = [
        column(Output(name="match", margin=0.02), [base, rag]),
        column(Output(name="score"), scores),
        column(
            Output(name="spent", high=None, direction="lower"), [[2.0, 4.0] * (N // 2), [1.0, 3.0] * (N // 2)]
        ),
        column(Output(name="perfect"), [[1.0] * N, [1.0] * N]),
    ]
    return table(["base", "rag"], columns, samples)


def known(**keys: Any) -> Known:
    return Known(**{"candidate": "rag", "baseline": "base", "parents": {"rag": "base"}, **keys})


def check(**keys: Any) -> CheckConfig:
    return CheckConfig(**keys)


def test_a_rate_against_a_bound() -> None:
    found = absolute_sizes(check(metric="match", at_least=0.55), known(pilot=pilot()), AIM)
    assert found.needed == rate_n(0.60, 0.55)
    assert (found.n, found.decidable, found.distance) == (N, False, 0.05)
    assert found.smallest is not None
    assert found.smallest > 0.05


def test_a_rate_far_from_its_bound_is_decided_by_few() -> None:
    found = absolute_sizes(check(metric="toy.match", at_least=0.75), known(pilot=pilot()), AIM)
    assert found.needed is not None
    assert found.needed > N
    assert found.decidable
    assert found.off == pytest.approx(0.15)


def test_a_mean_against_a_bound() -> None:
    one = pilot()
    found = absolute_sizes(check(metric="score", at_most=0.55), known(pilot=one), AIM)
    sd = float(one.column("toy.score").values[1].std(ddof=1))
    assert found.needed == mean_n(0.05, sd, sides=1)
    assert "SD of" in found.assumption


def test_a_metric_without_a_range_takes_a_share_of_the_bound() -> None:
    found = absolute_sizes(check(metric="spent", at_most=2.5), known(pilot=pilot()), AIM)
    assert found.distance == pytest.approx(0.125)
    assert found.needed == mean_n(0.125, float(np.std([1.0, 3.0] * 100, ddof=1)), sides=1)


@pytest.mark.parametrize(
    ("bound", "decidable"), [({"at_least": 1.0}, False), ({"at_most": 0.0}, False), ({"at_least": 0.0}, True)]
)
def test_bounds_at_the_end_of_the_range(bound: dict[str, float], decidable: bool) -> None:
    found = absolute_sizes(check(metric="match", **bound), known(pilot=pilot()), AIM)
    assert found.decidable is decidable
    assert found.reason


def test_without_a_pilot_defaults_are_assumed_and_said() -> None:
    rate = absolute_sizes(check(metric="exact_match", at_least=0.8), known(count=300), AIM)
    assert (rate.needed, rate.decidable) == (rate_n(0.85, 0.8), False)
    mean = absolute_sizes(check(metric="faithfulness", at_least=0.8), known(count=400), AIM)
    assert (mean.needed, mean.decidable) == (mean_n(0.05, 0.35, sides=1), True)
    assert mean.assumption == "assuming an SD of 0.35"
    stated = known(count=400, stated=stated_spread(sd=0.5))
    own = absolute_sizes(check(metric="faithfulness", at_least=0.8), stated, AIM)
    assert (own.needed, own.decidable) == (mean_n(0.05, 0.5, sides=1), False)
    assert own.assumption == "with an SD of 0.5, as stated"


def test_what_nobody_can_assume_is_left_open() -> None:
    for metric in ("latency_s", "cost_usd"):
        found = absolute_sizes(check(metric=metric, at_most=2.0), known(count=300), AIM)
        assert (found.decidable, found.needed) == (None, None)
        assert "a pilot run would tell" in found.reason


def test_perfect_clusters_are_planned_by_zero_events() -> None:
    paired = [SampleKey(f"s{i}", cluster=f"c{i // 2}") for i in range(N)]
    found = absolute_sizes(check(metric="perfect", at_least=0.95), known(pilot=pilot(paired)), AIM)
    assert found.needed == 2 * 59  # 0.95^59 < .05, clusters of two
    assert found.decidable


def test_clusters_without_a_failure_under_a_hair_are_not_planned() -> None:
    paired = [SampleKey(f"s{i}", cluster=f"c{i // 2}") for i in range(N)]
    never = table(
        ["base", "rag"], [column(Output(name="failed", direction="lower"), [[0.0] * N] * 2)], paired
    )
    found = absolute_sizes(check(metric="failed", at_most=1e-300), known(pilot=never), AIM)
    assert (found.decidable, found.needed) == (False, None)
    assert absolute_sizes(check(metric="failed", at_most=0.05), known(pilot=never), AIM).needed == 2 * 59


def test_superiority() -> None:
    """rag is .1 better: 200 pairs show that at power .80, and not at .90."""
    found = relative_sizes(check(metric="match", better_than="parent"), known(pilot=pilot()), AIM)
    assert found.needed == mcnemar_exact_n(0.05, 0.3, alpha=0.10)
    assert found.decidable
    assert found.off == pytest.approx(0.1)
    surer = relative_sizes(check(metric="match", better_than="base"), known(pilot=pilot()), Aim(power=0.9))
    assert (surer.decidable, surer.off) == (False, None)
    unseen = relative_sizes(check(metric="exact_match", better_than="baseline"), known(count=500), AIM)
    assert unseen.needed == mcnemar_exact_n(0.05, 0.15, alpha=0.10)
    assert unseen.decidable


def test_non_inferiority_takes_the_checks_margin_then_the_metrics() -> None:
    own = relative_sizes(check(metric="match", not_worse_than="base"), known(pilot=pilot()), AIM)
    assert (own.distance, own.needed) == (0.02, tango_n(0.02, 0.3))
    wide = relative_sizes(check(metric="match", not_worse_than="base", margin=0.1), known(pilot=pilot()), AIM)
    assert (wide.distance, wide.needed) == (0.1, tango_n(0.1, 0.3))
    asked = relative_sizes(check(metric="score", not_worse_than="base"), known(count=9), Aim(margin=0.07))
    assert asked.needed == mean_n(0.07, 0.35, sides=1)


def test_a_margin_of_nothing_is_superiority_and_no_margin_is_no_plan() -> None:
    none = relative_sizes(check(metric="match", not_worse_than="base", margin=0.0), known(pilot=pilot()), AIM)
    assert none == relative_sizes(check(metric="match", better_than="base"), known(pilot=pilot()), AIM)
    found = relative_sizes(check(metric="spent", not_worse_than="base"), known(pilot=pilot()), AIM)
    assert found.reason == "names no margin, and the metric has none of its own"
    given = check(metric="spent", not_worse_than="base", margin=0.5)
    assert "nothing varied" in relative_sizes(given, known(pilot=pilot()), AIM).reason


BOUNDED = st.sampled_from(["match", "score", "spent", "perfect", "exact_match", "faithfulness", "latency_s"])


@settings(max_examples=40, deadline=None)
@given(
    BOUNDED,
    st.sampled_from(["at_least", "at_most"]),
    st.one_of(st.floats(-2, 3), st.sampled_from([0.0, 0.5, 1.0, 0.600001])),
    st.floats(0.001, 1.0),
    st.one_of(st.none(), st.integers(1, 3000)),
)
def test_every_bound_gets_a_plan(metric: str, bound: str, value: float, effect: float, n: int | None) -> None:
    asked = check(metric=metric, **{bound: value})
    found = absolute_sizes(asked, known(pilot=pilot(), count=n), Aim(effect=effect))
    assert found.reason or found.what
    if found.needed is not None and found.n is not None and found.off is None:
        assert found.decidable == (found.n >= found.needed)
        assert (
            found.smallest is None
            or found.distance is None
            or not found.decidable
            or (found.smallest <= found.distance * (1 + 1e-4))
        )


@pytest.mark.parametrize("margin", [5e-324, 1e-160, 1e-9])
def test_a_margin_that_no_n_shows_has_none(margin: float) -> None:
    for metric in ("match", "score", "exact_match"):
        asked = check(metric=metric, not_worse_than="base", margin=margin)
        assert relative_sizes(asked, known(pilot=pilot(), count=9), AIM).needed is None


def test_a_pilot_far_above_the_margin_is_enough() -> None:
    """rag is .1 better; −.05 lies .15 below."""
    found = relative_sizes(
        check(metric="match", not_worse_than="base", margin=0.05), known(pilot=pilot()), AIM
    )
    assert found.needed is not None
    assert found.needed > N
    assert found.decidable
    assert found.off == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("name", "n"), [("latency_p95_s", 59), ("latency_p50_s", 5), ("first_token_p99_s", 299)]
)
def test_quantiles_need_as_many_as_give_them_a_bound(name: str, n: int) -> None:
    found = quantile_sizes(check(metric=name, at_most=1.0), known(count=58), AIM)
    assert (found.needed, found.decidable) == (n, n <= 58)


def test_findings_are_planned_from_their_interval() -> None:
    one = Finding(
        name="forgetting.change", system="rag", family="a", effect=-0.5, low=-0.6, high=-0.4, n=9, sentence=""
    )
    main = one.model_copy(update={"effect": 0.0, "low": -0.049, "high": 0.049, "n": 400, "headline": True})
    asked = check(finding="forgetting.change", at_least=-0.02)
    found = finding_sizes(asked, known(findings=(one, main)), AIM)
    assert found.needed == mean_n(0.02, 0.049 / 1.959964 * 20, sides=1)
    assert (found.n, found.distance, found.decidable) == (400, 0.02, False)
    none = finding_sizes(asked, known(findings=(one.model_copy(update={"system": "base"}),)), AIM)
    assert none == Sizing(reason=none.reason)


def test_the_samples_at_hand_replace_the_pilots_and_keep_its_share() -> None:
    """A metric that scored 200 of 200 pilot samples will score all of 50; a suite's own keep their n."""
    given = dict.fromkeys(f"s{i}" for i in range(0, N, 4))
    bound = check(metric="match", at_least=0.55)
    assert absolute_sizes(bound, known(pilot=pilot(), ids=given), AIM).n == 50
    assert absolute_sizes(bound, known(pilot=pilot(), ids={"x1": None, "x2": None}), AIM).n == N
    assert absolute_sizes(bound, known(pilot=pilot(), count=70), AIM).n == 70
    assert absolute_sizes(bound, known(count=70), AIM).n == 70
