"""2×2 attribution: golden numbers, its family, clusters, and what the judge could not score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys.arms import square, systems
from toys.table import Value, column, run_record

from bakeoff.evals.attribution import attributions
from bakeoff.evals.comparison import ArmEffect, Attribution, Verdict
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.records import Kind, Output, Status
from bakeoff.evals.statistics import max_t
from bakeoff.evals.table import SampleKey, ScoreTable

SCORE = Output(name="score", margin=0.05)
NONE = Status.NOT_APPLICABLE

# base, rag, tuned, both on eight samples
GOLDEN: list[list[Value]] = [
    [0.0, 0.2, 0.4, 0.1, 0.3, 0.0, 0.2, 0.4],
    [0.6, 0.7, 0.9, 0.6, 0.7, 0.5, 0.9, 0.7],
    [0.3, 0.4, 0.6, 0.5, 0.6, 0.2, 0.3, 0.7],
    [0.7, 0.8, 0.9, 0.6, 0.8, 0.7, 0.8, 0.7],
]


def all_of(made: ScoreTable) -> list[Attribution]:
    return list(attributions(made, {}, alpha=0.05, seed=0))


def only(made: ScoreTable) -> Attribution:
    (found,) = all_of(made)
    return found


def effects(found: Attribution) -> list[ArmEffect]:
    return [found.retrieval, found.tuning, found.interaction]


def noisy(center: float, n: int, seed: int, spread: float = 0.05) -> list[Value]:
    return [float(v) for v in np.clip(np.random.default_rng(seed).normal(center, spread, n), 0, 1)]


def test_golden_numbers() -> None:
    found = only(square(column(SCORE, GOLDEN)))
    # sums over the samples: base 1.6, rag 5.6, tuned 3.6, both 6.0
    assert found.means == pytest.approx({"base": 0.2, "rag": 0.7, "tuned": 0.45, "hybrid": 0.75})
    assert found.retrieval.effect == pytest.approx((4.0 + 2.4) / 2 / 8)
    assert found.tuning.effect == pytest.approx((2.0 + 0.4) / 2 / 8)
    assert found.interaction.effect == pytest.approx((6.0 - 3.6 - 5.6 + 1.6) / 8)
    assert (found.n, found.coverage, found.clusters) == (8, 1.0, None)
    assert found.retrieval.verdict is Verdict.BETTER
    assert found.interaction.verdict is Verdict.WORSE
    assert found.sentence == (
        "Overlaps: alone, retrieval makes +0.5 and tuning +0.25; together they make +0.55, "
        "0.2 worse than the sum."
    )


def test_intervals_and_p_are_those_of_one_family_over_all_metrics() -> None:
    other: list[list[Value]] = [noisy(c, 8, i, 0.2) for i, c in enumerate((0.4, 0.5, 0.5, 0.6))]
    found = all_of(square(column(SCORE, GOLDEN), column(Output(name="other"), other)))
    columns = []
    for values in (GOLDEN, other):
        base, rag, tuned, both = (np.array(row, dtype=float) for row in values)
        columns += [
            ((rag - base) + (both - tuned)) / 2,
            ((tuned - base) + (both - rag)) / 2,
            both - tuned - rag + base,
        ]
    family = max_t(np.column_stack(columns).round(12), alpha=0.05, seed=0)
    told = [effect for one in found for effect in effects(one)]
    assert [e.low for e in told] == pytest.approx(family.low.tolist())
    assert [e.high for e in told] == pytest.approx(family.high.tolist())
    assert [e.p_adjusted for e in told] == pytest.approx(family.p_adjusted.tolist())
    assert [e.p for e in told] == pytest.approx(family.p.tolist())


def test_only_samples_that_all_four_arms_have_count() -> None:
    values = [list(row) for row in GOLDEN]
    values[0][0], values[3][1], values[1][2] = Status.JUDGE_FAILED, None, NONE
    found = only(square(column(Output(name="score", low=None, high=None), values)))
    assert found.n == 5
    assert found.coverage == pytest.approx(5 / 7)
    base: list[float] = [float(v) for v in GOLDEN[0][3:] if isinstance(v, float)]
    assert found.means["base"] == pytest.approx(sum(base) / 5)


def test_a_metric_that_an_arm_cannot_have_has_no_square() -> None:
    closed: list[Value] = [NONE] * 8
    contexts = column(Output(name="faithfulness"), [closed, GOLDEN[1], closed, GOLDEN[3]])
    assert [one.metric for one in all_of(square(contexts, column(SCORE, GOLDEN)))] == ["score"]


def test_too_few_common_samples_are_said_to_be() -> None:
    one: list[Value] = [0.5, Status.JUDGE_FAILED, Status.JUDGE_FAILED]
    found = only(square(column(SCORE, [one] * 4)))
    assert found.interaction.effect is None
    assert found.sentence == "Cannot tell: only 1 sample with all four scores."
    assert found.coverage == pytest.approx(1 / 3)


def test_no_square_without_the_four() -> None:
    made = square(column(SCORE, GOLDEN))
    assert all_of(replace(made, systems=systems(*[(s.name, Kind.PROMPT, None) for s in made.systems]))) == []


def test_repeats_are_averaged_first() -> None:
    once = square(column(SCORE, GOLDEN))
    whole = once.columns[0]
    values = np.concatenate([whole.values - 0.01, whole.values + 0.01], axis=2)
    twice = replace(
        once, columns=[replace(whole, values=values, statuses=np.repeat(whole.statuses, 2, axis=2))]
    )
    assert only(twice).n == 8
    assert only(twice).interaction.effect == pytest.approx(only(once).interaction.effect)


def test_clusters_are_kept() -> None:
    rows = [noisy(center, 40, i) for i, center in enumerate((0.2, 0.5, 0.4, 0.6))]
    keys = [SampleKey(f"s{i}", cluster=f"c{i // 4}") for i in range(40)]
    alone, clustered = only(square(column(SCORE, rows))), only(square(column(SCORE, rows), samples=keys))
    assert (alone.clusters, clustered.clusters) == (None, 10)
    assert alone.retrieval.low != clustered.retrieval.low


@pytest.mark.parametrize(
    ("centers", "direction", "word"),
    [
        ((0.2, 0.4, 0.3, 0.5), "higher", "Adds up"),
        ((0.2, 0.5, 0.5, 0.5), "higher", "Overlaps"),
        ((0.2, 0.3, 0.3, 0.8), "higher", "Reinforces"),
        ((0.8, 0.4, 0.4, 0.4), "lower", "Overlaps"),
        ((0.8, 0.4, 0.4, 0.4), "higher", "Overlaps"),
        ((0.8, 0.7, 0.7, 0.2), "lower", "Reinforces"),
    ],
)
def test_the_word_is_for_what_the_two_do_together(
    centers: tuple[float, ...], direction: str, word: str
) -> None:
    output = Output.model_validate({"name": "x", "direction": direction, "margin": 0.05})
    rows = [noisy(center, 200, i) for i, center in enumerate(centers)]
    assert only(square(column(output, rows))).sentence.startswith(f"{word}: ")


def test_an_open_interaction_claims_nothing() -> None:
    rows = [noisy(0.5, 12, i, 0.3) for i in range(4)]
    found = only(square(column(SCORE, rows)))
    assert found.interaction.verdict is Verdict.CANNOT_TELL
    assert found.sentence.startswith("Cannot tell: ")
    assert f"{found.interaction.low:+.3g} to {found.interaction.high:+.3g}" in found.sentence


def test_judge_failures_give_bounds_and_may_take_the_verdict_away() -> None:
    rows = [noisy(center, 40, i) for i, center in enumerate((0.2, 0.5, 0.3, 0.6))]
    whole = only(square(column(SCORE, rows)))
    assert whole.retrieval.bounds is None
    rows[1][0] = Status.JUDGE_FAILED
    one = only(square(column(SCORE, rows)))
    assert one.retrieval.verdict is Verdict.BETTER
    bounds = one.retrieval.bounds
    assert bounds is not None
    assert bounds.stable
    base, tuned, both = (float(rows[i][0] or 0) for i in (0, 2, 3))
    rest = (one.retrieval.effect or 0) * 39
    assert bounds.low_effect == pytest.approx((rest + ((0 - base) + (both - tuned)) / 2) / 40)
    assert bounds.high_effect == pytest.approx((rest + ((1 - base) + (both - tuned)) / 2) / 40)
    rows[1][:25] = [Status.JUDGE_FAILED] * 25
    many = only(square(column(SCORE, rows)))
    assert many.retrieval.verdict is Verdict.BETTER  # whatever the judge would have said
    assert many.interaction.verdict is Verdict.CANNOT_TELL
    assert "judge" in many.interaction.note
    assert "judge" in many.sentence


def test_bounds_take_an_effects_arms_to_opposite_ends() -> None:
    rows = [noisy(center, 40, i) for i, center in enumerate((0.2, 0.5, 0.3, 0.6))]
    rows[0][0] = rows[1][0] = Status.JUDGE_FAILED
    bounds = only(square(column(SCORE, rows))).retrieval.bounds
    assert bounds is not None
    # base and rag are unknown on one sample of 40: (rag − base) / 2 may be anything from −0.5 to 0.5 there
    assert bounds.high_effect - bounds.low_effect == pytest.approx(1 / 40)


def test_an_interaction_may_be_twice_as_large_as_a_difference() -> None:
    rows: list[list[Value]] = [[1.0] * 10, [0.0] * 10, [0.0] * 10, [1.0] * 10]
    found = only(square(column(SCORE, rows))).interaction
    assert (found.effect, found.high) == (2.0, 2.0)


def test_a_slice_has_no_square() -> None:
    whole = column(SCORE, GOLDEN)
    assert len(all_of(square(whole, replace(whole, slice="domain=billing")))) == 1


def test_no_spread_has_the_width_that_so_few_samples_allow() -> None:
    rows: list[list[Value]] = [[0.0] * 10, [1.0] * 10, [0.0] * 10, [1.0] * 10]
    found = only(square(column(SCORE, rows)))
    assert found.retrieval.effect == 1.0
    assert found.retrieval.low is not None
    assert found.retrieval.low < 1.0
    assert found.interaction.low is not None
    assert -2 <= found.interaction.low < 0


def test_the_comparison_holds_it_and_its_unit() -> None:
    latency = column(Output(name="latency_s", direction="lower", high=None), GOLDEN, suite="operations")
    made = square(latency)
    (found,) = compare_table(run_record(made), made, baseline="base").attribution
    assert (found.unit, found.direction) == ("s", "lower")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.floats(0, 1)] * 4), min_size=2, max_size=9))
def test_effects_are_those_of_the_means(rows: list[tuple[float, ...]]) -> None:
    found = only(square(column(SCORE, [list(row) for row in zip(*rows, strict=True)])))
    base, rag, tuned, both = (found.means[arm] for arm in ("base", "rag", "tuned", "hybrid"))
    assert found.retrieval.effect == pytest.approx((rag - base + both - tuned) / 2, abs=1e-12)
    assert found.tuning.effect == pytest.approx((tuned - base + both - rag) / 2, abs=1e-12)
    assert found.interaction.effect == pytest.approx(both - tuned - rag + base, abs=1e-12)
