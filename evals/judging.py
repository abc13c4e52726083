"""A judge with a memory: identical questions are asked once, in this run and in later ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError
from sqlalchemy import Engine, bindparam, select

from bakeoff.evals.errors import JudgeFailure
from bakeoff.evals.identity import canonical_json, digest
from bakeoff.evals.protocols import Judge, M, Task
from bakeoff.evals.records import Usage
from bakeoff.evals.store.schema import judgements
from bakeoff.evals.store.store import Store


class CachedJudge:
    """Wraps a judge: a stored verdict is read, one in flight is shared, at most `concurrency` are asked.

    The key is (judge, task, prompt, schema, draw). Failures are not stored: the next run asks again.
    `asked` counts the questions that reached the judge.
    """

    def __init__(
        self,
        judge: Judge,
        store: Store,
        *,
        concurrency: int = 32,
        on_answer: Callable[[], None] = lambda: None,
    ) -> None:
        self.judge = judge
        self.name, self.fingerprint, self.note = judge.name, judge.fingerprint, judge.note
        self.deterministic, self.offline = judge.deterministic, judge.offline
        self.tasks: frozenset[Task] = getattr(judge, "tasks", frozenset(Task))
        self.asked = 0
        self._store = store
        self._slots = asyncio.Semaphore(concurrency)
        self._on_answer = on_answer
        self._flying: dict[str, asyncio.Task[BaseModel]] = {}
        self._schemas: dict[type[BaseModel], str] = {}
        self._reader: _Reader | None = None

    @property
    def usage(self) -> Usage:
        return self.judge.usage

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        """As `Judge.decide`; the verdict may come from the store."""
        key = digest([self.fingerprint, task, prompt, self._schema_digest(schema), draw])
        flying = self._flying.get(key)
        if flying is None:
            stored = self._read(key)
            if stored is not None:
                return schema.model_validate_json(stored)
            flying = asyncio.create_task(self._ask(key, task, inputs, prompt, schema, draw))
            self._flying[key] = flying
            flying.add_done_callback(lambda _: self._flying.pop(key, None))
        # shield: one waiter's cancellation must not take the verdict from the others
        verdict = await asyncio.shield(flying)
        if isinstance(verdict, schema):
            return verdict
        return schema.model_validate(verdict.model_dump())

    async def _ask(
        self, key: str, task: Task, inputs: BaseModel, prompt: str, schema: type[M], draw: int
    ) -> BaseModel:
        # the slot is held until the verdict is on disk, so that a kill loses no more than `concurrency`
        async with self._slots:
            self.asked += 1
            verdict = await self.judge.decide(task, inputs, prompt, schema, draw=draw)
            self._on_answer()
            await self._store.writer.put(judgements, {"key": key, "payload": _payload(verdict)})
        return verdict

    def _schema_digest(self, schema: type[BaseModel]) -> str:
        if schema not in self._schemas:
            self._schemas[schema] = digest(canonical_json(schema.model_json_schema()))
        return self._schemas[schema]

    def _read(self, key: str) -> str | None:
        if self._reader is None:
            self._reader = _Reader(self._store.engine)
        return self._reader.read(key)

    async def aclose(self) -> None:
        """Drop what is in flight, close the reader and the judge."""
        for task in list(self._flying.values()):
            task.cancel()
        await asyncio.gather(*self._flying.values(), return_exceptions=True)
        if self._reader is not None:
            self._reader.close()
        await self.judge.aclose()


class _Reader:
    """Reads one verdict at a time, several hundred times a second: the statement is compiled once, and goes
    straight to the driver's cursor."""

    def __init__(self, engine: Engine) -> None:
        # autocommit: each read sees what the writer has committed since
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._cursor = self._connection.connection.cursor()
        query = select(judgements.c.payload).where(judgements.c.key == bindparam("wanted"))
        compiled = query.compile(engine)
        self._sql, self._positional = str(compiled), compiled.positional

    def read(self, key: str) -> str | None:
        """The payload of a key, or None."""
        self._cursor.execute(self._sql, (key,) if self._positional else {"wanted": key})
        row = self._cursor.fetchone()
        return None if row is None else str(row[0])

    def close(self) -> None:
        self._cursor.close()
        self._connection.close()


def _payload(verdict: BaseModel) -> str:
    try:
        return verdict.model_dump_json()
    except PydanticSerializationError as error:  # a lone surrogate: no text that can be stored
        raise JudgeFailure(f"the verdict is no valid Unicode text ({error})") from error
