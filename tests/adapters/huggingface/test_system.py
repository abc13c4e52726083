"""The system among others: cancelled, closed, asked for what it does not offer, and checked by the kit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback.contract_cases import taught_model
from loopback.contract_script import GOLDEN
from tiny_models.asking import ask, local_system, texts

from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.adapters.huggingface.worker import Closed
from bakeoff.evals.conformance import check_system
from bakeoff.evals.errors import NotHeld
from bakeoff.evals.records import Context, DocumentState, Rendering, Request, Turn

Build = Callable[..., HuggingFaceSystem]

LONG = {"max_new_tokens": 240}


@pytest.mark.parametrize(
    "options",
    [{}, {"model": "t5"}, {"peft": "llama-lora"}, {"peft": "llama-prompt"}, {"temperature": 1.0}],
    ids=str,
)
def test_it_passes_the_conformance_kit(models: Path, options: dict[str, Any]) -> None:
    requests = [Request(question=text, seed=7) for text in ("the cat", "nobody knows why", "42?")]
    check_system(
        lambda: local_system(models, context_template="{contexts}\n{question}", **options),
        requests=requests,
        different=[lambda: local_system(models, system_prompt="Be brief.", template="{question}!")]
        if options.get("model") != "t5"
        else [],
    )


def test_a_taught_model_passes_it_too() -> None:
    folder = taught_model()
    requests = [Request(question=question) for question in GOLDEN[:4]]
    check_system(lambda: local_system(folder.parent, model=folder.name, max_new_tokens=40), requests=requests)


def talkative(system: HuggingFaceSystem) -> str:
    """A question that the model answers at full length."""
    asked = [f"{number}?" for number in range(8)]
    lengths = [response.extras["finish_reason"] for response in ask(system, *asked)]
    return asked[lengths.index("length")]


async def cancelled_after(system: HuggingFaceSystem, question: str, seconds: float) -> None:
    task = asyncio.create_task(system.answer(Request(question=question)))
    await asyncio.sleep(seconds)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_cancelled_question_costs_the_others_of_its_batch_nothing(build: Build) -> None:
    system = build(**LONG)
    expected = texts(system, "nobody knows why", "refunds")
    question = talkative(system)

    async def scenario() -> list[str | None]:
        gone = asyncio.create_task(cancelled_after(system, question, 0.1))
        asked = [system.answer(Request(question=text)) for text in ("nobody knows why", "refunds")]
        answers = await asyncio.gather(*asked)
        await gone
        return [answer.text for answer in answers]

    assert asyncio.run(scenario()) == expected


def test_a_batch_that_nobody_waits_for_ends_early(build: Build) -> None:
    system = build(**LONG)
    question = talkative(system)

    async def scenario() -> tuple[float, float]:
        start = time.perf_counter()
        await system.answer(Request(question=question))
        full = time.perf_counter() - start
        await cancelled_after(system, question, 0.05)
        start = time.perf_counter()
        await system.log_likelihoods(Request(question="the cat"), ["42"])
        return full, time.perf_counter() - start

    full, after = asyncio.run(scenario())
    assert after < full / 2


def test_the_event_loop_goes_on_while_a_model_works(build: Build) -> None:
    system = build(**LONG)
    question = talkative(system)

    async def scenario() -> int:
        task = asyncio.create_task(system.answer(Request(question=question)))
        ticks = 0
        while not task.done():
            await asyncio.sleep(0.01)
            ticks += 1
        assert (await task).error is None
        return ticks

    assert asyncio.run(scenario()) > 5


def test_closing_ends_what_is_asked_and_refuses_what_comes(build: Build) -> None:
    system, other = build(**LONG), build(peft="llama-lora")

    async def scenario() -> None:
        asked = [asyncio.create_task(system.answer(Request(question=f"{n}?"))) for n in range(20)]
        await asyncio.sleep(0.05)
        await system.aclose()
        async with asyncio.timeout(20):
            outcomes = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(outcome, Closed) for outcome in outcomes)
        with pytest.raises(Closed):
            await system.answer(Request(question="the cat"))
        await system.aclose()

    asyncio.run(scenario())
    assert texts(other, "the cat")


def test_time_and_tokens_are_those_of_the_answer(build: Build) -> None:
    system = build(batch_size=2)
    start = time.perf_counter()
    responses = ask(system, *(f"{number}?" for number in range(8)))
    whole = time.perf_counter() - start
    times = [response.timing.total_s or 0 for response in responses]
    assert all(0 < one < whole for one in times)
    # four batches of two, one after the other: waiting for one's turn is not counted
    assert sum(times) / 2 < whole


def test_what_it_does_not_offer_is_not_held(build: Build) -> None:
    system = build()
    for lacking in ({"contexts": (Context(text="this"),)}, {"documents": "0" * 32}):
        with pytest.raises(NotHeld, match="accepts_"):
            ask(system, "the cat", **lacking)
    assert texts(system, "the cat", contexts=()) == texts(system, "the cat")
    with pytest.raises(NotImplementedError):
        asyncio.run(system.set_documents(DocumentState(documents=())))


def test_contexts_conversation_and_rendering_reach_the_model(build: Build) -> None:
    system = build(context_template="{contexts}\n{question}", system_prompt="Be brief.")
    plain = texts(system, "the cat")
    assert texts(system, "the cat", contexts=(Context(text="the dog slept"),)) != plain
    assert texts(system, "the cat", conversation=(Turn(role="user", content="Hi"),)) != plain
    bare = texts(system, "the cat", rendering=Rendering(mode="none"))
    assert bare == texts(build(), "the cat") != plain


def test_a_prompt_beyond_the_window_is_that_answers_own_failure(build: Build) -> None:
    system = build()
    long, short = ask(system, "the cat " * 600, "the cat")
    assert long.error is not None
    assert long.error.kind == "error"
    assert "context window of 512" in long.error.message
    assert short.error is None


def test_a_failure_of_the_model_is_that_answers_own(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    system = build()
    expected = texts(system, "the cat")
    network = system._parts.loaded.network
    real = network.generate

    def failing(**kwargs: Any) -> Any:
        if int(kwargs["attention_mask"].sum(1).max()) > 500:
            raise RuntimeError("out of memory")
        return real(**kwargs)

    monkeypatch.setattr(network, "generate", failing)
    long, short = ask(system, "7" * 501, "the cat")
    assert long.error is not None
    assert long.error.message == "RuntimeError: out of memory"
    assert [short.text] == expected
