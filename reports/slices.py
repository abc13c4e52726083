"""Slices beside the table: which rows they are, and which of many are shown where room is short."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.evals.comparison import Comparison, MetricRow, Verdict

ROOM = 12
"""Rows of slices that a terminal shows."""

TELLING = (Verdict.BETTER, Verdict.WORSE)


def whole_rows(comparison: Comparison) -> Comparison:
    """The comparison with its whole metrics only."""
    return _with(comparison, [row for row in comparison.metrics if row.slice is None])


def slice_rows(comparison: Comparison) -> Comparison:
    """The comparison with its slices only."""
    return _with(comparison, [row for row in comparison.metrics if row.slice is not None])


def shown_slices(comparison: Comparison) -> tuple[Comparison, str]:
    """The slices that a terminal has room for, and a sentence on those left out, or nothing.

    All, where they are few; else those in which a system is better or worse, at most `ROOM` of them, the
    least adjusted p first chosen, in the table's order.
    """
    rows = slice_rows(comparison).metrics
    if len(rows) <= ROOM:
        return _with(comparison, rows), ""
    told = [i for i, row in enumerate(rows) if _least_p(row) is not None]
    kept = sorted(sorted(told, key=lambda i: (_least_p(rows[i]) or 0.0, i))[:ROOM])
    left = f"{len(rows) - len(kept)} {'further ' if kept else ''}slices"
    telling = f"{len(told) - len(kept)} of them with a system that is better or worse"
    return _with(comparison, [rows[i] for i in kept]), f"{left}, {telling}: --format markdown shows them."


def _least_p(row: MetricRow) -> float | None:
    """The least adjusted p among the differences that are called better or worse; None where none is."""
    told = [d.p_adjusted for d in row.differences if d.verdict in TELLING and d.p_adjusted is not None]
    return min(told, default=None)


def _with(comparison: Comparison, rows: Sequence[MetricRow]) -> Comparison:
    return comparison.model_copy(update={"metrics": tuple(rows)})
