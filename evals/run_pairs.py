"""Runs against each other: the same samples in both, paired; the others left out and counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.errors import InputError
from bakeoff.evals.fairness.check import circumstances, with_fairness
from bakeoff.evals.fairness.circumstances import Circumstances
from bakeoff.evals.run_matching import match_runs
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store
from bakeoff.evals.store.dates import asked_dates
from bakeoff.evals.store.table_reader import load_table
from bakeoff.evals.table import Block, Column, ScoreTable, padded


def compare_runs(store: Store, runs: Sequence[RunRecord]) -> Comparison:
    """Each system of each later run against the system of that name in the first run.

    Systems are named `system@run`. Only samples that are matched with certainty in all runs count
    (`pairing`); `pairings` and a note say how many were not, and a note whether the judges differ. Raises
    InputError where no system or no sample is common.
    """
    first, *others = runs
    names = [s.name for s in first.header.systems]
    common = [name for name in names if all(name in {s.name for s in run.header.systems} for run in others)]
    if not common:
        raise InputError("the runs have no system in common", todo=f"{first.id} holds: {', '.join(names)}")
    tables = [load_table(store, run) for run in runs]
    match = match_runs(store, runs)
    if not match.places:
        raise InputError("the runs have no sample in common", todo="compare runs over the same data set")
    table = _joined(runs, tables, match.places, common)
    found = _paired(first, table, common, others, _notes(runs, tables, len(match.places)))
    found = found.model_copy(update={"pairings": (*match.counts, *found.pairings)})
    return with_fairness(found, table, _around(store, runs), first.header)


def _around(store: Store, runs: Sequence[RunRecord]) -> dict[str, Circumstances]:
    return {
        f"{name}@{run.id}": one
        for run in runs
        for name, one in circumstances(run.header, run.id, asked_dates(store, run.id)).items()
    }


def _paired(
    first: RunRecord,
    table: ScoreTable,
    common: Sequence[str],
    others: Sequence[RunRecord],
    notes: Sequence[str],
) -> Comparison:
    pairs = [(f"{name}@{run.id}", f"{name}@{first.id}") for run in others for name in common]
    header = first.header.model_copy(update={"notes": (*first.header.notes, *notes)})
    run = first.model_copy(
        update={"header": header, "name": " and ".join([first.id, *(r.id for r in others)])}
    )
    return compare_table(run, table, baseline=f"{common[0]}@{first.id}", pairs=pairs)


def _joined(
    runs: Sequence[RunRecord],
    tables: Sequence[ScoreTable],
    shared: Sequence[tuple[int, ...]],
    common: Sequence[str],
) -> ScoreTable:
    systems, blocks = [], []
    repeats = max(run.header.repeats for run in runs)
    for run, table, places in zip(runs, tables, zip(*shared, strict=True), strict=True):
        index = {system.name: i for i, system in enumerate(table.systems)}
        blocks.append((table, [index[name] for name in common], list(places)))
        systems += [
            table.systems[index[name]].model_copy(update={"name": f"{name}@{run.id}"}) for name in common
        ]
    columns = []
    for column in tables[0].columns:
        parts = [_block(table, column.key, rows, held, repeats) for table, rows, held in blocks]
        if all(part is not None for part in parts):
            values = np.concatenate([part[0] for part in parts if part is not None])
            statuses = np.concatenate([part[1] for part in parts if part is not None])
            columns.append(Column(column.suite, column.output, values, statuses))
    return ScoreTable(systems, [tables[0].samples[places[0]] for places in shared], columns)


def _block(table: ScoreTable, key: str, rows: list[int], places: list[int], repeats: int) -> Block | None:
    """Values and statuses of one run's part of a column, or None where the run lacks the metric."""
    try:
        column = table.column(key)
    except KeyError:
        return None
    return padded(column.values[rows][:, places], column.statuses[rows][:, places], repeats)


def _notes(runs: Sequence[RunRecord], tables: Sequence[ScoreTable], shared: int) -> list[str]:
    notes = [f"{shared} samples are equal in all runs."]
    left = {run.id: len(table.samples) - shared for run, table in zip(runs, tables, strict=True)}
    if any(left.values()):
        told = ", ".join(f"{count} of {name}" for name, count in left.items())
        notes.append(f"Left out, because another run lacks them or holds them changed: {told}.")
    judges = {None if run.header.judge is None else run.header.judge.fingerprint for run in runs}
    if len(judges) > 1:
        notes.append(
            "THE RUNS USED DIFFERENT JUDGES: differences in judged metrics are not the systems' alone."
        )
    return notes
