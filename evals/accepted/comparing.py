"""A run's systems against the accepted baseline, in the table that every comparison has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bakeoff.evals.accepted.comparable import comparable_column, match_accepted
from bakeoff.evals.accepted.record import NAME, Accepted
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.comparison_builder import compare_table, restrict
from bakeoff.evals.fairness.check import circumstances, with_fairness
from bakeoff.evals.fairness.circumstances import Circumstances
from bakeoff.evals.run_matching import content_marks
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store
from bakeoff.evals.store.dates import asked_dates
from bakeoff.evals.store.table_reader import load_table
from bakeoff.evals.table import Column, ScoreTable, padded


def compare_accepted(
    store: Store, run: RunRecord, accepted: Accepted, systems: Sequence[str] | None, *, days: int, where: str
) -> Comparison:
    """Systems of a run (all where none is named) against the baseline, on the metrics that it holds.

    Only samples that both have count. Raises InputError where the baseline is stale or cannot be compared.
    """
    table = restrict(load_table(store, run), systems, run.id)
    ours = content_marks(store, run)
    matched = match_accepted(accepted, run, ours, days=days, where=where)
    places = [i for i, _ in matched.pairing.paired]
    columns = []
    for column in table.columns:
        if accepted.column(column.key) is None or column.slice is not None:
            continue
        theirs = comparable_column(matched, column, run.header, where)
        columns.append(_joined(column, theirs, places))
    joined = ScoreTable(
        [accepted.info, *table.systems], [table.samples[i] for i in places], columns, table.alpha, table.seed
    )
    pairs = [(system.name, NAME) for system in table.systems]
    noted = _noted(run, accepted, len(places), len(ours))
    found = compare_table(noted, joined, baseline=NAME, pairs=pairs)
    around = circumstances(run.header, run.id, asked_dates(store, run.id))
    return with_fairness(found, joined, {**around, NAME: accepted_circumstances(accepted)}, run.header)


def accepted_circumstances(accepted: Accepted) -> Circumstances:
    """What is known around the accepted scores."""
    judge, encoder = accepted.judge, accepted.encoder
    return Circumstances(
        run=accepted.run,
        judge=None if judge is None else (judge.name, judge.fingerprint),
        encoder=None if encoder is None else (encoder.name, encoder.fingerprint),
        versions=accepted.versions,
    )


def _joined(ours: Column, theirs: Column, places: Sequence[int]) -> Column:
    """The baseline's row above the systems', for the samples of both; repeats side by side."""
    repeats = max(ours.values.shape[2], theirs.values.shape[2])
    rows = [
        padded(column.values[:, places], column.statuses[:, places], repeats) for column in (theirs, ours)
    ]
    return Column(
        ours.suite,
        ours.output,
        np.concatenate([values for values, _ in rows]),
        np.concatenate([statuses for _, statuses in rows]),
    )


def _noted(run: RunRecord, accepted: Accepted, paired: int, held: int) -> RunRecord:
    by = f" by {accepted.by}" if accepted.by else ""
    note = (
        f"accepted: {accepted.candidate} of run {accepted.run}, on {accepted.accepted:%Y-%m-%d}{by}; "
        f"{paired} of this run's {held} samples are in it."
    )
    header = run.header.model_copy(update={"notes": (*run.header.notes, note)})
    return run.model_copy(update={"header": header})
