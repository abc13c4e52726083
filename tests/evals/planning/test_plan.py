"""The whole plan: the headline, every pair, costs at measured prices, and what is assumed."""

from __future__ import annotations

import numpy as np
import pytest
from toys.table import column, run_record, table

from bakeoff.evals.planning import Aim, plan_samples, stated_spread
from bakeoff.evals.planning.costs import measured_costs
from bakeoff.evals.planning.metrics import worst_pairs
from bakeoff.evals.planning.records import SizeCost
from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import Clustering, mcnemar_exact_n, mcnemar_mde, mean_n, tango_n
from bakeoff.evals.table import ScoreTable

N = 160


def pilot() -> ScoreTable:
    """Against base, `a` differs on 10 % of samples and `b` on 40 %; only base has a price, b no latency."""
    base = [float(i % 2) for i in range(N)]
    a = [1 - value if i % 10 == 0 else value for i, value in enumerate(base)]
    b = [1 - value if i % 10 < 4 else value for i, value in enumerate(base)]
    none = [Status.NOT_APPLICABLE] * N
    rng = np.random.default_rng(1)
    usage = Output(name="cost_usd", direction="lower", high=None)
    latency = Output(name="latency_s", direction="lower", high=None)
    columns = [
        column(Output(name="failure_rate", direction="lower"), [[0.0] * N] * 3, "operations"),
        column(latency, [[0.5] * N, rng.uniform(1.9, 2.1, N).tolist(), none], "operations"),
        column(usage, [[0.001] * N, none, none], "operations"),
        column(Output(name="match", margin=0.03), [base, a, b]),
        column(Output(name="rare"), [[1.0, *none[1:]], [0.0, *none[1:]], none]),
    ]
    return table(["base", "a", "b"], columns)


def test_the_headline_is_the_pair_that_needs_most() -> None:
    made = pilot()
    plan = plan_samples(Aim(), run=run_record(made), table=made)
    smallest = mcnemar_mde(N, 0.4)
    assert smallest is not None
    assert plan.sentences[0].startswith(
        "With these 160 samples the smallest difference in match (b against base) "
        f"that you are likely to see is {np.ceil(smallest * 1000) / 10:g} points"
    )
    assert f"{mcnemar_exact_n(0.05, 0.4):,} samples are needed" in plan.sentences[1]
    assert f"{tango_n(0.03, 0.4):,} are needed" in plan.sentences[2]


def test_every_pair_of_every_metric_is_planned() -> None:
    made = pilot()
    plan = plan_samples(Aim(), run=run_record(made), table=made)
    rows = {(row.metric, row.system): row for row in plan.metrics}
    assert rows["match", "a"].needed == mcnemar_exact_n(0.05, 0.1)
    assert rows["match", "b"].needed == mcnemar_exact_n(0.05, 0.4)
    assert rows["match", "a"].margin == 0.03
    assert rows["rare", "a"].note == "a single pair"
    assert ("rare", "b") not in rows
    latency = rows["latency_s", "a"]
    assert (latency.bounded, latency.needed, latency.needed_margin, latency.unit) == (False, None, None, "s")
    assert latency.smallest_effect is not None
    assert [row.system for row in worst_pairs(plan.metrics) if row.metric == "match"] == ["b"]


def test_costs_are_measured_ones_and_what_is_not_measured_is_named() -> None:
    made = pilot()
    plan = plan_samples(Aim(), run=run_record(made), table=made, concurrency={"a": 4, "base": 4})
    base, a, b = plan.systems
    assert (base.latency_s, base.concurrency) == (0.5, 4)
    assert base.cost_usd == pytest.approx(0.001)
    assert a.latency_s == pytest.approx(2.0, abs=0.02)
    assert (b.cost_usd, b.latency_s) == (None, None)
    needed = mcnemar_exact_n(0.05, 0.4)
    by_n = {cost.n: cost for cost in plan.costs}
    assert set(by_n) == {N, needed, tango_n(0.03, 0.4)}
    assert by_n[needed].cost_usd == pytest.approx(0.001 * needed)
    assert by_n[needed].seconds == pytest.approx(2.0 * needed / 4, rel=0.01)
    assert (by_n[needed].unpriced, by_n[needed].untimed) == (("a", "b"), ("b",))


def test_nothing_measured_is_no_zero() -> None:
    made = pilot()
    bare = ScoreTable(made.systems, made.samples, made.columns[3:])
    assert all((cost.cost_usd, cost.latency_s) == (None, None) for cost in measured_costs(bare, {}))
    plan = plan_samples(Aim(), run=run_record(bare), table=bare)
    assert [(cost.cost_usd, cost.seconds) for cost in plan.costs] == [(None, None)] * 3
    assert isinstance(plan.costs[0], SizeCost)


def test_repeats_multiply_the_cost() -> None:
    made = pilot()
    once, thrice = (plan_samples(Aim(), run=run_record(made), table=made, repeats=k) for k in (1, 3))
    assert thrice.costs[0].cost_usd == pytest.approx(3 * (once.costs[0].cost_usd or 0))


def test_without_a_pilot_the_defaults_are_said() -> None:
    plan = plan_samples(Aim(), n=500)
    assert [row.needed for row in plan.metrics] == [498, mean_n(0.05, 0.35), mean_n(0.05, 0.45)]
    assert (
        "Assumed of a right-or-wrong metric: 15% of the pairs differ; a pilot run would tell." in plan.notes
    )
    assert plan.sentences[0].startswith(
        "With these 500 samples the smallest difference in a right-or-wrong metric"
    )
    assert plan.costs == ()


def test_stated_variance_beats_the_pilots() -> None:
    made = pilot()
    plan = plan_samples(Aim(), run=run_record(made), table=made, stated=stated_spread(sd=0.3), n=90)
    assert [(row.metric, row.needed, row.n) for row in plan.metrics] == [
        ("a mean of scores", mean_n(0.05, 0.3), 90)
    ]
    assert len(plan.systems) == 3
    clustered = plan_samples(Aim(), run=run_record(made), table=made, clusters=Clustering(4, 2.0))
    assert clustered.metrics[1].needed == mean_n(0.05, 0.35, clusters=Clustering(4, 2.0))


@pytest.mark.parametrize(
    ("n", "said"), [(5, "With these 5 samples no difference"), (1, "With this one sample no")]
)
def test_too_few_samples_see_nothing(n: int, said: str) -> None:
    assert plan_samples(Aim(), n=n).sentences[0].startswith(said)


def test_without_samples_only_sizes_are_told() -> None:
    plan = plan_samples(Aim(effect=0.1, alpha=0.01, power=0.9))
    assert plan.sentences[0] == "For a right-or-wrong metric, at two-sided 0.01, power 90%:"
    assert plan.metrics[0].needed == mcnemar_exact_n(0.1, 0.15, alpha=0.01, power=0.9)
    assert plan.metrics[0].smallest_effect is None


def test_a_run_without_a_pair_says_so() -> None:
    alone = table(["only"], [column(Output(name="match"), [[1.0, 0.0]])])
    assert plan_samples(Aim(), run=run_record(alone), table=alone).sentences == (
        "The run holds no pair of scores.",
    )
