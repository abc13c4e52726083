"""One thin client for every endpoint that speaks OpenAI's chat interface.

It sends a body and returns a `Completion`. What goes wrong is sorted by who has to act: the way there
(`TransportFailure`), the user (`InputError`), the endpoint (`Refused`, `Garbled`).

Requests go straight to the HTTP client that the `openai` package ships (its aiohttp transport). Making the
request and reading the answer here takes far less time per call than `AsyncOpenAI` and its models do, and the
environment (proxies, OPENAI_ORG_ID, OPENAI_CUSTOM_HEADERS) sends nothing that the config does not name.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bakeoff.adapters.chat_completion import Assembly, Completion, event_data, parse_json, read_whole
from bakeoff.adapters.chat_dialect import Dialect
from bakeoff.adapters.chat_endpoint import PATH, Endpoint, Refused, embedded_status
from bakeoff.evals.errors import TransportFailure
from bakeoff.evals.records import Timing

if TYPE_CHECKING:
    import httpx2

HEADERS = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "bakeoff"}
CONNECT_S = 10.0
"""Seconds for the handshake. How long an answer may take is the caller's to bound."""

DRAIN_S = 1.0
"""Seconds to wait for a stream's end after its last event, so that the connection can be used again."""


class ChatClient:
    """The way to one model of one endpoint; it opens inside the event loop, at the first call."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.dialect = Dialect()
        self._url = endpoint.base_url + PATH
        self._http: httpx2.AsyncClient | None = None
        import openai  # noqa: F401 - it takes a second, which must not fall into a timed call

    async def complete(self, body: Mapping[str, Any]) -> Completion:
        """The answer in one piece; `body` is a chat completion request without its model."""
        return await self._adapted(body, self._complete)

    async def stream(self, body: Mapping[str, Any]) -> Completion:
        """The answer as a stream, read to its end; its timing has the first non-empty text (METHODS §8)."""
        options = {"stream": True, "stream_options": {"include_usage": True}}
        return await self._adapted({**body, **options}, self._stream)

    async def aclose(self) -> None:
        """Close the connections; call it once."""
        if self._http is not None:
            await self._http.aclose()

    async def _adapted(
        self, body: Mapping[str, Any], send: Callable[[dict[str, Any]], Awaitable[Completion]]
    ) -> Completion:
        """Send, and send again without whatever this model was just found not to take."""
        while True:
            sent = self.dialect.apply({"model": self.endpoint.model, **body})
            try:
                completion = await send(sent)
            except Refused as refused:
                if not self.dialect.learn(refused, sent):
                    raise
            else:
                dropped = self.dialect.missing(body)
                return replace(completion, dropped=dropped) if dropped else completion

    async def _complete(self, sent: dict[str, Any]) -> Completion:
        client = self._client()
        started = time.perf_counter()
        response = await self._post(client, sent, stream=False)
        return self._read(response, time.perf_counter() - started)

    async def _stream(self, sent: dict[str, Any]) -> Completion:
        import httpx2
        from aiohttp import ClientError

        client = self._client()
        started = time.perf_counter()
        response = await self._post(client, sent, stream=True)
        try:
            if "text/event-stream" in response.headers.get("content-type", ""):
                return await self._assemble(response, started)
            await response.aread()
            return self._read(response, time.perf_counter() - started)
        except (httpx2.HTTPError, ClientError, OSError) as error:
            raise self._broken(error) from error
        finally:
            await response.aclose()

    async def _assemble(self, response: httpx2.Response, started: float) -> Completion:
        assembly, done = Assembly(), False
        async with contextlib.aclosing(event_data(response.aiter_bytes())) as events:
            async for data in events:
                if done := data.strip() == b"[DONE]":
                    break
                chunk = parse_json(data, "an event of the stream")
                self._check(chunk, data)
                assembly.add(chunk, time.perf_counter() - started)
            total_s = time.perf_counter() - started
            if done:
                await _drain(events)
        return assembly.completion(total_s, done=done)

    def _read(self, response: httpx2.Response, total_s: float) -> Completion:
        payload = parse_json(response.content, response.headers.get("content-type", ""))
        self._check(payload, response.content)
        return read_whole(payload, Timing(total_s=total_s))

    def _check(self, payload: Mapping[str, Any], raw: bytes) -> None:
        status = embedded_status(payload)
        if status is not None:
            raise self.endpoint.failure(status, {}, raw)

    async def _post(
        self, client: httpx2.AsyncClient, sent: Mapping[str, Any], *, stream: bool
    ) -> httpx2.Response:
        import httpx2
        from aiohttp import ClientError

        # json escapes the lone surrogates of scraped text, which no UTF-8 encoder can send
        request = client.build_request("POST", self._url, content=json.dumps(sent).encode())
        try:
            response = await client.send(request, stream=stream)
            if not response.is_success:
                await response.aread()
        except (httpx2.HTTPError, ClientError, OSError) as error:
            raise self._broken(error) from error
        if not response.is_success:
            raise self.endpoint.failure(response.status_code, response.headers, response.content)
        return response

    def _broken(self, cause: BaseException) -> TransportFailure:
        reason = self.endpoint.clean(str(cause)) or type(cause).__name__
        return TransportFailure(f"the connection to {self.endpoint.base_url} failed: {reason}")

    def _client(self) -> httpx2.AsyncClient:
        if self._http is None:
            self._http = _open(self.endpoint)
        return self._http


async def _drain(events: AsyncIterator[bytes]) -> None:
    """Read what is left of a finished stream; a server that keeps it open only costs the connection."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            async for _ in events:
                pass


def _open(endpoint: Endpoint) -> httpx2.AsyncClient:
    """The client: no retries, no redirects, no proxies, no limit on connections (the caller has one)."""
    import httpx2
    import openai

    key = endpoint.api_key.get_secret_value() if endpoint.api_key else None
    return openai.DefaultAioHttpClient(
        headers={**HEADERS, **({"Authorization": f"Bearer {key}"} if key else {})},
        trust_env=False,
        follow_redirects=False,
        limits=httpx2.Limits(max_connections=0, keepalive_expiry=15.0),
        timeout=httpx2.Timeout(None, connect=CONNECT_S),
    )
