"""Differences: pairing, direction, margin, clusters, and the bounds of judge failures."""

from __future__ import annotations

import numpy as np
import pytest
from toys.table import Value, column, table

from bakeoff.evals.comparison import Difference, Verdict
from bakeoff.evals.differences import differences
from bakeoff.evals.records import Output, Status
from bakeoff.evals.table import SampleKey, ScoreTable

ACCURACY = Output(name="accuracy", margin=0.02)
LATENCY = Output(name="latency", direction="lower", high=None)


def only(made: ScoreTable, pair: tuple[str, str] = ("new", "old")) -> Difference:
    found = differences(made, [pair], alpha=0.05, seed=0).found
    assert len(found) == 1
    return found[0][1]


def noisy(center: float, n: int, seed: int, spread: float = 0.1) -> list[Value]:
    return [float(v) for v in np.random.default_rng(seed).normal(center, spread, n)]


def test_a_clear_gain_is_better_and_a_clear_loss_worse() -> None:
    high, low = noisy(0.8, 60, 1), noisy(0.5, 60, 2)
    gain = only(table(["new", "old"], [column(ACCURACY, [high, low])]))
    loss = only(table(["new", "old"], [column(ACCURACY, [low, high])]))
    assert gain.verdict is Verdict.BETTER
    assert loss.verdict is Verdict.WORSE
    assert gain.effect == pytest.approx(-loss.effect if loss.effect else None)
    assert gain.low is not None
    assert gain.low > 0
    assert gain.p_adjusted is not None
    assert gain.p_adjusted <= 0.001


def test_lower_is_better_where_the_output_says_so() -> None:
    slow, fast = noisy(3.0, 60, 1), noisy(1.0, 60, 2)
    assert only(table(["new", "old"], [column(LATENCY, [fast, slow])])).verdict is Verdict.BETTER


def test_a_difference_inside_the_margin_is_equivalent_even_if_significant() -> None:
    base = noisy(0.5, 400, 1)
    shifted: list[Value] = [
        float(v) + 0.01 + 0.001 * (i % 3) for i, v in enumerate(base) if isinstance(v, float)
    ]
    found = only(table(["new", "old"], [column(ACCURACY, [shifted, base])]))
    assert found.p is not None
    assert found.p < 0.05
    assert found.verdict is Verdict.EQUIVALENT


def test_too_little_data_cannot_tell() -> None:
    found = only(table(["new", "old"], [column(ACCURACY, [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])]))
    assert found.verdict is Verdict.CANNOT_TELL


def test_pairs_are_by_sample_and_the_unpaired_are_counted() -> None:
    a: list[Value] = [1.0, 0.0, 1.0, Status.JUDGE_FAILED, 1.0]
    b: list[Value] = [0.0, 0.0, 1.0, 1.0, None]
    found = only(table(["new", "old"], [column(LATENCY, [a, b])]))
    assert (found.n, found.only_system, found.only_baseline) == (3, 1, 1)
    assert found.effect == pytest.approx(1 / 3)


def test_a_metric_that_does_not_apply_to_one_side_has_no_difference() -> None:
    a: list[Value] = [Status.NOT_APPLICABLE] * 3
    found = only(table(["new", "old"], [column(ACCURACY, [a, [1.0, 0.0, 1.0]])]))
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert found.effect is None


def test_one_pair_has_an_effect_and_no_verdict() -> None:
    a: list[Value] = [1.0, Status.JUDGE_FAILED]
    found = only(table(["new", "old"], [column(ACCURACY, [a, [0.0, 1.0]])]))
    assert (found.effect, found.n, found.low, found.p) == (1.0, 1, None, None)
    assert found.verdict is Verdict.CANNOT_TELL


def test_no_failures_on_either_side_is_equivalent_with_enough_samples() -> None:
    few, many = [0.0] * 20, [0.0] * 2000
    rate = Output(name="failure_rate", direction="lower", margin=0.01)
    unsure = only(table(["new", "old"], [column(rate, [few, few])]))
    sure = only(table(["new", "old"], [column(rate, [many, many])]))
    assert (unsure.effect, unsure.verdict) == (0, Verdict.CANNOT_TELL)
    assert (sure.effect, sure.verdict) == (0, Verdict.EQUIVALENT)


def test_binary_outcomes_use_mcnemar_and_tango() -> None:
    a, b = [1.0] * 30 + [0.0] * 10, [0.0] * 20 + [1.0] * 20
    found = only(table(["new", "old"], [column(ACCURACY, [a, b])]))
    assert "mcnemar" in found.test.lower()
    assert "tango" in found.interval.lower()
    assert found.p_mid is not None


def test_shared_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(5)
    shift = np.repeat(rng.normal(0.1, 0.3, 20), 10)
    a = [float(v) for v in 0.5 + shift + rng.normal(0, 0.05, 200)]
    b = [0.5 + 0.001 * (i % 7) for i in range(200)]
    alone = only(table(["new", "old"], [column(LATENCY, [a, b])]))
    keys = [SampleKey(f"s{i}", cluster=f"c{i // 10}") for i in range(200)]
    together = only(table(["new", "old"], [column(LATENCY, [a, b])], keys))
    assert together.clusters == 20
    assert alone.clusters is None
    assert None not in (together.high, together.low, alone.high, alone.low)
    assert (together.high or 0) - (together.low or 0) > 2 * ((alone.high or 0) - (alone.low or 0))


def test_variants_share_their_origins_cluster() -> None:
    keys = [
        SampleKey("a"),
        SampleKey("a~1", origin="a", variant="typo"),
        SampleKey("b"),
        SampleKey("c", cluster="x"),
    ]
    made = table(["new", "old"], [column(LATENCY, [[1.0, 2.0, 3.0, 4.0], [0.0, 0.5, 0.0, 1.0]])], keys)
    assert only(made).clusters == 3


def test_few_clusters_are_named() -> None:
    keys = [SampleKey(f"s{i}", cluster=f"c{i % 4}") for i in range(40)]
    made = table(["new", "old"], [column(LATENCY, [noisy(1, 40, 1), noisy(0, 40, 2)])], keys)
    assert "fewer than 10 clusters" in only(made).note


def test_judge_failures_are_bounded_and_take_a_verdict_that_hangs_on_them() -> None:
    a: list[Value] = [*noisy(0.62, 40, 3, 0.02), *([Status.JUDGE_FAILED] * 20)]
    b: list[Value] = noisy(0.5, 60, 4, 0.02)
    hanging = only(table(["new", "old"], [column(ACCURACY, [a, b])]))
    assert hanging.bounds is not None
    assert hanging.bounds.low_effect < (hanging.effect or 0) < hanging.bounds.high_effect
    assert hanging.bounds.low_effect == pytest.approx(
        (
            sum(v for v in a if isinstance(v, float) and not isinstance(v, Status))
            - sum(v for v in b if isinstance(v, float))
        )
        / 60
    )
    assert not hanging.bounds.stable
    assert hanging.verdict is Verdict.CANNOT_TELL
    assert "could not score" in hanging.note


def test_few_judge_failures_leave_a_clear_verdict_standing() -> None:
    a: list[Value] = [*noisy(0.9, 99, 3, 0.02), Status.JUDGE_FAILED]
    found = only(table(["new", "old"], [column(ACCURACY, [a, noisy(0.2, 100, 4, 0.02)])]))
    assert found.bounds is not None
    assert found.bounds.stable
    assert found.verdict is Verdict.BETTER


def test_the_family_is_all_metrics_and_systems() -> None:
    rows = [noisy(0.55, 40, 1), noisy(0.5, 40, 2), noisy(0.5, 40, 3)]
    one = table(["new", "other", "old"], [column(ACCURACY, rows)])
    many = table(["new", "other", "old"], [column(Output(name=f"m{i}"), rows) for i in range(6)])
    small = differences(one, [("new", "old")], alpha=0.05, seed=0).family
    large = differences(many, [("new", "old"), ("other", "old")], alpha=0.05, seed=0).family
    assert (small, large) == (1, 12)


def test_adjusted_p_and_simultaneous_interval_never_contradict() -> None:
    rng = np.random.default_rng(11)
    for trial in range(20):
        base = rng.normal(0, 1, 30)
        rows = [
            [[float(x) for x in base + rng.normal(s, 1, 30)], [float(x) for x in base]]
            for s in (0, 0.3, 0.6, 0.9)
        ]
        made = table(
            ["new", "old"], [column(Output(name=f"m{i}", low=None, high=None), r) for i, r in enumerate(rows)]
        )
        found = differences(made, [("new", "old")], alpha=0.05, seed=trial).found
        for _, difference in found:
            assert difference.low is not None
            assert difference.high is not None
            assert difference.p_adjusted is not None
            assert (difference.p_adjusted <= 0.05) == (difference.low > 0 or difference.high < 0)


def test_no_end_lies_where_no_difference_can_be() -> None:
    won: list[Value] = [*[1.0] * 36, *[0.0] * 4]
    lost: list[Value] = [*[0.0] * 40]
    open_ended = Output(name="score", low=None, high=None)
    bounded = only(table(["new", "old"], [column(ACCURACY, [won, lost])]))
    free = only(table(["new", "old"], [column(open_ended, [won, lost])]))
    assert free.high is not None
    assert free.high > 1
    assert bounded.high == 1.0
    assert (bounded.low, bounded.verdict) == (free.low, free.verdict)
