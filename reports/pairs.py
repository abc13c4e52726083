"""Every pair of systems, one line each, below the means; and how probable each system is the best."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from bakeoff.evals.comparison import Comparison, MetricRow
from bakeoff.reports.wording import difference_lines, group_label, metric_label, percent

HEADS = ("system − baseline", "Δ [interval]", "p and verdict")
BEST_TITLE = "Probability of being best"
PADDING = 3
"""Characters around a column of a terminal's table."""


def pair_lines(row: MetricRow) -> list[tuple[str, str, str]]:
    """Each pair's name, Δ with its interval, p and verdict with remarks; pairs without Δ are left out."""
    lines = []
    for difference in row.differences:
        if difference.effect is not None:
            change, *said = difference_lines(difference)
            lines.append((f"{difference.system} − {difference.baseline}", change, "; ".join(said)))
    return lines


def pairs_table(comparison: Comparison, colours: Callable[[str], str]) -> list[Table]:
    """One terminal table of all pairs, metric by metric; none where there are no pairs to show.

    `colours` gives the style of a verdict's text.
    """
    if not comparison.all_pairs:
        return []
    table = Table(box=box.SIMPLE_HEAVY, title=Text("Pairs"), title_justify="left")
    for head in HEADS:
        table.add_column(Text(head), overflow="fold")
    for row in comparison.metrics:
        lines = pair_lines(row)
        if lines:
            table.add_row(Text(_full_label(row), style="bold"), "", "")
        for name, change, said in lines:
            table.add_row(Text(f" {name}"), Text(change), Text(said, style=colours(said)))
    return [table] if table.row_count else []


def pairs_markdown(comparison: Comparison, escape: Callable[[str], str], title: str) -> Iterator[str]:
    """The same as Markdown."""
    rows = [(row, pair_lines(row)) for row in comparison.metrics]
    if not comparison.all_pairs or not any(lines for _, lines in rows):
        return
    yield f"### {title}"
    yield ""
    yield f"| {' | '.join(HEADS)} |"
    yield "|---|---|---|"
    for row, lines in rows:
        if lines:
            yield f"| **{escape(_full_label(row))}** | | |"
        yield from (f"| {' | '.join(escape(text) for text in line)} |" for line in lines)
    yield ""


def best_tables(comparison: Comparison, width: int) -> Iterator[Table]:
    """The probabilities for a terminal, from three systems on; systems that do not fit stand further down."""
    rows = [row for row in comparison.metrics if row.best]
    if len(comparison.systems) < 3 or not rows:
        return
    label = max(len(_full_label(row)) for row in rows)
    groups: list[list[str]] = []
    room = 0
    for name in (system.name for system in comparison.systems):
        column = max(len(name), 5) + PADDING
        if not groups or column > room:
            groups.append([])
            room = width - label - PADDING - 9
        groups[-1].append(name)
        room -= column
    for i, names in enumerate(groups):
        yield _best_table(rows, names, Text(BEST_TITLE) if i == 0 else None)


def _best_table(rows: Sequence[MetricRow], names: Sequence[str], title: Text | None) -> Table:
    table = Table(box=box.SIMPLE_HEAVY, title=title, title_justify="left")
    table.add_column("metric", no_wrap=True)
    for name in (*names, "n"):
        table.add_column(Text(name), justify="right")
    for row in rows:
        table.add_row(Text(_full_label(row)), *(chance(row, name) for name in names), str(row.best_n))
    return table


def best_markdown(comparison: Comparison, escape: Callable[[str], str]) -> Iterator[str]:
    """The probabilities as Markdown."""
    rows = [row for row in comparison.metrics if row.best]
    if not rows:
        return
    names = [system.name for system in comparison.systems]
    yield f"### {BEST_TITLE}"
    yield ""
    yield f"| metric | {' | '.join(escape(name) for name in names)} | n |"
    yield "|---" * (len(names) + 2) + "|"
    for row in rows:
        shares = " | ".join(escape(chance(row, name)) for name in names)
        yield f"| {escape(_full_label(row))} | {shares} | {row.best_n} |"
    yield ""


def chance(row: MetricRow, name: str) -> str:
    """A system's probability in per cent; one that is not 0 or 1 is never printed as such."""
    share = row.best.get(name)
    if share is None:
        return "n/a"
    return "<1%" if 0 < share < 0.005 else percent(share)


def _full_label(row: MetricRow) -> str:
    """Suite, metric and slice on one line: `reference.exact_match ↑`."""
    return (
        f"{group_label(row)}.{metric_label(row)}" if row.slice is None else f"{group_label(row)} {row.slice}"
    )
