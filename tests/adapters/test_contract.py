"""The contract that every adapter passes; `loopback.contract_entrants` lists who takes part."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from loopback import contract_script as script
from loopback.contract_cases import SECRET, Bench, Case
from loopback.contract_entrants import CASES

from bakeoff.evals.conformance import check_system
from bakeoff.evals.errors import NotHeld, TransportFailure
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Capability, Context, Kind, Request, Response, Turn

GOLDEN = script.GOLDEN


def playing(question: str) -> pytest.MarkDecorator:
    """Only the cases whose backend can play that question."""
    able = [case for case in CASES if question in case.plays]
    return pytest.mark.parametrize("case", able, ids=[case.name for case in able], indirect=True)


@pytest.fixture(params=CASES, ids=[case.name for case in CASES])
def case(request: pytest.FixtureRequest) -> Case:
    chosen: Case = request.param
    return chosen


@pytest.fixture
def bench(case: Case, tmp_path: Path) -> Iterator[Bench]:
    with case.open(tmp_path) as opened:
        yield opened


class Asker:
    """Asks one system; `answer` says beforehand which question comes, for backends that need to know."""

    def __init__(self, system: System, prepare: Callable[[str], None]) -> None:
        self.system, self.prepare = system, prepare

    async def answer(self, question: str, conversation: tuple[Turn, ...] = ()) -> Response:
        self.prepare(question)
        return await self.system.answer(Request(question=question, conversation=conversation))


def play(bench: Bench, scenario: Callable[[Asker], Awaitable[None]]) -> None:
    """Run a scenario on a new system, close it, and see that nothing of it goes on."""

    async def whole() -> None:
        system = bench.make()
        try:
            await scenario(Asker(system, bench.prepare))
        finally:
            await system.aclose()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        if left:
            await asyncio.wait(left, timeout=3)
        assert not asyncio.all_tasks() - {asyncio.current_task()}

    asyncio.run(whole())


def bare(response: Response) -> Response:
    """A response without what no script can foretell."""
    return Response.model_validate({**response.model_dump(), "timing": {}, "extras": {}})


def test_every_field_arrives_where_it_belongs(case: Case, bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        for number in (0, 7, 19):
            assert bare(await ask.answer(GOLDEN[number])) == case.expected(number)

    play(bench, scenario)


def test_a_live_answer_is_timed(bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        start = time.perf_counter()
        response = await ask.answer(GOLDEN[1])
        if Capability.LIVE in ask.system.capabilities:
            assert response.timing.total_s is not None
            assert 0 < response.timing.total_s <= time.perf_counter() - start
        else:
            assert response.timing.total_s is None

    play(bench, scenario)


def test_the_common_keys_are_kept(bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        assert (ask.system.name, ask.system.parent) == ("candidate", "ancestor")
        assert isinstance(ask.system.kind, Kind)

    play(bench, scenario)


@playing(script.EMPTY)
def test_an_empty_answer_is_an_answer(bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        response = await ask.answer(script.EMPTY)
        assert (response.text, response.error) == ("", None)

    play(bench, scenario)


@playing(script.DECLINED)
def test_the_systems_own_word_on_abstaining_is_kept(bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        assert (await ask.answer(script.DECLINED)).abstained is True

    play(bench, scenario)


@playing(script.RETRIEVES_NOTHING)
def test_retrieving_nothing_is_not_the_same_as_not_retrieving(bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        assert (await ask.answer(script.RETRIEVES_NOTHING)).contexts == ()

    play(bench, scenario)


@playing(script.FOLLOW_UP)
def test_a_conversation_reaches_the_system(bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        response = await ask.answer(script.FOLLOW_UP, script.CONVERSATION)
        assert response.text == "after What came first? / Fact 7."

    play(bench, scenario)


@playing(script.FAILS)
def test_the_systems_own_error_is_a_response(case: Case, bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        response = await ask.answer(script.FAILS)
        assert response.text is None
        assert response.error is not None
        assert response.error.kind == "error"
        assert "out of order" in response.error.message
        assert bare(await ask.answer(GOLDEN[2])) == case.expected(2)

    play(bench, scenario)


@playing(script.MALFORMED)
def test_what_is_no_answer_is_malformed(case: Case, bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        response = await ask.answer(script.MALFORMED)
        assert response.error is not None
        assert response.error.kind == "malformed"
        assert SECRET not in response.error.message
        assert bare(await ask.answer(GOLDEN[3])) == case.expected(3)

    play(bench, scenario)


@playing(script.BREAKS)
def test_a_broken_way_is_no_answer_at_all(case: Case, bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        with pytest.raises(TransportFailure):
            await ask.answer(script.BREAKS)
        assert bare(await ask.answer(GOLDEN[4])) == case.expected(4)

    play(bench, scenario)


@playing(script.HANGS)
def test_a_time_out_ends_the_wait_and_leaves_no_stale_answer(case: Case, bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        start = time.perf_counter()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await ask.answer(script.HANGS)
        assert time.perf_counter() - start < 2
        for number in (5, 6):
            assert bare(await ask.answer(GOLDEN[number])) == case.expected(number)

    play(bench, scenario)


@pytest.mark.parametrize("delay_s", [0.0, 0.002, 0.05])
def test_after_a_cancellation_the_next_answer_is_its_own(case: Case, bench: Bench, delay_s: float) -> None:
    async def scenario(ask: Asker) -> None:
        for number in range(8, 12):
            task = asyncio.create_task(ask.answer(GOLDEN[number]))
            await asyncio.sleep(delay_s)
            task.cancel()
            outcome = (await asyncio.gather(task, return_exceptions=True))[0]
            if not isinstance(outcome, asyncio.CancelledError):  # it was quicker than the cancellation
                assert isinstance(outcome, Response)
                assert bare(outcome) == case.expected(number)
            assert bare(await ask.answer(GOLDEN[number + 1])) == case.expected(number + 1)

    play(bench, scenario)


def test_twenty_questions_at_once_get_their_own_answers(case: Case, bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        responses = await asyncio.gather(*(ask.answer(question) for question in GOLDEN))
        assert [bare(response) for response in responses] == [case.expected(n) for n in range(20)]

    play(bench, scenario)


@playing(script.HANGS)
def test_a_hanging_question_costs_no_other_its_answer(case: Case, bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        hanging = asyncio.create_task(ask.answer(script.HANGS))
        await asyncio.sleep(0.2)
        others = [asyncio.create_task(ask.answer(question)) for question in GOLDEN[:6]]
        await asyncio.sleep(0.2)
        hanging.cancel()
        done, waiting = await asyncio.wait(others, timeout=1 if "in flight" in case.name else 8)
        if waiting:  # a process that hangs with several in flight: each has its own time-out
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)
        assert not waiting or "in flight" in case.name
        assert all(bare(task.result()) == case.expected(others.index(task)) for task in done)
        assert bare(await ask.answer(GOLDEN[13])) == case.expected(13)
        await asyncio.gather(hanging, return_exceptions=True)
        assert hanging.cancelled()

    play(bench, scenario)


def test_closing_twice_and_closing_unused_is_fine(bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        unused = bench.make()
        await unused.aclose()
        await unused.aclose()
        await ask.answer(GOLDEN[0])
        await ask.system.aclose()  # play closes it again

    play(bench, scenario)


@playing(script.HANGS)
def test_closing_ends_what_hangs(bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        hanging = asyncio.create_task(ask.answer(script.HANGS))
        await asyncio.sleep(0.2)
        async with asyncio.timeout(8):
            await ask.system.aclose()
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)

    play(bench, scenario)


def test_overrides_that_the_system_would_ignore_are_not_held(bench: Bench) -> None:
    async def scenario(ask: Asker) -> None:
        if Capability.ACCEPTS_CONTEXTS not in ask.system.capabilities:
            with pytest.raises(NotHeld, match="accepts_contexts"):
                await ask.system.answer(Request(question=GOLDEN[0], contexts=(Context(text="this"),)))
        if Capability.ACCEPTS_DOCUMENTS not in ask.system.capabilities:
            with pytest.raises(NotHeld, match="accepts_documents"):
                await ask.system.answer(Request(question=GOLDEN[0], documents="0" * 32))

    play(bench, scenario)


def test_it_passes_the_conformance_kit(bench: Bench) -> None:
    requests = [Request(question=question) for question in GOLDEN[:5]]
    check_system(bench.make, requests=requests, secrets=[SECRET])
