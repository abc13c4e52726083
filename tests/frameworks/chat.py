"""The contract's script behind a chat server on loopback, for systems that ask it through a framework."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loopback import contract_script as script
from loopback.contract_cases import CHAT_FAULTS, SECRET, Bench, build, chat_usage
from loopback.openai_server import ChatServer

from bakeoff.evals.plugins import Plugin
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Request, Usage

HERE = Path(__file__).resolve().parent

PRICE = {"input_per_mtok": 1.0, "output_per_mtok": 2.0, "cached_per_mtok": 0.5}

WARM: set[object] = set()
"""Targets that were asked before in this process."""

FAULTS = {question: fault for question, fault in CHAT_FAULTS.items() if question != script.MALFORMED}


def said(messages: list[dict[str, str]]) -> str:
    """The script's answer to the last message, after those before it that are not the prompt's own."""
    question = messages[-1]["content"]
    if question == script.MALFORMED:
        return "the framework makes of this what is no answer"
    earlier = [message for message in messages[:-1] if message["role"] != "system"]
    text: str = script.reply(question, earlier)["answer"]
    return text


def expected_usage(number: int) -> Usage:
    """The server's counts, and the cost at `PRICE`, where all input is cached."""
    counts = script.golden(number)["usage"]
    cost_usd = ((10_000 + number) * 0.5 + (20_000 + number) * 2.0) / 1_000_000
    return Usage(**{**counts, "cost_usd": cost_usd})


@contextmanager
def chat_bench(
    plugin: Plugin[Any],
    target: str,
    reply: Callable[[list[dict[str, str]]], str] = said,
    usage: Callable[[str], dict[str, Any] | None] = chat_usage,
    **options: Any,
) -> Iterator[Bench]:
    """A target of this folder that gets the server's address; faults are played for the next call."""

    def chosen(server: ChatServer) -> dict[str, Any]:
        arguments = {"base_url": server.base_url, "api_key": SECRET}
        return {"target": target, "arguments": arguments, "price": PRICE, **options}

    key = (target, options.get("asynchronous"))
    if key not in WARM:
        # clients load modules at their first call, which takes seconds on a busy machine; another server,
        # because some keep their connections by address, and those end with the event loop
        with ChatServer(chat_reply=reply, usage=usage) as other:
            asyncio.run(_ask_once(build(plugin, HERE, chosen(other))))
        WARM.add(key)
    with ChatServer(chat_reply=reply, usage=usage) as server:

        def prepare(question: str) -> None:
            server.refusal = "I would rather not." if question == script.DECLINED else None
            if question in FAULTS:
                server.faults.append(FAULTS[question])

        yield Bench(lambda: build(plugin, HERE, chosen(server)), prepare)


async def _ask_once(system: System) -> None:
    await system.answer(Request(question=script.GOLDEN[0]))
    await system.aclose()
