"""Load the score table of a stored run."""

from __future__ import annotations

import numpy as np

from bakeoff.evals import operations
from bakeoff.evals.looks import keep_taken
from bakeoff.evals.records import Status
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store
from bakeoff.evals.table import OPEN, STATUS_CODES, Column, ScoreTable


def load_table(store: Store, run: RunRecord, *, whole: bool = False) -> ScoreTable:
    """All scores of a run, as columns; cells that were never filled are open.

    Samples that a sequential run did not take are left out; with `whole` they are there, not applicable.
    """
    header = run.header
    keys = store.sample_keys(run.id)
    systems = {system.name: i for i, system in enumerate(header.systems)}
    positions = {key.id: i for i, (key, _, _) in enumerate(keys)}
    shape = (len(systems), len(keys), header.repeats)
    columns: dict[tuple[str, str], Column] = {}
    for entry in header.outputs:
        statuses = np.full(shape, OPEN, dtype=np.int8)
        if entry.suite != operations.SUITE:
            outside = [i for i, (_, suites, _) in enumerate(keys) if entry.suite not in suites]
            statuses[:, outside, :] = STATUS_CODES[Status.NOT_APPLICABLE]
        values = np.full(shape, np.nan)
        columns[entry.suite, entry.output.name] = Column(entry.suite, entry.output, values, statuses)
    for row in store.score_rows(run.id):
        column = columns.get((row.suite, row.output))
        system, position = systems.get(row.system), positions.get(row.sample)
        if column is None or system is None or position is None or row.repeat >= header.repeats:
            continue  # of an earlier shape of this run
        column.statuses[system, position, row.repeat] = STATUS_CODES[Status(row.status)]
        if row.value is not None:
            column.values[system, position, row.repeat] = row.value
    samples = [key for key, _, _ in keys]
    table = ScoreTable(header.systems, samples, list(columns.values()), header.alpha, header.seed)
    return keep_taken(table, header.sequential, whole=whole)
