"""The judge's memory: stored verdicts, shared flights, draws, failures, bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from toys.plan import ToyJudge, Yes, store_in

from bakeoff.evals.errors import JudgeFailure
from bakeoff.evals.judging import CachedJudge
from bakeoff.evals.protocols import M, Task
from bakeoff.evals.store import Store

Body = Callable[[CachedJudge], Awaitable[Any]]


class SlowJudge(ToyJudge):
    """Takes a moment, and remembers how many it was asked at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.02)
        self.now -= 1
        return await super().decide(task, inputs, prompt, schema, draw=draw)


def use(judge: ToyJudge, store: Store, body: Body, concurrency: int = 32) -> Any:
    async def session() -> Any:
        cached = CachedJudge(judge, store, concurrency=concurrency)
        try:
            return await body(cached)
        finally:
            await cached.aclose()

    return asyncio.run(session())


def ask(judge: CachedJudge, prompt: str, **changes: Any) -> Coroutine[Any, Any, Yes]:
    fields: dict[str, Any] = {"task": Task.VERDICTS, "inputs": Yes(share=0), "schema": Yes, **changes}
    return judge.decide(fields.pop("task"), fields.pop("inputs"), prompt, fields.pop("schema"), **fields)


def test_a_verdict_is_asked_once_and_read_afterwards_also_by_another_process(tmp_path: Path) -> None:
    store, judge = store_in(tmp_path), ToyJudge()

    async def twice(cached: CachedJudge) -> list[Yes]:
        return [await ask(cached, "A b"), await ask(cached, "A b")]

    assert use(judge, store, twice) == [Yes(share=0.5)] * 2
    assert use(judge, store_in(tmp_path), twice) == [Yes(share=0.5)] * 2
    assert judge.prompts == ["A b"]


def test_identical_questions_in_flight_are_one(tmp_path: Path) -> None:
    judge = SlowJudge()
    together = lambda cached: asyncio.gather(*(ask(cached, "A b c") for _ in range(50)))  # noqa: E731
    verdicts = use(judge, store_in(tmp_path), together)
    assert len(judge.prompts) == 1
    assert {verdict.share for verdict in verdicts} == {1 / 3}


def test_whatever_differs_is_another_question(tmp_path: Path) -> None:
    class Other(BaseModel):
        share: float
        more: str = ""

    async def different(cached: CachedJudge) -> None:
        await ask(cached, "A b")
        await ask(cached, "A c")
        await ask(cached, "A b", task=Task.CLAIMS)
        await ask(cached, "A b", schema=Other)
        await ask(cached, "A b", draw=1)

    judge = ToyJudge()
    use(judge, store_in(tmp_path), different)
    assert len(judge.prompts) == 5
    renamed = ToyJudge()
    renamed.fingerprint = "another"
    use(renamed, store_in(tmp_path), different)
    assert len(renamed.prompts) == 5


def test_failures_reach_every_waiter_and_are_not_kept(tmp_path: Path) -> None:
    async def fail(cached: CachedJudge) -> Any:
        return await asyncio.gather(*(ask(cached, "UNJUDGEABLE") for _ in range(3)), return_exceptions=True)

    judge, store = ToyJudge(), store_in(tmp_path)
    for asked in (1, 2):
        errors = use(judge, store, fail)
        assert all(isinstance(error, JudgeFailure) for error in errors)
        assert len(judge.prompts) == asked


def test_a_cancelled_waiter_does_not_take_the_verdict_from_the_others(tmp_path: Path) -> None:
    async def cancel_one(cached: CachedJudge) -> Yes:
        first = asyncio.create_task(ask(cached, "A b"))
        await asyncio.sleep(0)
        second = asyncio.create_task(ask(cached, "A b"))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    judge = SlowJudge()
    assert use(judge, store_in(tmp_path), cancel_one) == Yes(share=0.5)
    assert len(judge.prompts) == 1


def test_no_more_than_so_many_are_asked_at_once(tmp_path: Path) -> None:
    judge = SlowJudge()
    together = lambda cached: asyncio.gather(*(ask(cached, f"q{i}") for i in range(30)))  # noqa: E731
    use(judge, store_in(tmp_path), together, concurrency=4)
    assert judge.most == 4


def test_a_verdict_that_is_no_unicode_text_is_a_failure(tmp_path: Path) -> None:
    class Said(BaseModel):
        share: float
        text: str = "\ud83d"

    with pytest.raises(JudgeFailure, match="no valid Unicode"):
        use(ToyJudge(), store_in(tmp_path), lambda cached: ask(cached, "a", schema=Said))


def test_it_can_do_what_its_judge_can(tmp_path: Path) -> None:
    narrow = ToyJudge()
    narrow.tasks = frozenset({Task.CLAIMS})  # type: ignore[attr-defined]

    async def tasks(judge: CachedJudge) -> frozenset[Task]:
        return judge.tasks

    assert use(narrow, store_in(tmp_path), tasks) == {Task.CLAIMS}
    assert use(ToyJudge(), store_in(tmp_path), tasks) == set(Task)
