"""The table as Markdown, for a pull request or a wiki."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from bakeoff.evals.comparison import Comparison, MetricRow
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.reports.attribution import attribution_markdown
from bakeoff.reports.fairness import shown_fairness
from bakeoff.reports.findings import finding_lines
from bakeoff.reports.pairs import best_markdown, pairs_markdown
from bakeoff.reports.slices import slice_rows, whole_rows
from bakeoff.reports.wording import (
    LEGEND,
    cell_lines,
    difference_lines,
    differences_of,
    footer_lines,
    group_label,
    metric_label,
)


class MarkdownOptions(BaseModel):
    """None so far."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MarkdownReporter:
    """GitHub-flavoured Markdown; names that users chose are escaped."""

    def render(self, comparison: Comparison) -> bytes:
        return ("\n".join(_lines(comparison)) + "\n").encode()


def escape(text: str) -> str:
    """Text that cannot break a table or be taken for mark-up."""
    for character in "\\`*_{}[]<>|#":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def _lines(comparison: Comparison) -> Iterator[str]:
    yield f"## {escape(comparison.run.name)}"
    yield ""
    fairness = [f"- {escape(line)}" for line in shown_fairness(comparison)]
    yield from [*fairness, ""] if fairness else []
    yield from _table(whole_rows(comparison))
    yield from pairs_markdown(whole_rows(comparison), escape, "Pairs")
    yield from best_markdown(comparison, escape)
    slices = slice_rows(comparison)
    if slices.metrics:
        yield "### Slices"
        yield ""
        yield from _table(slices)
        yield from pairs_markdown(slices, escape, "Pairs in slices")
    yield from attribution_markdown(comparison, escape)
    if comparison.findings:
        yield "### Findings"
        yield ""
        yield from (f"- {escape(line)}" for line in finding_lines(comparison.findings, short=False))
        yield ""
    for line in (LEGEND, *footer_lines(comparison)):
        yield f"- {escape(line)}"


def _table(comparison: Comparison) -> Iterator[str]:
    one_baseline = None if comparison.all_pairs else comparison.baseline
    heads = [
        f"{escape(system.name)} ({'baseline' if system.name == one_baseline else system.kind})"
        for system in comparison.systems
    ]
    yield f"| metric | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    heading = ""
    for row in comparison.metrics:
        if group_label(row) != heading:
            heading = group_label(row)
            yield f"| **{escape(heading)}** |" + " |" * len(heads)
        cells = " | ".join(_cell(comparison, row, system.name) for system in comparison.systems)
        yield f"| {escape(metric_label(row))} | {cells} |"
    yield ""


def _cell(comparison: Comparison, row: MetricRow, system: str) -> str:
    lines = cell_lines(row.cells[system])
    if not comparison.all_pairs and row.cells[system].mean is not None:
        lines += [line for found in differences_of(row, system) for line in difference_lines(found)]
    return "<br>".join(escape(line) for line in lines)


def _build(_options: MarkdownOptions, _wiring: Wiring) -> MarkdownReporter:
    return MarkdownReporter()


PLUGIN = Plugin("markdown", MarkdownOptions, _build)
