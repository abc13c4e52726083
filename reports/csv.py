"""The comparison as CSV: one line per metric, system and difference, numbers unrounded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from pydantic import BaseModel, ConfigDict

from bakeoff.evals.comparison import Comparison, Difference, MetricRow
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Status
from bakeoff.reports.wording import differences_of

STATUSES = (*(str(status) for status in Status), "open")

DIFFERENCE_FIELDS = (
    "baseline",
    "effect",
    "low",
    "high",
    "p",
    "p_adjusted",
    "verdict",
    "pointwise_low",
    "pointwise_high",
    "n",
    "correction",
    "note",
)


class CsvOptions(BaseModel):
    """None so far."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CsvReporter:
    """RFC 4180 with a header line; an absent number is an empty field, never 0."""

    def render(self, comparison: Comparison) -> bytes:
        buffer = StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow(
            [
                "run",
                "suite",
                "metric",
                "slice",
                "direction",
                "system",
                "mean",
                "low",
                "high",
                "n",
                "coverage",
                *STATUSES,
                *(f"difference_{name}" for name in DIFFERENCE_FIELDS),
                "best",
                "best_n",
            ]
        )
        for row in comparison.metrics:
            for system in comparison.systems:
                writer.writerows(_lines(comparison, row, system.name))
        return buffer.getvalue().encode()


def spreadsheet_safe(text: str) -> str:
    """Text that a spreadsheet does not run as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _lines(comparison: Comparison, row: MetricRow, system: str) -> Iterator[list[object]]:
    """One line; where all pairs are compared, one for each of the system's differences."""
    found: list[Difference | None] = [*differences_of(row, system)]
    for difference in found or [None]:
        yield _fields(comparison, row, system, difference)


def _fields(
    comparison: Comparison, row: MetricRow, system: str, difference: Difference | None
) -> list[object]:
    cell = row.cells[system]
    found = {} if difference is None else difference.model_dump(mode="json")
    names = (comparison.run.id, row.suite, row.metric, row.slice or "", row.direction, system)
    return [
        *(spreadsheet_safe(name) for name in names),
        *(cell.mean, cell.low, cell.high, cell.n, cell.coverage),
        *(cell.statuses.get(status, 0) for status in STATUSES),
        *(found.get(name) for name in DIFFERENCE_FIELDS),
        *(row.best.get(system), row.best_n or None),
    ]


def _build(_options: CsvOptions, _wiring: Wiring) -> CsvReporter:
    return CsvReporter()


PLUGIN = Plugin("csv", CsvOptions, _build)
