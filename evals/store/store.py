"""The store's verbs. Reads are plain calls; writes of cells go through the group-committing writer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Engine, Table, delete, func, insert, select, update

from bakeoff.evals.comparison import ItemScore
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Response, Sample
from bakeoff.evals.runs import RunHeader, RunRecord
from bakeoff.evals.store import schema
from bakeoff.evals.store.engine import open_engine
from bakeoff.evals.store.samples import SampleReader, SampleRow, rows_of
from bakeoff.evals.store.writer import Writer, insert_rows, write_rows
from bakeoff.evals.table import SampleKey

BATCH = 256
"""Samples that are read, and scored, at a time (DESIGN §4)."""

LOOKUP = 500
"""Keys in one `IN (…)`: SQLite bounds the variables of a statement."""


def open_store(url: str, *, create: bool = True) -> Store:
    """The store at a SQLAlchemy URL; see `open_engine` for the errors."""
    return Store(open_engine(url, create=create))


class Store:
    """Runs, samples, responses, judgements and scores in one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.writer = Writer(engine)

    def close(self) -> None:
        self.engine.dispose()

    # ── runs ────────────────────────────────────────────────────────────────────────────────────

    def next_run(
        self, name: str, config: Mapping[str, JsonValue], header: RunHeader, *, fresh: bool = False
    ) -> RunRecord:
        """The newest run of that name, to be continued, or a new one (always with `fresh`) in a new epoch.

        Writes nothing: `lay_run` does, once the run's samples are known to be sound.
        """
        now = datetime.now(UTC)
        earlier = self.list_runs(name)
        if earlier and not fresh:
            changes = {"updated": now, "config": config, "header": header, "open_cells": None}
            return earlier[0].model_copy(update=changes)
        slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-") or "run"
        identifier = f"{slug}-{len(earlier) + 1}"
        epoch = f"{identifier}@{now:%Y%m%dT%H%M%S%f}"
        return RunRecord(
            id=identifier, name=name, epoch=epoch, created=now, updated=now, config=config, header=header
        )

    def lay_run(self, run: RunRecord, samples: Iterable[Sequence[SampleRow]]) -> None:
        """Lay a run's cells anew, from batches of its samples.

        The samples are staged and change places with the old ones at the end, so where a batch cannot
        be made, the run stays as it was. A changed config or data set leaves nothing stale behind; what
        was computed stays in the store under its keys.
        """
        staged = f"{run.id}~"
        members = schema.run_samples
        drop_staged = delete(members).where(members.c.run == staged)
        with self.engine.begin() as connection:
            connection.execute(drop_staged)  # of a run that was killed here
        try:
            for batch in samples:
                write_rows(self.engine, rows_of(staged, batch))
        except BaseException:
            with self.engine.begin() as connection:
                connection.execute(drop_staged)
            raise
        with self.engine.begin() as connection:
            for table in (members, schema.run_responses, schema.run_scores, schema.run_findings):
                connection.execute(delete(table).where(table.c.run == run.id))
            connection.execute(update(members).where(members.c.run == staged).values(run=run.id))
            insert_rows(connection, [(schema.runs, True, _run_row(run))])

    def update_run(self, run: RunRecord) -> None:
        """Store a run's changed header, date and count of open cells."""
        with self.engine.begin() as connection:
            connection.execute(update(schema.runs).where(schema.runs.c.id == run.id), [_run_row(run)])

    def list_runs(self, name: str | None = None) -> list[RunRecord]:
        """Runs, newest first."""
        query = select(schema.runs).order_by(schema.runs.c.created.desc())
        if name is not None:
            query = query.where(schema.runs.c.name == name)
        with self.engine.connect() as connection:
            return [_run_of(row._mapping) for row in connection.execute(query)]

    def find_run(self, identifier: str | None = None) -> RunRecord:
        """The run of that id, the newest of that name, or the newest of all."""
        runs = self.list_runs()
        for run in runs:
            if identifier in (None, run.id):
                return run
        for run in runs:
            if identifier == run.name:
                return run
        if not runs:
            raise InputError("the store holds no run", todo="run `bakeoff run` first")
        known = ", ".join(run.id for run in runs[:8])
        raise InputError(f"there is no run {identifier!r}", todo=f"the newest are: {known}")

    # ── samples ─────────────────────────────────────────────────────────────────────────────────

    def sample_batches(
        self, run: str, size: int = BATCH, *, only: Sequence[str] | None = None
    ) -> Iterator[list[tuple[Sample, list[str]]]]:
        """The run's samples with their suites, in order, `size` at a time.

        `only` these ids, where given, which come in the run's order.
        """
        if only is not None:
            for start in range(0, len(only), size):
                yield from self._sample_batches(run, size, only[start : start + size])
            return
        yield from self._sample_batches(run, size, None)

    def _sample_batches(
        self, run: str, size: int, only: Sequence[str] | None
    ) -> Iterator[list[tuple[Sample, list[str]]]]:
        position, reader = -1, SampleReader()
        table, texts = schema.run_samples, schema.samples
        while True:
            query = (
                select(table.c.position, table.c.suites, texts.c.payload)
                .join(texts, texts.c.fingerprint == table.c.fingerprint)
                .where(table.c.run == run, table.c.position > position)
                .order_by(table.c.position)
                .limit(size)
            )
            if only is not None:
                query = query.where(table.c.sample.in_(only))
            with self.engine.connect() as connection:
                rows = connection.execute(query).all()
                batch = [(reader.read(connection, row.payload), list(row.suites)) for row in rows]
            if not rows:
                return
            position = rows[-1].position
            yield batch

    def sample_keys(self, run: str) -> list[tuple[SampleKey, frozenset[str], str]]:
        """(key, suites, fingerprint) of all samples of a run, in order."""
        table = schema.run_samples
        query = select(table).where(table.c.run == run).order_by(table.c.position)
        interned: dict[tuple[str, ...], frozenset[str]] = {}
        keys = []
        with self.engine.connect() as connection:
            for row in connection.execute(query):
                suites = interned.setdefault(tuple(row.suites), frozenset(row.suites))
                key = SampleKey(row.sample, row.cluster, row.domain, row.origin, row.variant, row.answerable)
                keys.append((key, suites, row.fingerprint))
        return keys

    # ── cells ───────────────────────────────────────────────────────────────────────────────────

    def known(self, table: Table, keys: Iterable[str]) -> dict[str, str]:
        """Payloads of those keys that the store holds (tables `responses`, `judgements`, `scores`)."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, str] = {}
        with self.engine.connect() as connection:
            for start in range(0, len(wanted), LOOKUP):
                chunk = wanted[start : start + LOOKUP]
                query = select(table.c.key, table.c.payload).where(table.c.key.in_(chunk))
                found.update({row.key: row.payload for row in connection.execute(query)})
        return found

    def responses_of(
        self, run: str, sample_ids: Sequence[str]
    ) -> dict[tuple[str, str, int], tuple[Response | None, str | None]]:
        """(system, sample, repeat) → (response, None), or (None, why the system does not answer it)."""
        cells, texts = schema.run_responses, schema.responses
        found: dict[tuple[str, str, int], tuple[Response | None, str | None]] = {}
        with self.engine.connect() as connection:
            for start in range(0, len(sample_ids), LOOKUP):
                query = (
                    select(cells.c.system, cells.c.sample, cells.c.repeat, cells.c.reason, texts.c.payload)
                    .outerjoin(texts, texts.c.key == cells.c.response)
                    .where(cells.c.run == run, cells.c.sample.in_(sample_ids[start : start + LOOKUP]))
                )
                for row in connection.execute(query):
                    response = None if row.payload is None else Response.model_validate_json(row.payload)
                    found[row.system, row.sample, row.repeat] = (response, row.reason)
        return found

    def score_rows(self, run: str) -> Iterator[Any]:
        """(sample, system, repeat, suite, output, status, value) of every score of a run, streamed."""
        table = schema.run_scores
        query = select(
            table.c.sample,
            table.c.system,
            table.c.repeat,
            table.c.suite,
            table.c.output,
            table.c.status,
            table.c.value,
        ).where(table.c.run == run)
        with self.engine.connect().execution_options(yield_per=5000) as connection:
            yield from connection.execute(query)

    def items(self, run: str) -> Iterator[ItemScore]:
        """Every score of a run with its evidence, streamed in the samples' order."""
        cells, members, texts = schema.run_scores, schema.run_samples, schema.scores
        query = (
            select(cells, members.c.origin, members.c.variant, texts.c.payload)
            .join(members, (members.c.run == cells.c.run) & (members.c.sample == cells.c.sample))
            .outerjoin(texts, texts.c.key == cells.c.score)
            .where(cells.c.run == run)
            .order_by(members.c.position, cells.c.system, cells.c.repeat, cells.c.suite, cells.c.output)
        )
        with self.engine.connect().execution_options(yield_per=1000) as connection:
            for row in connection.execute(query):
                yield ItemScore(
                    system=row.system,
                    sample=row.sample,
                    origin=row.origin,
                    variant=row.variant,
                    repeat=row.repeat,
                    suite=row.suite,
                    metric=row.output,
                    value=row.value,
                    status=row.status,
                    reason=row.reason,
                    detail={} if row.payload is None else json.loads(row.payload)[row.output]["detail"],
                )

    def remarks(self, run: str) -> list[str]:
        """What metrics remarked on cells that they did score (a text cut short, say), counted."""
        table = schema.run_scores
        query = (
            select(table.c.suite, table.c.reason, func.count(table.c.sample.distinct()).label("n"))
            .where(table.c.run == run, table.c.status == "scored", table.c.reason.is_not(None))
            .group_by(table.c.suite, table.c.reason)
            .order_by(table.c.suite, table.c.reason)
        )
        with self.engine.connect() as connection:
            return [f"{row.suite}, {row.n} samples: {row.reason}." for row in connection.execute(query)]

    # ── findings ────────────────────────────────────────────────────────────────────────────────

    def set_findings(self, run: str, findings: Sequence[tuple[str, Finding]]) -> None:
        """Replace a run's findings: (suite, finding), in order."""
        rows = [
            {"run": run, "position": i, "suite": suite, "payload": finding.model_dump_json()}
            for i, (suite, finding) in enumerate(findings)
        ]
        with self.engine.begin() as connection:
            connection.execute(delete(schema.run_findings).where(schema.run_findings.c.run == run))
            if rows:
                connection.execute(insert(schema.run_findings), rows)

    def findings(self, run: str) -> list[Finding]:
        table = schema.run_findings
        query = select(table.c.payload).where(table.c.run == run).order_by(table.c.position)
        with self.engine.connect() as connection:
            return [Finding.model_validate_json(row.payload) for row in connection.execute(query)]


def _run_row(run: RunRecord) -> dict[str, Any]:
    row = run.model_dump(exclude={"header", "config"})
    return {**row, "config": dict(run.config), "header": run.header.model_dump(mode="json")}


def _run_of(row: Mapping[str, Any] | Any) -> RunRecord:
    values = dict(row)
    for name in ("created", "updated"):
        # SQLite drops the zone; everything written here is UTC.
        values[name] = values[name].replace(tzinfo=UTC)
    return RunRecord.model_validate(values)
