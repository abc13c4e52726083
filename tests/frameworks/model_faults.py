"""What a model's failures must come to, whatever framework they come through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from frameworks.chat import HERE, PRICE, said
from loopback import contract_script as script
from loopback.chat_behaviour import Fault
from loopback.contract_cases import build, chat_usage
from loopback.openai_server import ChatServer

from bakeoff.evals.errors import InputError, TransportFailure
from bakeoff.evals.plugins import Plugin
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Request, Response

Reply = Callable[[list[dict[str, str]]], str]
Usage = Callable[[str], dict[str, Any] | None]


def ask(system: System, request: Request) -> Response:
    async def once() -> Response:
        try:
            return await system.answer(request)
        finally:
            await system.aclose()

    return asyncio.run(once())


def check_model_faults(
    plugin: Plugin[Any], target: str, reply: Reply = said, usage: Usage = chat_usage, **options: Any
) -> None:
    """Throttling and a closed port are no answer, a refused key is the config's fault, a hang the model's."""
    request = Request(question=script.GOLDEN[0])
    with ChatServer(chat_reply=reply, usage=usage) as server:
        arguments = {"base_url": server.base_url}
        chosen = {"target": target, "arguments": arguments, "price": PRICE, **options}

        def faulty(fault: Fault) -> Response:
            server.faults.append(fault)
            return ask(build(plugin, HERE, chosen), request)

        with pytest.raises(TransportFailure) as throttled:
            faulty(Fault("status", 429, retry_after="7"))
        assert throttled.value.retry_after_s == 7.0
        with pytest.raises(InputError, match=r"systems\.candidate: .*refuses the key"):
            faulty(Fault("status", 401))
        wrong = faulty(Fault("status", 400, message="too long a question"))
        assert wrong.error is not None
        assert (wrong.error.kind, "too long a question" in wrong.error.message) == ("error", True)
        server.faults.clear()
    with pytest.raises(TransportFailure):
        ask(build(plugin, HERE, chosen), request)
