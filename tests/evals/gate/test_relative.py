"""Superiority and non-inferiority: each state, direction, margins, and what a role stands for."""

from __future__ import annotations

import numpy as np
import pytest
from toys.gates import ACCURACY, LATENCY, bits, decide, evidence, only, scores
from toys.table import Value

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import State
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import non_inferiority_p, tango
from bakeoff.evals.table import SampleKey

NOT_WORSE = CheckConfig(metric="accuracy", not_worse_than="baseline", margin=0.05)
BETTER = CheckConfig(metric="accuracy", better_than="baseline")


def discordant(wins: int, losses: int, n: int) -> Evidence:
    """n pairs, of which the candidate alone is right on `wins`, the baseline alone on `losses`."""
    new = bits(wins, losses) + bits(n - wins - losses, 0)
    old = [*[0.0] * wins, *[1.0] * losses, *bits(n - wins - losses, 0)]
    return evidence(scores(new, old))


@pytest.mark.parametrize(
    ("wins", "losses", "n", "state", "side"),
    [
        (10, 10, 400, State.PASS, "lower"),
        (10, 14, 200, State.INCONCLUSIVE, "lower"),
        (2, 80, 400, State.FAIL, "upper"),
    ],
)
def test_non_inferiority_in_each_state(wins: int, losses: int, n: int, state: State, side: str) -> None:
    found = only(discordant(wins, losses, n), NOT_WORSE)
    assert (found.state, found.bound_side, found.kind, found.against) == (
        state,
        side,
        "non-inferiority",
        "old",
    )
    interval = tango(wins, losses, n, 0.10)
    assert (found.low, found.high, found.limit) == (interval.low, interval.high, -0.05)
    assert found.estimate == pytest.approx((wins - losses) / n)
    assert (non_inferiority_p(wins, losses, n, 0.05) < 0.05) is (state is State.PASS)


def test_no_significant_drop_is_no_pass() -> None:
    """60 pairs, 2 lost: far from significant, and far from shown."""
    found = only(discordant(0, 2, 60), NOT_WORSE)
    assert found.state is State.INCONCLUSIVE
    assert found.needed_n is not None
    assert found.needed_n > 60


@pytest.mark.parametrize(
    ("wins", "losses", "state"),
    [(40, 10, State.PASS), (20, 15, State.INCONCLUSIVE), (10, 40, State.FAIL), (0, 0, State.INCONCLUSIVE)],
)
def test_superiority_in_each_state(wins: int, losses: int, state: State) -> None:
    found = only(discordant(wins, losses, 300), BETTER)
    assert (found.state, found.kind, found.limit) == (state, "superiority", 0.0)


def test_lower_is_better_where_the_metric_says_so() -> None:
    rng = np.random.default_rng(5)
    slow = [float(v) for v in rng.normal(3.0, 0.2, 200)]
    fast = [float(v) for v in rng.normal(2.0, 0.2, 200)]
    faster, slower = evidence(scores(fast, slow, LATENCY)), evidence(scores(slow, fast, LATENCY))
    better = CheckConfig(metric="latency_s", better_than="old")
    within = CheckConfig(metric="latency_s", not_worse_than="old", margin=0.5)
    assert [only(faster, check).state for check in (better, within)] == [State.PASS, State.PASS]
    assert [only(slower, check).state for check in (better, within)] == [State.FAIL, State.FAIL]
    assert only(slower, within).limit == 0.5
    assert only(slower, within).reason.startswith("even the lower bound")


def test_the_margin_is_the_metrics_own_where_none_is_given() -> None:
    check = CheckConfig(metric="accuracy", not_worse_than="baseline")
    found = only(discordant(10, 10, 400), check)
    assert (found.limit, found.asks) == (-0.02, "accuracy of new not worse than old by 0.02")
    bare = Output(name="accuracy")
    with pytest.raises(
        InputError, match=r"gate\.checks\[0\]: accuracy has no margin of its own; give `margin`"
    ):
        decide(evidence(scores(bits(90, 10), output=bare)), check)


def test_a_margin_of_zero_must_be_beaten() -> None:
    check = CheckConfig(metric="accuracy", not_worse_than="baseline", margin=0.0)
    assert only(discordant(40, 10, 300), check).state is State.PASS
    assert only(discordant(10, 10, 300), check).state is State.INCONCLUSIVE


def test_roles_and_names() -> None:
    gain = scores(bits(180, 20), bits(100, 100))
    child = evidence(gain, parent="old")
    for name in ("baseline", "parent", "old"):
        check = CheckConfig(metric="accuracy", better_than=name)
        assert only(child, check).against == "old"
    orphan = evidence(gain)
    with pytest.raises(InputError, match="new has no parent; name a system"):
        decide(orphan, CheckConfig(metric="accuracy", better_than="parent"))
    with pytest.raises(InputError, match="no system 'olt'; did you mean 'old'"):
        decide(orphan, CheckConfig(metric="accuracy", better_than="olt"))
    with pytest.raises(InputError, match="new would be compared with itself"):
        decide(orphan, CheckConfig(metric="accuracy", better_than="new"))
    with pytest.raises(InputError, match="no system 'stranger'"):
        decide(evidence(gain, parent="stranger"), CheckConfig(metric="accuracy", better_than="parent"))


def test_only_pairs_count_and_coverage_is_theirs() -> None:
    new: list[Value] = [*bits(190, 0), *[Status.SYSTEM_FAILED] * 10]
    old: list[Value] = [Status.NOT_APPLICABLE, *bits(199, 0)]
    open_top = Output(name="length", high=None, on_failure="leave_out", margin=0.5)
    check = CheckConfig(metric="length", not_worse_than="baseline")
    found = only(evidence(scores(new, old, open_top)), check, coverage=0.9)
    assert (found.n, found.coverage) == (189, 189 / 199)


def test_open_cells_lower_no_coverage_but_are_tried_at_both_ends() -> None:
    new: list[Value] = [*bits(0, 300), *[None] * 30]
    found = only(evidence(scores(new, [*bits(300, 0), *[None] * 30])), NOT_WORSE)
    assert (found.state, found.n) == (State.FAIL, 300)
    assert found.coverage == 300 / 330


def test_a_metric_that_does_not_apply_to_both_cannot_tell() -> None:
    nothing: list[Value] = [Status.NOT_APPLICABLE] * 50
    found = only(evidence(scores(bits(40, 10), nothing)), NOT_WORSE)
    assert found.state is State.INCONCLUSIVE
    assert found.reason == "accuracy applies to no sample of both systems, or was not measured"


def test_a_domain_and_clusters_reach_the_pairs() -> None:
    keys = [SampleKey(f"s{i}", domain="a" if i < 200 else "b", cluster=f"c{i // 4}") for i in range(400)]
    new, old = bits(200, 200), bits(0, 400)
    check = CheckConfig(metric="accuracy", better_than="old", domain="b")
    found = only(evidence(scores(new, old), samples=keys), check)
    assert (found.n, found.estimate, found.state) == (200, 0.0, State.INCONCLUSIVE)
    whole = only(evidence(scores(new, old), samples=keys), BETTER)
    assert (whole.method, whole.n, whole.state) == ("cluster-t", 400, State.PASS)


def test_repeats_are_averaged_first() -> None:
    column = scores(bits(150, 50), bits(120, 80), ACCURACY)
    wide = type(column)(
        column.suite,
        column.output,
        np.concatenate([column.values, 1 - column.values], axis=2),
        np.concatenate([column.statuses, column.statuses], axis=2),
    )
    found = only(evidence(wide), NOT_WORSE)
    assert (found.estimate, found.n) == (0.0, 200)
