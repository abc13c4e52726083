"""Collect: ask every system every request that the store does not hold yet.

Each system has its own workers, so that a slow one does not starve the others. Time spent waiting for
a slot and sleeping between retries is nobody's latency: adapters time their own successful attempt.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bakeoff.evals.asking import bounded_answer
from bakeoff.evals.config_model import Limits
from bakeoff.evals.errors import NotHeld, TransportFailure
from bakeoff.evals.identity import KEY_SCHEME, digest
from bakeoff.evals.preparation import prepare
from bakeoff.evals.progress import Progress
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Capability, DocumentState, Request, Response, Sample
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store, schema
from bakeoff.evals.store.writer import Row

GIVE_UP_AFTER = 10
"""Cells in a row that a broken way to one system may cost before it is left alone until the next run."""

BACKOFF_S, LONGEST_PAUSE_S = 0.5, 30.0


@dataclass
class Collected:
    """What collecting came to: what was asked and paid, who does not say a price, which cells stay open."""

    asked: int = 0
    cost_usd: float = 0.0
    unpriced: set[str] = field(default_factory=set)
    open_cells: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, str] = field(default_factory=dict)

    def pay(self, system: str, response: Response) -> None:
        """Add what an answer cost; note a system that does not say."""
        if response.usage.cost_usd is not None:
            self.cost_usd += response.usage.cost_usd
        elif response.error is None:
            self.unpriced.add(system)

    def leave_open(self, system: str, reason: str) -> None:
        self.open_cells[system] += 1
        self.reasons.setdefault(system, reason)


@dataclass(frozen=True)
class Cell:
    """One answer to be had."""

    sample: Sample
    repeat: int
    request: Request


def response_key(system: System, request: Request, repeat: int, epoch: str) -> str:
    """The identity of an answer (DESIGN §7): who, what, which repeat, and when unless content says all."""
    return digest(
        [
            KEY_SCHEME,
            system.fingerprint,
            request.model_dump(mode="json"),
            repeat,
            "" if system.content_addressed else epoch,
        ]
    )


@dataclass
class Collector:
    """Fills the answers of one run."""

    store: Store
    run: RunRecord
    limits: Limits
    seed: int
    progress: Progress
    judge_cost: Callable[[], float] = lambda: 0.0
    secrets: frozenset[str] = frozenset()
    result: Collected = field(default_factory=Collected)
    updated: dict[str, float] = field(default_factory=dict)
    """When each system's documents began to be replaced, by the performance counter."""
    only: Sequence[str] | None = None
    lines: dict[str, _Line] = field(default_factory=dict)

    async def collect(
        self, systems: list[System], repeats: int, *, only: Sequence[str] | None = None
    ) -> Collected:
        """Ask all systems; one stage per document state, the systems' own state first.

        `only` these samples, where given; what is known of a system, such as that it is prepared or out of
        reach, lasts from call to call.
        """
        self.only = only
        states = self._states()
        for state in [None, *states.values()]:
            async with asyncio.TaskGroup() as group:
                for system in systems:
                    group.create_task(self._stage(system, repeats, state))
        return self.result

    async def _stage(self, system: System, repeats: int, state: DocumentState | None) -> None:
        """One system's part of a stage: its documents first, then its answers, whatever the others do."""
        if state is not None and Capability.ACCEPTS_DOCUMENTS in system.capabilities:
            self.updated[system.name] = time.perf_counter()
            await system.set_documents(state)
        await self._collect_one(system, repeats, None if state is None else state.fingerprint)

    def _states(self) -> dict[str, DocumentState]:
        found: dict[str, DocumentState] = {}
        for batch in self.store.sample_batches(self.run.id, only=self.only):
            for sample, _ in batch:
                if sample.overrides.documents is not None:
                    found.setdefault(sample.overrides.documents.fingerprint, sample.overrides.documents)
        return found

    def _cells(self, repeats: int, state: str | None) -> Iterator[list[Cell]]:
        for batch in self.store.sample_batches(self.run.id, only=self.only):
            yield [
                Cell(sample, repeat, sample.request(self.seed + repeat))
                for sample, _ in batch
                for repeat in range(repeats)
                if sample.request().documents == state
            ]

    async def _collect_one(self, system: System, repeats: int, state: str | None) -> None:
        own = getattr(system, "concurrency", None)
        workers = min(self.limits.concurrency, own or self.limits.concurrency)
        queue: asyncio.Queue[tuple[str, list[Cell]] | None] = asyncio.Queue(2 * workers)
        line = self.lines.setdefault(f"{system.name} {state}", _Line(self, system))
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(line.work(queue))
            for cells in self._cells(repeats, state):
                for key, wanted in await line.missing(cells):
                    await line.ready()
                    await queue.put((key, wanted))
            for _ in range(workers):
                await queue.put(None)


class _Line:
    """One system's production line: what is missing, and the workers that fetch it."""

    def __init__(self, collector: Collector, system: System) -> None:
        self.collector, self.system = collector, system
        self.flying: dict[str, asyncio.Future[None]] = {}
        self.broken_in_a_row = 0
        self.prepared = False

    async def ready(self) -> None:
        """Have the system prepared, once, because there is something to ask."""
        if not self.prepared:
            self.prepared = True
            await prepare(self.system, self.collector.progress)

    async def missing(self, cells: list[Cell]) -> list[tuple[str, list[Cell]]]:
        """Point the run at what the store holds; the rest, grouped by key, is to be asked."""
        settled: list[Row] = []
        by_key: dict[str, list[Cell]] = {}
        for cell in cells:
            lacking = cell.sample.requires - self.system.capabilities
            if lacking:
                names = ", ".join(sorted(lacking))
                settled += self.rows([cell], reason=f"{self.system.name} does not offer: {names}")
                continue
            key = response_key(self.system, cell.request, cell.repeat, self.collector.run.epoch)
            by_key.setdefault(key, []).append(cell)
        held = await asyncio.to_thread(self.collector.store.known, schema.responses, by_key)
        for key, payload in held.items():
            self.collector.result.pay(self.system.name, Response.model_validate_json(payload))
            settled += self.rows(by_key.pop(key), response=key)
        await self.settle(settled)
        return list(by_key.items())

    async def work(self, queue: asyncio.Queue[tuple[str, list[Cell]] | None]) -> None:
        while (item := await queue.get()) is not None:
            key, cells = item
            twin = False
            while (earlier := self.flying.get(key)) is not None:
                # another batch holds an equal request: wait for its answer instead of asking twice
                twin = True
                await asyncio.wait([earlier])
            done = asyncio.get_running_loop().create_future()
            self.flying[key] = done
            try:
                await self.fill(key, cells, twin=twin)
            finally:
                done.set_result(None)
                self.flying.pop(key, None)

    async def fill(self, key: str, cells: list[Cell], *, twin: bool) -> None:
        collector = self.collector
        if twin and collector.store.known(schema.responses, [key]):
            await self.settle(self.rows(cells, response=key))
            return
        reason = self._why_not()
        if reason is None:
            try:
                response = await self.ask(cells[0].request)
            except NotHeld as error:
                await self.settle(self.rows(cells, reason=str(error)))
                return
            except TransportFailure as error:
                self.broken_in_a_row += 1
                reason = _without(collector.secrets, str(error))
            else:
                self.broken_in_a_row = 0
                collector.result.asked += 1
                collector.result.pay(self.system.name, response)
                if cells[0].request.documents is not None:
                    response = self._since_update(response)
                payload = _without(self.collector.secrets, response.model_dump_json())
                row = {"key": key, "created": datetime.now(UTC), "payload": payload}
                await collector.store.writer.put(schema.responses, row)
                await self.settle(self.rows(cells, response=key))
                return
        for _ in cells:
            collector.result.leave_open(self.system.name, reason)
            collector.progress.advance(self.system.name, failed=True)

    def _since_update(self, response: Response) -> Response:
        started = self.collector.updated.get(self.system.name)
        if started is None:
            return response
        passed = time.perf_counter() - started
        timing = response.timing.model_copy(update={"since_update_s": passed})
        return response.model_copy(update={"timing": timing})

    def _why_not(self) -> str | None:
        if self.broken_in_a_row >= GIVE_UP_AFTER:
            return f"gave up after {GIVE_UP_AFTER} broken calls in a row"
        limit = self.collector.limits.max_cost_usd
        spent = self.collector.result.cost_usd + self.collector.judge_cost()
        if limit is not None and spent >= limit:
            return f"the limit of {limit:g} USD is reached"
        return None

    async def ask(self, request: Request) -> Response:
        """One answer: bounded in time, retried only where the way to the system broke."""
        limits = self.collector.limits
        for attempt in range(limits.retries + 1):
            try:
                return await bounded_answer(self.system, request, limits.timeout_s)
            except TransportFailure as error:
                if attempt == limits.retries:
                    raise
                await asyncio.sleep(_pause(attempt, error.retry_after_s))
        raise AssertionError("unreachable")

    def rows(self, cells: list[Cell], *, response: str | None = None, reason: str | None = None) -> list[Row]:
        """The run's rows of these cells: where their answer is, or why there is none."""
        own = {
            "run": self.collector.run.id,
            "system": self.system.name,
            "response": response,
            "reason": reason,
        }
        return [{**own, "sample": cell.sample.id, "repeat": cell.repeat} for cell in cells]

    async def settle(self, rows: list[Row]) -> None:
        await self.collector.store.writer.put(schema.run_responses, rows, replace=True)
        self.collector.progress.advance(self.system.name, len(rows))


def _without(secrets: frozenset[str], text: str) -> str:
    """The text with every secret withheld, as it stands or as JSON writes it.

    The longest first: a secret that holds another one must not lose its middle alone.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        for form in (secret, json.dumps(secret)[1:-1]):
            text = text.replace(form, "***")
    return text


def _pause(attempt: int, retry_after_s: float | None) -> float:
    """Jittered exponential back-off; a server's own wish wins, within reason."""
    if retry_after_s is not None:
        return min(retry_after_s, LONGEST_PAUSE_S) + random.uniform(0, 0.1)
    return random.uniform(0.5, 1.0) * min(BACKOFF_S * 2.0**attempt, LONGEST_PAUSE_S)
