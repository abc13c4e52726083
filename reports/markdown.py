"""The table as Markdown, for a pull request or a wiki."""

from __future__ import annotations

import re
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
    """Text on one line that cannot break a table, be taken for mark-up, or call for a person.

    The sites look for `@name`, `#1` and `!1` in what is left after Markdown, where an escape is gone: an
    invisible character in between takes their meaning.
    """
    line = " ".join(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text.translate(_BREAKS)).split())
    marked = _MARKS.sub(r"\\\g<0>", line)
    return _OPENERS.sub(r"\1\\\2", _CALLS.sub("\\g<0>\N{WORD JOINER}", marked))


_BREAKS = dict.fromkeys(map(ord, "\n\r\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"), " ")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Control characters, lone surrogates, and what turns the direction of all that follows."""
_MARKS = re.compile(r"[\\`*_{}\[\]<>|#~&$]")
_CALLS = re.compile(r"[@#!](?=\\?\w)")
_OPENERS = re.compile(r"^(\d*)([-+=]|[.)](?=\s|$))")
"""What would begin a list, a rule or a heading, at the start of the line only."""


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
    yield "### Notes"
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
