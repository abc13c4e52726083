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
import re
import subprocess
import sys
import threading
import urllib.request
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict

if TYPE_CHECKING:
    from aiohttp import web

Reply = Callable[[str], str]
"""The answer's text, from the text of the last message."""

FEATURES = frozenset({"json_schema", "tools", "json_object", "stream_options"})


@dataclass(frozen=True)
class Fault:
    """What happens to one request instead of an answer.

    `status` answers with that code and `message`; `drop` closes the connection unanswered; `cut` closes
    it in the middle of the body; `end` ends the body early, but cleanly; `hang` never answers;
    `truncated` and `html` answer 200 with half of the JSON or a page; `body` answers 200 with `message`
    as the body.
    """

    kind: Literal["status", "drop", "cut", "end", "hang", "truncated", "html", "body"]
    status: int = 500
    retry_after: str | None = None
    message: str = "the loopback server was told to fail"
    code: str | None = None
    param: str | None = None


class Statistics(TypedDict):
    """What the server counted: requests, different bodies, the most often repeated one, in-flight peak."""

    requests: int
    distinct: int
    most_repeated: int
    peak_in_flight: int


@dataclass
class Behaviour:
    """How the server answers. Fields may be changed between requests.

    `supports` lists the optional parts of the interface that it has, `refuses` the parameters that it
    rejects as OpenAI's newer models do. `faults` are used up one per request; `fault` lasts.
    `latency_s` passes before the first byte, `token_s` between two streamed pieces.
    """

    reply: Reply = str
    latency_s: float = 0.0
    token_s: float = 0.0
    supports: frozenset[str] = FEATURES
    refuses: frozenset[str] = frozenset()
    faults: deque[Fault] = field(default_factory=deque)
    fault: Fault | None = None
    usage: Mapping[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    )
    finish_reason: str = "stop"
    refusal: str | None = None
    api_key: str | None = None
    models: frozenset[str] | None = None
    keep_bodies: bool = True


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


def error_body(message: str, code: str | None = None, param: str | None = None) -> str:
    """An error as OpenAI words it."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return json.dumps({"error": error})


def objection(body: Mapping[str, Any], behaviour: Behaviour) -> tuple[int, str] | None:
    """Status and error body for a request that this server does not take, or None."""
    kind = (body.get("response_format") or {}).get("type")
    if kind is not None and kind not in behaviour.supports:
        message = f"response_format of type {kind!r} is not supported by this server"
        return 400, error_body(message, param="response_format")
    for name in ("tools", "stream_options"):
        if name in body and name not in behaviour.supports:
            return 400, error_body(f"{name!r} is not supported by this server", param=name)
    for name in behaviour.refuses & body.keys():
        if name == "temperature":
            text = "Unsupported value: 'temperature' does not support 0 with this model. Only 1 is supported."
            return 400, error_body(text, "unsupported_value", name)
        hint = " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
        text = f"Unsupported parameter: '{name}' is not supported with this model.{hint}"
        return 400, error_body(text, "unsupported_parameter", name)
    if behaviour.models is not None and body["model"] not in behaviour.models:
        return 404, error_body(f"The model `{body['model']}` does not exist", "model_not_found")
    return None


def message_of(body: Mapping[str, Any], text: str, behaviour: Behaviour) -> dict[str, Any]:
    """The assistant's message: the text as content, or as a tool call's arguments where tools were sent."""
    if behaviour.refusal is not None:
        return {"role": "assistant", "content": None, "refusal": behaviour.refusal}
    if tools := body.get("tools"):
        call = {"name": tools[0]["function"]["name"], "arguments": text}
        calls = [{"id": "call_0", "type": "function", "function": call}]
        return {"role": "assistant", "content": None, "tool_calls": calls}
    return {"role": "assistant", "content": text}


def completion(body: Mapping[str, Any], message: Mapping[str, Any], behaviour: Behaviour) -> dict[str, Any]:
    """A whole answer in one piece."""
    choice = {"index": 0, "message": message, "finish_reason": behaviour.finish_reason}
    head = {"id": "chatcmpl-loopback", "object": "chat.completion", "created": 0, "model": body["model"]}
    return {**head, "choices": [choice], "usage": behaviour.usage}


def chunks(body: Mapping[str, Any], text: str, behaviour: Behaviour) -> list[dict[str, Any]]:
    """The same answer in pieces: first the empty one with the role, then words, then reason and usage."""
    key, whole = ("content", text) if behaviour.refusal is None else ("refusal", behaviour.refusal)
    deltas: list[dict[str, Any]] = [{"role": "assistant", key: ""}]
    deltas += [{key: piece} for piece in re.findall(r"\s*\S+\s*?|\s+", whole)]
    head = {
        "id": "chatcmpl-loopback",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": body["model"],
    }
    pieces = [{**head, "choices": [{"index": 0, "delta": d, "finish_reason": None}]} for d in deltas]
    pieces.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": behaviour.finish_reason}]})
    if (body.get("stream_options") or {}).get("include_usage") and behaviour.usage is not None:
        pieces.append({**head, "choices": [], "usage": behaviour.usage})
    return pieces


class Service:
    """The request handler: `handle` is what aiohttp calls."""

    def __init__(self, behaviour: Behaviour, log: Log) -> None:
        self.behaviour, self.log = behaviour, log

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
        if not request.path.endswith("/chat/completions"):
            return _json(404, '{"detail":"Not Found"}')
        if behaviour.api_key is not None and request.headers.get("Authorization") != (
            f"Bearer {behaviour.api_key}"
        ):
            sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
            return _json(401, error_body(f"Incorrect API key provided: {sent}", "invalid_api_key"))
        if refused := objection(body, behaviour):
            return _json(*refused)
        text = "" if fault else behaviour.reply(body["messages"][-1]["content"])
        if fault is not None and fault.kind not in ("cut", "end"):
            return await _fail(request, fault)
        if body.get("stream"):
            return await self._stream(request, chunks(body, text or "one two three", behaviour), fault)
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
        elif fault.kind == "cut":
            _abort(request)
        return response


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


async def _fail(request: web.BaseRequest, fault: Fault) -> web.StreamResponse:
    from aiohttp import web

    if fault.kind == "hang":
        await asyncio.sleep(3600)
    if fault.kind == "drop":
        _abort(request)
    if fault.kind == "html":
        page = b"<!doctype html><html><body><h1>Welcome to the proxy</h1></body></html>"
        return web.Response(body=page, content_type="text/html")
    if fault.kind == "truncated":
        return _json(200, '{"id": "chatcmpl-loopback", "choices": [{"index": 0, "mess')
    if fault.kind == "body":
        return _json(200, fault.message)
    headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
    return _json(fault.status, error_body(fault.message, fault.code, fault.param), headers)


async def serve(service: Service, started: Callable[[str], None], stopped: asyncio.Event) -> None:
    """Serve on a free port; `started` hears the base URL, `stopped` ends it."""
    from aiohttp import web

    server = web.Server(service.handle, access_log=None, keepalive_timeout=60)
    runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=0.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    host, port = runner.addresses[0][:2]
    started(f"http://{host}:{port}/v1")
    await stopped.wait()
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
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()

        def started(url: str) -> None:
            self.base_url = url
            self._up.set()

        await serve(Service(self, self.log), started, self._stopped)

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
    service = Service(behaviour, Log())

    async def run() -> None:
        await serve(service, lambda url: print(url, flush=True), asyncio.Event())

    asyncio.run(run())


if __name__ == "__main__":
    main()
