"""Score tables made by hand, for the statistics' consumers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from bakeoff.evals.records import Kind, Output, Status
from bakeoff.evals.runs import RunHeader, RunRecord, SuiteOutput
from bakeoff.evals.table import OPEN, STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo

Value = float | Status | None
"""A score, a status without a value, or None for an open cell."""


def column(output: Output, values: Sequence[Sequence[Value]], suite: str = "toy") -> Column:
    """A column of one repeat from rows of values, one row per system."""
    shape = (len(values), len(values[0]), 1)
    numbers = np.full(shape, np.nan)
    statuses = np.full(shape, OPEN, dtype=np.int8)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            if isinstance(value, Status):
                statuses[i, j, 0] = STATUS_CODES[value]
            elif value is not None:
                statuses[i, j, 0] = STATUS_CODES[Status.SCORED]
                numbers[i, j, 0] = value
    return Column(suite, output, numbers, statuses)


def table(
    systems: Sequence[str], columns: Sequence[Column], samples: Sequence[SampleKey] | None = None
) -> ScoreTable:
    """A table of these systems; samples s0 … where none are given."""
    infos = [SystemInfo(name=name, kind=Kind.PROMPT, fingerprint=name) for name in systems]
    keys = samples or [SampleKey(f"s{i}") for i in range(columns[0].values.shape[1])]
    return ScoreTable(infos, keys, columns)


def run_record(
    made: ScoreTable, notes: Sequence[str] = (), versions: Mapping[str, str] | None = None
) -> RunRecord:
    """The record of a run that would have this table."""
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    header = RunHeader(
        systems=tuple(made.systems),
        outputs=tuple(SuiteOutput(suite=c.suite, output=c.output) for c in made.columns),
        samples=len(made.samples),
        data_fingerprint="d" * 32,
        notes=tuple(notes),
        versions=versions or {"python": "3.11"},
    )
    return RunRecord(id="toy-1", name="toy", epoch="toy-1@now", created=now, updated=now, header=header)
