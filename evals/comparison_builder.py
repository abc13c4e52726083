"""From a stored run to the comparison object that every report draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bakeoff.evals import operations
from bakeoff.evals.attribution import attributions
from bakeoff.evals.best import best_of
from bakeoff.evals.cells import cluster_labels, is_binary, sample_means, summarise
from bakeoff.evals.comparison import Cell, Comparison, Difference, Footer, MetricRow, RunInfo
from bakeoff.evals.corrections import FEWEST_UNITS
from bakeoff.evals.differences import Differences, differences
from bakeoff.evals.errors import InputError
from bakeoff.evals.fairness.check import circumstances, with_fairness
from bakeoff.evals.finding_verdicts import judge_findings
from bakeoff.evals.findings import Finding
from bakeoff.evals.looks import stop_notes
from bakeoff.evals.pair_counts import count_pairs
from bakeoff.evals.pairs import against_one, every_pair
from bakeoff.evals.runs import RunRecord, left_out_notes
from bakeoff.evals.slices import with_slices
from bakeoff.evals.statistics.multiplicity import FALSE_DISCOVERY_RATE
from bakeoff.evals.store import Store
from bakeoff.evals.store.dates import asked_dates
from bakeoff.evals.store.table_reader import load_table
from bakeoff.evals.table import OPEN, Column, ScoreTable

LOW_COVERAGE = 0.95
"""Below this share of scored answers a row is named in the notes (METHODS §1: 5 %)."""

UNITS = {"latency_s": "s", "first_token_s": "s", "cost_usd": "USD", "output_tokens": "tokens"}


def compare_run(
    store: Store,
    run: RunRecord,
    *,
    baseline: str | None = None,
    systems: Sequence[str] | None = None,
    all_pairs: bool = False,
) -> Comparison:
    """A run's systems against one of them, or with `all_pairs` every two of them.

    `systems` restricts and orders the table; `baseline` defaults to the run's own, else the first
    system. Raises InputError for names that the run does not hold.
    """
    table = restrict(load_table(store, run), systems, run.id)
    names = [system.name for system in table.systems]
    if baseline is None:
        baseline = run.header.baseline if run.header.baseline in names else names[0]
    if baseline not in names:
        raise InputError(
            f"run {run.id!r} holds no system {baseline!r}", todo=f"its systems: {', '.join(names)}"
        )
    findings = [f for f in store.findings(run.id) if f.system in names]
    remarks = store.remarks(run.id)
    found = compare_table(
        run, table, baseline=baseline, all_pairs=all_pairs, findings=findings, remarks=remarks
    )
    around = circumstances(run.header, run.id, asked_dates(store, run.id))
    return with_fairness(found, table, around, run.header)


def restrict(table: ScoreTable, systems: Sequence[str] | None, run_id: str) -> ScoreTable:
    """The table with only these systems, in this order."""
    if systems is None:
        return table
    index = {system.name: i for i, system in enumerate(table.systems)}
    for name in systems:
        if name not in index:
            raise InputError(
                f"run {run_id!r} holds no system {name!r}", todo=f"its systems: {', '.join(index)}"
            )
    kept = [index[name] for name in systems]
    columns = [Column(c.suite, c.output, c.values[kept], c.statuses[kept]) for c in table.columns]
    return replace(table, systems=[table.systems[i] for i in kept], columns=columns)


def compare_table(
    run: RunRecord,
    table: ScoreTable,
    *,
    baseline: str,
    pairs: Sequence[tuple[str, str]] | None = None,
    all_pairs: bool = False,
    findings: Sequence[Finding] = (),
    remarks: Sequence[str] = (),
) -> Comparison:
    """The comparison object of a table: its differences as one family, those of slices beside it.

    `pairs` are (system, baseline); where not given all systems against `baseline`, or every pair of them.
    """
    header = run.header
    open_now = open_cells(table)
    table = with_slices(table, header.slices)
    names = [system.name for system in table.systems]
    if pairs is None:
        pairs = (every_pair if all_pairs else against_one)(names, baseline)
    found = differences(table, pairs, alpha=header.alpha, seed=header.seed, family=header.family)
    by_column: dict[str, list[Difference]] = defaultdict(list)
    for key, difference in found.found:
        by_column[key].append(difference)
    labels = cluster_labels(table.samples)
    rows = []
    for column in table.columns:
        cells = {
            name: summarise(column, i, labels, alpha=header.alpha, seed=header.seed)
            for i, name in enumerate(names)
        }
        if column.suite == operations.SUITE and not any(cell.n for cell in cells.values()):
            continue  # nobody measures it: first tokens of recordings, say
        best = best_of(column, names, labels, header.seed)
        rows.append(_row(column, cells, by_column[column.key], best))
    return Comparison(
        run=RunInfo(
            id=run.id,
            name=run.name,
            created=run.created,
            epoch=run.epoch,
            samples=len(table.samples),
            repeats=header.repeats,
            open_cells=open_now,
        ),
        systems=tuple(table.systems),
        baseline=baseline if pairs else None,
        all_pairs=all_pairs,
        metrics=tuple(rows),
        findings=judge_findings(findings, header.alpha),
        attribution=attributions(table, UNITS, alpha=header.alpha, seed=header.seed),
        pairings=count_pairs(table, pairs),
        footer=_footer(run, rows, found, remarks),
    )


def label(row: MetricRow) -> str:
    """The metric's name, with its slice: `exact_match[domain=billing]`."""
    return row.metric if row.slice is None else f"{row.metric}[{row.slice}]"


def open_cells(table: ScoreTable) -> int:
    """Scores that are still missing, those of missing answers included."""
    return sum(int((column.statuses == OPEN).sum()) for column in table.columns)


def _row(
    column: Column,
    cells: dict[str, Cell],
    found: Sequence[Difference],
    best: tuple[Mapping[str, float], int],
) -> MetricRow:
    output = column.output
    means = [sample_means(column.values[i]) for i in range(len(cells))]
    present = [values for values in means if not np.isnan(values).all()]
    return MetricRow(
        suite=column.suite,
        metric=output.name,
        slice=column.slice,
        direction=output.direction,
        margin=output.margin,
        binary=bool(present) and all(is_binary(values) for values in present),
        unit=UNITS.get(output.name, "") if column.suite == operations.SUITE else "",
        note=output.note,
        cells=cells,
        differences=tuple(found),
        best=best[0],
        best_n=best[1],
    )


def _footer(run: RunRecord, rows: Sequence[MetricRow], found: Differences, remarks: Sequence[str]) -> Footer:
    header = run.header
    notes = [*left_out_notes(header), *header.notes, *stop_notes(header.sequential)]
    if header.on_system_failure == "exclude":
        notes.append("Failed answers are left out of the means (on_system_failure: exclude).")
    thin = _thinly_scored(rows)
    if thin:
        notes.append(f"Scored on less than {LOW_COVERAGE:.0%} of their samples: {', '.join(thin)}.")
    return Footer(
        judge=header.judge,
        encoder=header.encoder,
        seed=header.seed,
        alpha=header.alpha,
        permutations=found.permutations,
        family=found.family,
        family_metrics=header.family or (),
        exploratory=found.exploratory,
        slices=found.slices,
        slices_too_few=found.too_few,
        slice_q=FALSE_DISCOVERY_RATE,
        slice_fewest=FEWEST_UNITS,
        data_fingerprint=header.data_fingerprint,
        versions=header.versions,
        notes=(*notes, *remarks),
    )


def _thinly_scored(rows: Sequence[MetricRow]) -> list[str]:
    """Metrics of systems with too low a coverage; a slice only where the whole metric is none of them."""
    thin = {
        (row.suite, row.metric, row.slice, name): f"{label(row)} of {name} ({cell.coverage:.0%})"
        for row in rows
        for name, cell in row.cells.items()
        if row.suite != operations.SUITE and cell.coverage is not None and cell.coverage < LOW_COVERAGE
    }
    return [
        text
        for (suite, metric, part, name), text in thin.items()
        if part is None or (suite, metric, None, name) not in thin
    ]
