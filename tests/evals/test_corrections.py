"""Two corrections: the table's family is blind to slices, and slices are held to a false discovery rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from toys.table import Value, column, run_record, table

from bakeoff.evals.comparison import Comparison, Difference, Verdict
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.differences import differences
from bakeoff.evals.records import Output, Status
from bakeoff.evals.slices import SlicesConfig, with_slices
from bakeoff.evals.statistics import benjamini_hochberg, difference_interval, paired_test
from bakeoff.evals.table import SampleKey, ScoreTable

MATCH = Output(name="match", margin=0.02)


def by_domain(shifts: Sequence[float], n: int, seed: int = 0, clusters: int = 0) -> ScoreTable:
    """One continuous metric over as many domains as there are shifts: rag − base is about the shift."""
    rng = np.random.default_rng(seed)
    base = rng.normal(0.5, 0.1, len(shifts) * n).clip(0, 1)
    shifted = base + np.repeat(shifts, n) + rng.normal(0, 0.05, len(base))
    samples = [
        SampleKey(f"s{i}", domain=f"d{i // n}", cluster=f"c{i % clusters}" if clusters else None)
        for i in range(len(base))
    ]
    rows: list[list[Value]] = [[float(v) for v in base], [float(v) for v in shifted]]
    return table(["base", "rag"], [column(MATCH, rows)], samples)


def compared(made: ScoreTable, metrics: str | None = "all") -> Comparison:
    record = run_record(made)
    slices = None if metrics is None else SlicesConfig.model_validate({"metrics": metrics})
    header = record.header.model_copy(update={"slices": slices})
    return compare_table(record.model_copy(update={"header": header}), made, baseline="base")


def of_slices(comparison: Comparison) -> list[Difference]:
    return [d for row in comparison.metrics if row.slice is not None for d in row.differences]


def sliced(made: ScoreTable) -> list[Difference]:
    """The differences of all slices, without anything else of a comparison."""
    found = differences(with_slices(made, SlicesConfig(metrics="all")), [("rag", "base")], alpha=0.05, seed=0)
    return [difference for key, difference in found.found if key != "toy.match"]


def test_slices_change_nothing_in_the_table() -> None:
    made = by_domain([0.3, 0.0, -0.2], 40)
    plain, sliced = compared(made, None), compared(made)
    assert plain.metrics[0] == sliced.metrics[0]
    assert (plain.footer.family, plain.footer.permutations) == (
        sliced.footer.family,
        sliced.footer.permutations,
    )
    assert (plain.footer.slices, sliced.footer.slices, sliced.footer.slices_too_few) == (0, 3, 0)


def test_a_slice_is_judged_by_its_own_interval_and_the_p_adjusted_over_slices() -> None:
    made = by_domain([0.3, 0.0, -0.2], 40)
    found = of_slices(compared(made))
    assert [d.verdict for d in found] == [Verdict.BETTER, Verdict.EQUIVALENT, Verdict.WORSE]
    assert {d.correction for d in found} == {"bh"}
    values = made.columns[0].values[:, :, 0]
    raw = []
    for i, difference in enumerate(found):
        a, b = values[1, 40 * i : 40 * i + 40], values[0, 40 * i : 40 * i + 40]
        interval = difference_interval(a, b, bounds=(0.0, 1.0))
        assert (difference.low, difference.high) == (interval.low, interval.high)
        assert (difference.low, difference.high) == (difference.pointwise_low, difference.pointwise_high)
        raw.append(paired_test(a, b).p or 0.0)
    assert [d.p for d in found] == pytest.approx(raw)
    assert [d.p_adjusted for d in found] == pytest.approx(benjamini_hochberg(raw).tolist())
    whole = compared(made).metrics[0].differences[0]
    assert whole.correction == "max_t"


def test_a_small_p_gets_the_sign_vectors_that_so_many_slices_need() -> None:
    found = sliced(by_domain([0.3, *[0.0] * 60], 20))
    assert found[0].p == pytest.approx(1 / 12_201)  # 20·61/.1, and the identity
    assert found[0].verdict is Verdict.BETTER
    assert round((found[1].p or 0) * 10_001, 6).is_integer()


def test_by_chance_few_slices_are_called() -> None:
    """No slice has a difference: BH then bounds the chance of any call by q, .10."""
    calls = 0
    for seed in range(60):
        found = sliced(by_domain([0.0] * 8, 14, seed))
        calls += any(d.verdict in (Verdict.BETTER, Verdict.WORSE) for d in found)
    assert 0 < calls <= 12  # of 60; more have a chance below .01 at .10


@pytest.mark.parametrize(("n", "clusters", "note"), [(9, 0, "(n = 9)"), (40, 5, "(n = 40 in 5 clusters)")])
def test_too_few_pairs_or_clusters_are_not_tested_and_cost_nothing(n: int, clusters: int, note: str) -> None:
    comparison = compared(by_domain([0.3], n, clusters=clusters))
    (difference,) = of_slices(comparison)
    assert difference.effect == pytest.approx(0.3, abs=0.05)
    assert (difference.p, difference.p_adjusted, difference.low, difference.high) == (None,) * 4
    assert difference.verdict is Verdict.CANNOT_TELL
    assert difference.note == f"too few to say {note}"
    assert (comparison.footer.slices, comparison.footer.slices_too_few) == (0, 1)


def test_ten_pairs_are_enough() -> None:
    (difference,) = of_slices(compared(by_domain([0.3], 10)))
    assert difference.verdict is Verdict.BETTER


def test_judge_failures_are_bounded_within_slices_too() -> None:
    made = by_domain([0.12, 0.12], 40)
    values: list[Value] = [float(v) for v in made.columns[0].values[1, :, 0]]
    values[:12] = [Status.JUDGE_FAILED] * 12
    base: list[Value] = [float(v) for v in made.columns[0].values[0, :, 0]]
    hurt = table(["base", "rag"], [column(MATCH, [base, values])], made.samples)
    broken, sound = of_slices(compared(hurt))
    assert broken.bounds is not None
    assert not broken.bounds.stable
    assert (broken.verdict, sound.verdict) == (Verdict.CANNOT_TELL, Verdict.BETTER)
    assert "could not score" in broken.note
