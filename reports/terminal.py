"""The table for a terminal, drawn by rich; plain text where the output is no terminal."""

from __future__ import annotations

from io import StringIO

from pydantic import BaseModel, ConfigDict, Field
from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bakeoff.evals.comparison import Comparison, MetricRow, Verdict
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.reports.wording import (
    LEGEND,
    cell_lines,
    difference_lines,
    difference_of,
    footer_lines,
    metric_label,
)

STYLES = {Verdict.BETTER: "green", Verdict.WORSE: "red", Verdict.EQUIVALENT: "cyan"}


def draw(comparison: Comparison) -> RenderableType:
    """The comparison as something that a rich console prints."""
    table = Table(
        box=box.SIMPLE_HEAVY, title=Text(comparison.run.name), title_justify="left", show_lines=True
    )
    table.add_column("metric", no_wrap=True)
    for system in comparison.systems:
        role = "baseline" if system.name == comparison.baseline else system.kind
        table.add_column(Text(f"{system.name}\n({role})"))
    suite = ""
    for row in comparison.metrics:
        if row.suite != suite:
            suite = row.suite
            table.add_row(Text(suite, style="bold"))
        table.add_row(
            Text(f" {metric_label(row)}"), *(_cell(row, system.name) for system in comparison.systems)
        )
    parts: list[RenderableType] = [table]
    if comparison.findings:
        parts += [Text("Findings", style="bold"), *(Text(f"• {f.sentence}") for f in comparison.findings)]
    parts += [Text(line, style="dim") for line in (LEGEND, *footer_lines(comparison))]
    return Group(*parts)


def _cell(row: MetricRow, system: str) -> Text:
    text = Text("\n".join(cell_lines(row.cells[system])))
    difference = difference_of(row, system)
    if difference is not None and row.cells[system].mean is not None:
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
            draw(comparison)
        )
        return buffer.getvalue().encode()


def _build(options: TerminalOptions, _wiring: Wiring) -> TerminalReporter:
    return TerminalReporter(options)


PLUGIN = Plugin("terminal", TerminalOptions, _build)
