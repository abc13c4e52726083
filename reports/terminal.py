"""The table for a terminal, drawn by rich; plain text where the output is no terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO

from pydantic import BaseModel, ConfigDict, Field
from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bakeoff.evals.comparison import Comparison, MetricRow, Verdict
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.table import SystemInfo
from bakeoff.reports.attribution import attribution_tables
from bakeoff.reports.fairness import shown_fairness
from bakeoff.reports.findings import finding_lines
from bakeoff.reports.pairs import best_tables, pairs_table
from bakeoff.reports.slices import shown_slices, whole_rows
from bakeoff.reports.wording import (
    LEGEND,
    MARKS,
    cell_lines,
    difference_lines,
    differences_of,
    footer_lines,
    group_label,
    metric_label,
)

PADDING = 3
"""Characters around a column."""

STYLES = {Verdict.BETTER: "green", Verdict.WORSE: "red", Verdict.EQUIVALENT: "cyan"}


WIDEST = 32
"""Characters of a cell that keep their line; longer remarks are wrapped."""


def draw(comparison: Comparison, width: int) -> RenderableType:
    """The comparison as something that a rich console of so many characters prints.

    Systems that do not fit beside each other stand in further tables, so that no interval is broken. Slices
    have tables of their own below, of which only the telling rows are shown where there are many.
    """
    parts: list[RenderableType] = [Text(f"• {line}") for line in shown_fairness(comparison)]
    parts += _tables(whole_rows(comparison), width, comparison.run.name)
    parts += pairs_table(whole_rows(comparison), _colour)
    parts += best_tables(comparison, width)
    slices, left_out = shown_slices(comparison)
    if slices.metrics:
        parts += _tables(slices, width, "Slices")
        parts += pairs_table(slices, _colour)
    if left_out:
        parts.append(Text(left_out))
    parts += attribution_tables(comparison)
    if comparison.findings:
        lines = finding_lines(comparison.findings, short=True)
        parts += [Text("Findings", style="bold"), *(Text(f"• {line}") for line in lines)]
    parts += [Text(line, style="dim") for line in (LEGEND, *footer_lines(comparison))]
    return Group(*parts)


def side_by_side(comparison: Comparison, width: int) -> list[list[SystemInfo]]:
    """The systems in groups whose columns fit into the width, at least one in each."""
    label = max(
        (max(len(metric_label(row)) + 1, len(group_label(row))) for row in comparison.metrics), default=0
    )
    groups: list[list[SystemInfo]] = []
    room = 0
    for system in comparison.systems:
        column = _width(comparison, system) + PADDING
        if not groups or column > room:
            groups.append([])
            room = width - label - PADDING - 1
        groups[-1].append(system)
        room -= column
    return groups


def _width(comparison: Comparison, system: SystemInfo) -> int:
    """Characters of the widest line in a system's column, long remarks not counted."""
    heads = [system.name, f"({_role(comparison, system)})"]
    lines = [
        line for row in comparison.metrics for line in _cell(comparison, row, system.name).plain.split("\n")
    ]
    return max(len(line) for line in heads + lines if len(line) <= WIDEST)


def _role(comparison: Comparison, system: SystemInfo) -> str:
    one_baseline = system.name == comparison.baseline and not comparison.all_pairs
    return "baseline" if one_baseline else str(system.kind)


def _colour(said: str) -> str:
    """The style of a text that ends in, or holds, a verdict's mark."""
    return next((style for verdict, style in STYLES.items() if MARKS[verdict] in said), "")


def _tables(comparison: Comparison, width: int, title: str) -> Iterator[Table]:
    """The rows in as many tables as the systems need; the first has the title."""
    for i, group in enumerate(side_by_side(comparison, width)):
        yield _table(comparison, group, Text(title) if i == 0 else None)


def _table(comparison: Comparison, systems: Sequence[SystemInfo], title: Text | None) -> Table:
    table = Table(box=box.SIMPLE_HEAVY, title=title, title_justify="left", show_lines=True)
    table.add_column("metric", no_wrap=True)
    for system in systems:
        table.add_column(Text(f"{system.name}\n({_role(comparison, system)})"), max_width=WIDEST)
    heading = ""
    for row in comparison.metrics:
        if group_label(row) != heading:
            heading = group_label(row)
            table.add_row(Text(heading, style="bold"))
        table.add_row(
            Text(f" {metric_label(row)}"), *(_cell(comparison, row, system.name) for system in systems)
        )
    return table


def _cell(comparison: Comparison, row: MetricRow, system: str) -> Text:
    text = Text("\n".join(cell_lines(row.cells[system])))
    if comparison.all_pairs or row.cells[system].mean is None:
        return text
    for difference in differences_of(row, system):
        style = STYLES.get(difference.verdict, "")
        text.append("\n" + "\n".join(difference_lines(difference)), style=style)
    return text


class TerminalOptions(BaseModel):
    """Width in characters; the terminal's own where there is one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int = Field(default=120, ge=40)


class TerminalReporter:
    """Plain text of the terminal table, for files and pipes."""

    def __init__(self, options: TerminalOptions) -> None:
        self._width = options.width

    def render(self, comparison: Comparison) -> bytes:
        """UTF-8 text without colour codes."""
        buffer = StringIO()
        Console(file=buffer, width=self._width, force_terminal=False, color_system=None).print(
            draw(comparison, self._width)
        )
        return buffer.getvalue().encode()


def _build(options: TerminalOptions, _wiring: Wiring) -> TerminalReporter:
    return TerminalReporter(options)


PLUGIN = Plugin("terminal", TerminalOptions, _build)
