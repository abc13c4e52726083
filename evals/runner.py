"""Run a plan: collect the answers, score them, let the suites speak.

Everything that costs money or time goes through the store, so the same call after a kill, or with one
more system, computes only what is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bakeoff.evals.collection import Collector
from bakeoff.evals.errors import BakeoffError
from bakeoff.evals.filling import VERDICTS, Filler
from bakeoff.evals.findings import Finding
from bakeoff.evals.judging import CachedJudge
from bakeoff.evals.progress import Heartbeat, Progress, Silent
from bakeoff.evals.protocols import Suite, Tools
from bakeoff.evals.records import Usage
from bakeoff.evals.registration import Plan, register
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.scoring import Scorer
from bakeoff.evals.sequential_run import Sequential, take_until_certain, with_judged
from bakeoff.evals.store import Store
from bakeoff.evals.store.table_reader import load_table

SHORTEST_STALL_S = 300.0


@dataclass(frozen=True)
class Outcome:
    """What a run came to. `open_answers` and `open_scores` count cells left for the next run."""

    run: RunRecord
    asked: int
    judged: int
    cost_usd: float
    judge_usage: Usage
    unpriced: frozenset[str]
    open_answers: Mapping[str, int]
    open_scores: Mapping[str, int]
    reasons: Mapping[str, str]

    @property
    def complete(self) -> bool:
        return not self.open_answers and not self.open_scores


def run(
    plan: Plan,
    store: Store,
    *,
    fresh: bool = False,
    progress: Progress | None = None,
    sequential: Sequential | None = None,
) -> Outcome:
    """Execute a plan in a new event loop; systems and judge are closed whatever happens.

    With `sequential` the run stops as soon as that gate's verdict is certain.
    Raises InputError for bad input that only shows under way (a wrong key, say), RunIncomplete when
    nothing moves any more; what was computed until then is stored.
    """
    try:
        return asyncio.run(execute(plan, store, fresh=fresh, progress=progress, sequential=sequential))
    except BaseExceptionGroup as group:
        raise _first(group) from group


async def execute(
    plan: Plan,
    store: Store,
    *,
    fresh: bool = False,
    progress: Progress | None = None,
    sequential: Sequential | None = None,
) -> Outcome:
    """As `run`, within a running loop; errors of concurrent calls come as an ExceptionGroup."""
    heart = Heartbeat(progress or Silent())
    judge = CachedJudge(
        plan.judge, store, concurrency=plan.limits.concurrency, on_answer=lambda: heart.advance(VERDICTS)
    )
    try:
        record = register(plan, store, fresh=fresh)
        stall_s = plan.limits.stall_s or max(SHORTEST_STALL_S, 5 * plan.limits.timeout_s)
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(heart.watch(stall_s))
            outcome = await _fill(plan, store, record, judge, heart, sequential)
            watch.cancel()
        return outcome
    finally:
        await judge.aclose()
        for system in plan.systems:
            await system.aclose()


async def _fill(
    plan: Plan,
    store: Store,
    record: RunRecord,
    judge: CachedJudge,
    heart: Heartbeat,
    sequential: Sequential | None,
) -> Outcome:
    collector = Collector(
        store=store,
        run=record,
        limits=plan.limits,
        seed=plan.seed,
        progress=heart,
        judge_cost=lambda: judge.usage.cost_usd or 0.0,
        secrets=plan.secrets,
    )
    suites = [suite for suite, _ in plan.suites]
    # the judge bounds the calls; twice as many answers in hand keep its places filled between two calls
    tools = Tools(judge, plan.encoder, 2 * plan.limits.concurrency)
    scorer = Scorer(store, record, suites, tools, heart, plan.on_system_failure)
    filler = Filler(plan.systems, plan.repeats, collector, scorer, heart)
    if sequential is None:
        await filler.ask(record.header.samples)
        await filler.score(record.header.samples)
    else:
        record = await take_until_certain(sequential, store, record, filler)
        record = with_judged(record, judge.asked)
    collected = collector.result
    store.set_findings(record.id, await asyncio.to_thread(_findings, suites, store, record))
    left_open = sum(collected.open_cells.values()) + sum(scorer.open_cells.values())
    record = record.model_copy(update={"open_cells": left_open})
    store.update_run(record)
    return Outcome(
        run=record,
        asked=collected.asked,
        judged=judge.asked,
        cost_usd=collected.cost_usd,
        judge_usage=judge.usage,
        unpriced=frozenset(collected.unpriced),
        open_answers=dict(collected.open_cells),
        open_scores=dict(scorer.open_cells),
        reasons=collected.reasons,
    )


def _findings(suites: Sequence[Suite], store: Store, record: RunRecord) -> list[tuple[str, Finding]]:
    table = load_table(store, record)
    return [(suite.name, finding) for suite in suites for finding in suite.findings(table)]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error to show: the first expected one, else the first."""
    flat: list[BaseException] = []
    queue: list[BaseException] = [group]
    while queue:
        error = queue.pop(0)
        if isinstance(error, BaseExceptionGroup):
            queue[:0] = error.exceptions
        else:
            flat.append(error)
    return next((error for error in flat if isinstance(error, BakeoffError)), flat[0])
