"""What the design is for, shown by simulation: error rates under the null, and planted drops.

METHODS.md §3: with n = 500, σ_I = .45, σ_T = .05 and K = 5 shared templates, a test that takes items as the
only thing that varies is wrong in 19 % of nulls; one random format for each item keeps its 5 %.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bakeoff.evals.finding_verdicts import judge_findings
from bakeoff.evals.statistics import difference_interval, two_way
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.format_shift.findings import Made, findings

pytestmark = pytest.mark.slow

BuildTable = Callable[..., ScoreTable]
N, ITEM_SD, FORMAT_SD, SHARED = 500, 0.45, 0.05, 5


def false_alarms(runs: int, formats_of: Callable[[np.random.Generator], NDArray[np.int64]]) -> float:
    """Share of null runs whose interval, as `change` computes it, leaves out 0."""
    rng = np.random.default_rng(3)
    nothing, wrong = np.zeros(N), 0
    for _ in range(runs):
        formats = formats_of(rng)
        effects = rng.normal(0, FORMAT_SD, formats.max() + 1)
        interval = difference_interval(effects[formats] + rng.normal(0, ITEM_SD, N), nothing)
        assert interval.low is not None
        assert interval.high is not None
        wrong += not interval.low <= 0 <= interval.high
    return wrong / runs


def test_ignoring_that_templates_vary_gives_the_inflated_error_of_the_methods() -> None:
    rate = false_alarms(4_000, lambda _rng: np.arange(N) % SHARED)
    assert 0.17 <= rate <= 0.21


def test_one_random_format_for_each_item_keeps_the_error_at_most_6_percent() -> None:
    many = 10_000  # the grammar yields more formats than there are items; items may share one by chance
    rate = false_alarms(4_000, lambda rng: rng.integers(0, many, N))
    assert rate <= 0.06


def test_the_crossed_blocks_interval_keeps_its_level_too() -> None:
    rng = np.random.default_rng(4)
    runs, wrong = 2_000, 0
    for _ in range(runs):
        values = rng.normal(0, FORMAT_SD, 10) + rng.normal(0, ITEM_SD, (50, 10))
        interval, _ = two_way(values)
        assert interval.low is not None
        assert interval.high is not None
        wrong += not interval.low <= 0 <= interval.high
    assert wrong / runs <= 0.06


FAMILIES = ["casual", "typos", "template", "output_json", *(f"crossed:{k:02d}" for k in range(4))]


def answers(
    rng: np.random.Generator, hard: NDArray[np.float64], loss: float
) -> Callable[[int, str | None], float]:
    """Right with the item's own probability, less `loss` on variants; drawn anew for each cell."""
    drawn = {
        (i, variant): float(rng.random() < chance - (0 if variant is None else loss))
        for variant in (None, *FAMILIES)
        for i, chance in enumerate(hard)
    }
    return lambda i, variant: drawn[i, variant]


def alarmed(build_table: BuildTable, seed: int, items: int, loss: float) -> bool:
    """Whether any finding of a run of a parent and its tuned child stays an alarm after Holm."""
    rng = np.random.default_rng(seed)
    hard = rng.uniform(0.5, 1.0, items)
    table = build_table({"base": answers(rng, hard, 0.0), "tuned": answers(rng, hard, loss)}, FAMILIES, items)
    return any(one.status == "alarm" for one in judge_findings(findings(table, Made()), table.alpha))


def test_the_parent_against_itself_raises_an_alarm_in_at_most_5_percent(build_table: BuildTable) -> None:
    from scipy.stats import binomtest

    runs = 200
    alarms = sum(alarmed(build_table, seed, 60, 0.0) for seed in range(runs))
    assert binomtest(alarms, runs).proportion_ci(0.95, "exact").low <= 0.05


def test_a_planted_drop_of_20_points_in_all_families_is_nearly_always_found(build_table: BuildTable) -> None:
    found = sum(alarmed(build_table, seed, 150, 0.2) for seed in range(20))
    assert found >= 18
