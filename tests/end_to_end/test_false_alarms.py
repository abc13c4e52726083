"""Systems that differ by chance only: how often a whole table marks any of them better or worse.

Eight metrics and three comparisons make one table; one mark in it is a false alarm of the table. The tables
and the figure of docs/statistics_checked.md are written here (WRITE_DOCS=1), from a thousand repetitions;
else the first of those are repeated, and held against what the page says of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from toys.drawn import figure
from toys.false_alarms import Marks, World, exact_interval, repeated, shipped, tabled
from toys.written import check_written, writes

LEVEL = 0.05
REPETITIONS, FIRST = 1000, 150


@dataclass(frozen=True)
class Variant:
    """One line of the table; `tolerance` where the clock, which is in the family, has a part in the count."""

    label: str
    path: Callable[[World, int], Marks]
    world: World
    tolerance: float = 0.0


VARIANTS: Mapping[str, Variant] = {
    "shipped": Variant("`bakeoff run` and its table", shipped, World(40), 10),
    "alone": Variant("the comparison alone", tabled, World(40)),
    "clustered": Variant("the comparison alone", tabled, World(60, 20)),
}


def test_a_system_that_is_better_is_marked_by_both_ways() -> None:
    """What the rates rest on: a mark is counted where there is one."""
    world = World(40, shift=3.0)
    assert shipped(world, 0).metrics >= 6
    assert tabled(world, 0).metrics >= 6


def test_both_ways_compare_the_same_scores() -> None:
    world = World(20, 10)
    by_run, by_table = shipped(world, 3), tabled(world, 3)
    assert len(by_run.effects) == 24
    assert len(set(by_run.effects)) > 12
    assert by_run.effects == pytest.approx(by_table.effects, abs=1e-12)


@pytest.fixture(scope="module")
def alarmed() -> dict[str, list[bool]]:
    """By variant: whether each table has a false alarm."""
    workers = min(4, os.cpu_count() or 1)
    found = {}
    for name, variant in VARIANTS.items():
        marked = repeated(variant.path, variant.world, range(REPETITIONS if writes() else FIRST), workers)
        assert {len(marks.effects) for marks in marked} == {24}
        found[name] = [marks.metrics > 0 for marks in marked]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_a_table_raises_a_false_alarm_in_five_per_cent(name: str, alarmed: Mapping[str, list[bool]]) -> None:
    found, variant, page = alarmed[name], VARIANTS[name], "statistics_checked.md"
    low, high = exact_interval(sum(found), len(found))
    assert low <= LEVEL
    assert high >= LEVEL / 2  # a table that never marks anything keeps every level
    first = f"Of the first {FIRST} of them {sum(found[:FIRST])} have one."
    check_written(page, f"test_false_alarms.py: first, {name}", first, variant.tolerance / 4)
    if writes():
        check_written(page, f"test_false_alarms.py: {name}", table(variant, sum(found)))


@pytest.mark.slow
@pytest.mark.skipif(not writes(), reason="draws the figure anew, with WRITE_DOCS=1")
def test_the_figure_is_drawn(alarmed: Mapping[str, list[bool]]) -> None:
    draw({name: sum(found) for name, found in alarmed.items()})


def table(variant: Variant, hits: int) -> str:
    """One variant's line, with its head."""
    low, high = exact_interval(hits, REPETITIONS)
    world = variant.world
    samples = f"{world.samples}" + (f" in {world.clusters} clusters" if world.clusters else "")
    figures = f"{hits} | {hits / REPETITIONS:.1%} | {low:.1%} to {high:.1%}"
    head = "| what ran | samples | tables | with a false alarm | rate | exact 95 % interval |"
    return f"{head}\n|---|---|---|---|---|---|\n| {variant.label} | {samples} | {REPETITIONS:,} | {figures} |"


def draw(counted: Mapping[str, int]) -> None:
    """The rates with their intervals, beside the level."""
    with figure("false_alarms.svg", 6.0, 1.9) as axes:
        for place, name in enumerate(reversed(list(counted))):
            low, high = exact_interval(counted[name], REPETITIONS)
            axes.plot([100 * low, 100 * high], [place, place], color="#1f5fa8")
            axes.plot([100 * counted[name] / REPETITIONS], [place], "o", color="#1f5fa8")
            clustered = ", clustered" if VARIANTS[name].world.clusters else ""
            axes.text(0.1, place, VARIANTS[name].label.replace("`", "") + clustered, va="center")
        axes.axvline(100 * LEVEL, color="#888888", linestyle="--")
        axes.set(xlim=(0, 8), ylim=(-0.5, len(counted) - 0.5), yticks=[])
        axes.set_xlabel("tables with a false alarm (%), with exact 95 % intervals")
