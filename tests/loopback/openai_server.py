"""A real chat server of the OpenAI family on 127.0.0.1: fast, counting, and faulty on demand.

In a thread, for tests that look at what was asked::

    with ChatServer(reply=lambda prompt: prompt.upper()) as server:
        server.base_url, server.bodies, server.count

In a process of its own, for benchmarks and for runs that get killed::

    with ChatProcess(reply="loopback.ragas_replies:judge_reply", latency_s=0.5) as server:
        server.base_url, server.statistics()
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypedDict

from loopback.chat_behaviour import (
    FEATURES,
    Behaviour,
    Fault,
    chunks,
    completion,
    error_body,
    message_of,
    objection,
    reply_text,
)

if TYPE_CHECKING:
    from aiohttp import web


class Statistics(TypedDict):
    """What the server counted: requests, different bodies, the most often repeated one, in-flight peak."""

    requests: int
    distinct: int
    most_repeated: int
    peak_in_flight: int


@dataclass
class Log:
    """What was asked: the bodies and headers in order of arrival, the counts, and the peers' sockets."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    digests: Counter[bytes] = field(default_factory=Counter)
    peers: set[Any] = field(default_factory=set)
    in_flight: int = 0
    peak_in_flight: int = 0

    def statistics(self) -> Statistics:
        return {
            "requests": self.digests.total(),
            "distinct": len(self.digests),
            "most_repeated": max(self.digests.values(), default=0),
            "peak_in_flight": self.peak_in_flight,
        }


class Service:
    """The request handler: `handle` is what aiohttp calls; `stopped` ends the server and what hangs."""

    def __init__(self, behaviour: Behaviour, log: Log) -> None:
        self.behaviour, self.log = behaviour, log
        self.stopped = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/statistics":
            return _json(200, json.dumps(self.log.statistics()))
        raw = await request.read()
        self._record(request, raw)
        self.log.in_flight += 1
        self.log.peak_in_flight = max(self.log.peak_in_flight, self.log.in_flight)
        try:
            return await self._answer(request, json.loads(raw))
        finally:
            self.log.in_flight -= 1

    def _record(self, request: web.BaseRequest, raw: bytes) -> None:
        self.log.digests[sha256(raw).digest()[:16]] += 1
        self.log.peers.add(request.transport and request.transport.get_extra_info("peername"))
        if self.behaviour.keep_bodies:
            self.log.bodies.append(json.loads(raw))
            self.log.headers.append(dict(request.headers))

    async def _answer(self, request: web.BaseRequest, body: dict[str, Any]) -> web.StreamResponse:
        behaviour = self.behaviour
        fault = behaviour.faults.popleft() if behaviour.faults else behaviour.fault
        if behaviour.latency_s:
            await asyncio.sleep(behaviour.latency_s)
        if request.path != "/v1/chat/completions":
            return _json(404, '{"detail":"Not Found"}')
        if behaviour.api_key is not None and request.headers.get("Authorization") != (
            f"Bearer {behaviour.api_key}"
        ):
            sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
            return _json(401, error_body(f"Incorrect API key provided: {sent}", "invalid_api_key"))
        if refused := objection(body, behaviour):
            return _json(*refused)
        text = "one two three" if fault else reply_text(body, behaviour)
        if fault is not None and fault.kind not in ("cut", "end"):
            return await self._fail(request, fault)
        if body.get("stream"):
            return await self._stream(request, chunks(body, text, behaviour), fault)
        whole = json.dumps(completion(body, message_of(body, text, behaviour), behaviour))
        return await _cut(request, whole, fault) if fault else _json(200, whole)

    async def _stream(
        self, request: web.BaseRequest, pieces: list[dict[str, Any]], fault: Fault | None
    ) -> web.StreamResponse:
        from aiohttp import web

        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        for piece in pieces[:3] if fault else pieces:
            await response.write(f"data: {json.dumps(piece, ensure_ascii=False)}\n\n".encode())
            if self.behaviour.token_s:
                await asyncio.sleep(self.behaviour.token_s)
        if fault is None:
            await response.write(b"data: [DONE]\n\n")
            await asyncio.sleep(self.behaviour.token_s)
        elif fault.kind == "cut":
            _abort(request)
        return response

    async def _fail(self, request: web.BaseRequest, fault: Fault) -> web.StreamResponse:
        from aiohttp import web

        if fault.kind == "hang":
            await self.stopped.wait()
        if fault.kind in ("drop", "hang"):
            _abort(request)
        if fault.kind == "html":
            page = b"<!doctype html><html><body><h1>Welcome to the proxy</h1></body></html>"
            return web.Response(body=page, content_type="text/html")
        if fault.kind == "truncated":
            return _json(200, '{"id": "chatcmpl-loopback", "choices": [{"index": 0, "mess')
        if fault.kind == "body":
            return _json(200, fault.message)
        told = {"Retry-After": fault.retry_after, "Location": fault.location}
        headers = {name: value for name, value in told.items() if value is not None}
        return _json(fault.status, error_body(fault.message, fault.code, fault.param), headers)


def _json(status: int, text: str, headers: Mapping[str, str] | None = None) -> web.StreamResponse:
    from aiohttp import web

    return web.Response(status=status, body=text.encode(), content_type="application/json", headers=headers)


def _abort(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _cut(request: web.BaseRequest, whole: str, fault: Fault) -> web.StreamResponse:
    """Half of the body under a length that promises all of it."""
    from aiohttp import web

    if fault.kind == "end":
        return _json(200, whole[: len(whole) // 2])
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(whole)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2].encode())
    await asyncio.sleep(0.01)
    _abort(request)
    return response


async def serve(service: Service, started: Callable[[str], None]) -> None:
    """Serve on a free port until the service is stopped; `started` hears the base URL."""
    from aiohttp import web

    server = web.Server(service.handle, access_log=None, keepalive_timeout=60)
    runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=0.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    host, port = runner.addresses[0][:2]
    started(f"http://{host}:{port}/v1")
    await service.stopped.wait()
    await runner.cleanup()


class ChatServer(Behaviour):
    """The server in a thread of this process; its behaviour may be changed while it runs."""

    def __enter__(self) -> Self:
        self.log = Log()
        self.base_url = ""
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._thread.start()
        if not self._up.wait(10):
            raise RuntimeError("the loopback server did not start within 10 s")
        return self

    async def _main(self) -> None:
        service = Service(self, self.log)
        self._loop, self._stopped = asyncio.get_running_loop(), service.stopped

        def started(url: str) -> None:
            self.base_url = url
            self._up.set()

        await serve(service, started)

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return self.log.bodies

    @property
    def count(self) -> int:
        return self.log.digests.total()


@dataclass
class ChatProcess:
    """The server in a process of its own; `reply` names a function as `module:function`.

    `statistics()` asks the process for its counts; bodies are not kept.
    """

    reply: str = "builtins:str"
    latency_s: float = 0.0
    token_s: float = 0.0
    supports: frozenset[str] = FEATURES
    base_url: str = ""

    def __enter__(self) -> Self:
        tests = Path(__file__).resolve().parents[1]
        command = [sys.executable, __file__, "--reply", self.reply, "--latency", str(self.latency_s)]
        command += ["--token", str(self.token_s), "--supports", ",".join(sorted(self.supports))]
        environment = {**os.environ, "PYTHONPATH": str(tests)}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        self.base_url = self._process.stdout.readline().strip()
        if not self.base_url:
            raise RuntimeError("the loopback server's process did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)

    def statistics(self) -> Statistics:
        url = self.base_url.removesuffix("/v1") + "/statistics"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=10) as answer:
            counts: Statistics = json.load(answer)
        return counts


def main() -> None:
    """Serve until terminated; the first line on standard output is the base URL."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--reply", default="builtins:str")
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--token", type=float, default=0.0)
    parser.add_argument("--supports", default=",".join(sorted(FEATURES)))
    options = parser.parse_args()
    module, _, name = options.reply.partition(":")
    behaviour = Behaviour(
        reply=getattr(importlib.import_module(module), name),
        latency_s=options.latency,
        token_s=options.token,
        supports=frozenset(options.supports.split(",")),
        keep_bodies=False,
    )

    async def run() -> None:
        await serve(Service(behaviour, Log()), lambda url: print(url, flush=True))

    asyncio.run(run())


if __name__ == "__main__":
    main()
