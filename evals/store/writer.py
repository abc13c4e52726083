"""Group commit: many coroutines write, one thread commits, and `put` returns when the row is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects.sqlite import insert

Row = Mapping[str, Any]

Addressed = tuple[Table, bool, Row]
"""A row, the table it goes to, and whether it replaces one of the same key."""


class Writer:
    """Inserts rows from coroutines; rows that arrive while a commit is under way share the next one.

    A row whose key is there already is left as it is (`replace=False`) or overwritten.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pending: list[Addressed] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, table: Table, rows: Sequence[Row] | Row, *, replace: bool = False) -> None:
        """Write rows and wait until they are committed."""
        batch = [rows] if isinstance(rows, Mapping) else rows
        if not batch:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.extend((table, replace, row) for row in batch)
        self._waiting.append(future)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        await future

    async def _drain(self) -> None:
        while self._pending:
            rows, futures = self._pending, self._waiting
            self._pending, self._waiting = [], []
            try:
                await asyncio.to_thread(write_rows, self._engine, rows)
            except BaseException as error:
                for future in futures:
                    if not future.done():
                        future.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                for future in futures:
                    if not future.done():
                        future.set_result(None)


def write_rows(engine: Engine, rows: list[Addressed]) -> None:
    """Insert all rows in one transaction."""
    with engine.begin() as connection:
        insert_rows(connection, rows)


def insert_rows(connection: Connection, rows: Sequence[Addressed]) -> None:
    """Insert rows, grouped into one statement per table."""
    groups: dict[tuple[str, bool], tuple[Table, list[Row]]] = {}
    for table, replace, row in rows:
        groups.setdefault((table.name, replace), (table, []))[1].append(row)
    for (_, replace), (table, group) in groups.items():
        statement = insert(table)
        if replace:
            changes = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
            keys = [c.name for c in table.primary_key]
            statement = statement.on_conflict_do_update(index_elements=keys, set_=changes)
        else:
            statement = statement.on_conflict_do_nothing()
        connection.execute(statement, group)
