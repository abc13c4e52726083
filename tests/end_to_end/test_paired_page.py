"""docs/paired.md: one set of scores, compared as if it were unpaired, and as bakeoff compares it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from toys.table import column, run_record, table
from toys.written import check_written

from bakeoff.evals.comparison import Comparison, Verdict
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.records import Output
from bakeoff.evals.statistics import paired_test, unpaired_difference
from bakeoff.reports import markdown
from bakeoff.reports.wording import interval, number, p_value

OLD = [0.55, 0.64, 0.83, 0.47, 0.72, 0.65, 0.50, 0.55, 0.51, 0.73, 0.46, 0.48]
NEW = [0.59, 0.93, 0.75, 0.58, 0.74, 0.78, 0.49, 0.75, 0.72, 0.85, 0.51, 0.57]
"""Share of the wanted points in each answer: invented, by the draw of many in which the p are these."""

PAGE = "paired.md"


def comparison() -> Comparison:
    made = table(["old", "new"], [column(Output(name="points"), [OLD, NEW])])
    return compare_table(run_record(made), made, baseline="old")


def test_the_scores_of_the_page() -> None:
    check_written(PAGE, "test_paired_page.py: scores", "\n".join(scores_table()))


def test_the_two_answers_of_the_page() -> None:
    check_written(PAGE, "test_paired_page.py: both", "\n".join(both()))


def test_the_page_shows_the_table_that_the_report_shows() -> None:
    reporter = markdown.PLUGIN.build(markdown.MarkdownOptions(), Wiring.__new__(Wiring))
    blocks = reporter.render(comparison()).decode().split("\n\n")
    shown = next(block for block in blocks if block.startswith("| metric"))
    check_written(PAGE, "test_paired_page.py: table", shown)


def test_pairing_finds_what_the_unpaired_test_does_not() -> None:
    """The known failing: the same data, 0.080 unpaired and 0.008 paired."""
    assert unpaired_difference(NEW, OLD).p == pytest.approx(0.080, abs=0.0005)
    assert paired_test(NEW, OLD).p == pytest.approx(0.008, abs=0.0005)
    (row,) = comparison().metrics
    (difference,) = row.differences
    assert difference.verdict is Verdict.BETTER
    assert difference.p_adjusted == pytest.approx(0.008, abs=0.0005)


def scores_table() -> Iterator[str]:
    yield "| question | old | new | new − old |"
    yield "|---|---|---|---|"
    for i, (old, new) in enumerate(zip(OLD, NEW, strict=True), 1):
        yield f"| {i} | {old:.2f} | {new:.2f} | {new - old:+.2f} |"
    spread = [np.std(values, ddof=1) for values in (OLD, NEW, np.subtract(NEW, OLD))]
    yield f"| **mean** | {np.mean(OLD):.3f} | {np.mean(NEW):.3f} | {np.mean(NEW) - np.mean(OLD):+.3f} |"
    yield f"| **standard deviation** | {' | '.join(f'{sd:.3f}' for sd in spread)} |"


def both() -> Iterator[str]:
    apart, together = unpaired_difference(NEW, OLD, bounds=(0, 1)), comparison().metrics[0].differences[0]
    yield "| | difference | 95 % interval | p |"
    yield "|---|---|---|---|"
    found = apart.interval
    yield (
        f"| unpaired ({apart.test}) | {number(found.estimate, signed=True)} "
        f"| {interval(found.low, found.high, signed=True)} | {p_value(apart.p).removeprefix('p=')} |"
    )
    yield (
        f"| paired ({together.test}) | {number(together.effect, signed=True)} "
        f"| {interval(together.low, together.high, signed=True)} | {p_value(together.p).removeprefix('p=')} |"
    )
