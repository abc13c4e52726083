"""One thin client for every endpoint that speaks OpenAI's chat interface.

It sends a body and returns a `Completion`. What goes wrong is sorted by who has to act: the way there
(`TransportFailure`), the user (`InputError`), the endpoint (`Refused`, `Garbled`).

`AsyncOpenAI.post` hands over the HTTP response as it is. Reading it here, and sending no headers but those
needed, takes less than half of the time per call of the client's own models, and the environment (proxies,
OPENAI_ORG_ID, OPENAI_CUSTOM_HEADERS) sends nothing that the config does not name.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from bakeoff.adapters.chat_completion import Assembly, Completion, event_data, parse_json, read_whole
from bakeoff.adapters.chat_dialect import Dialect
from bakeoff.adapters.chat_endpoint import PATH, Endpoint, Refused, embedded_status
from bakeoff.evals.errors import TransportFailure
from bakeoff.evals.records import Timing

if TYPE_CHECKING:
    import httpx2
    import openai

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
        self._openai: openai.AsyncOpenAI | None = None
        _client_class()  # the import takes a second, which must not fall into a timed call

    async def complete(self, body: Mapping[str, Any]) -> Completion:
        """The answer in one piece; `body` is a chat completion request without its model."""
        return await self._adapted(body, self._complete)

    async def stream(self, body: Mapping[str, Any]) -> Completion:
        """The answer as a stream, read to its end; its timing has the first non-empty text (METHODS §8)."""
        options = {"stream": True, "stream_options": {"include_usage": True}}
        return await self._adapted({**body, **options}, self._stream)

    async def aclose(self) -> None:
        """Close the connections; call it once."""
        if self._openai is not None:
            await self._openai.close()

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
        self, client: openai.AsyncOpenAI, sent: Mapping[str, Any], *, stream: bool
    ) -> httpx2.Response:
        import httpx2
        import openai

        try:
            reply = await client.post(
                PATH,
                # json escapes the lone surrogates of scraped text, which the client's encoder cannot send
                content=json.dumps(sent).encode(),
                cast_to=httpx2.Response,
                options={} if self.endpoint.api_key else {"headers": {"Authorization": openai.Omit()}},
                stream=stream,
                stream_cls=openai.AsyncStream[Any],
            )
        except openai.APIStatusError as error:
            answer = error.response
            raise self.endpoint.failure(answer.status_code, answer.headers, answer.content) from None
        except openai.APIConnectionError as error:
            raise self._broken(error.__cause__ or error) from error
        return cast("httpx2.Response", reply)  # that is what cast_to makes of it, streamed or not

    def _broken(self, cause: BaseException) -> TransportFailure:
        reason = self.endpoint.clean(str(cause)) or type(cause).__name__
        return TransportFailure(f"the connection to {self.endpoint.base_url} failed: {reason}")

    def _client(self) -> openai.AsyncOpenAI:
        if self._openai is None:
            self._openai = _open(self.endpoint)
        return self._openai


async def _drain(events: AsyncIterator[bytes]) -> None:
    """Read what is left of a finished stream; a server that keeps it open only costs the connection."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            async for _ in events:
                pass


@cache
def _client_class() -> type[openai.AsyncOpenAI]:
    import openai

    class Client(openai.AsyncOpenAI):
        @property
        def default_headers(self) -> dict[str, str | openai.Omit]:
            return {**HEADERS}

    return Client


def _open(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """The client: no retries, no redirects, no proxies, no limit on connections (the caller has one)."""
    import httpx2
    import openai

    http_client = openai.DefaultAioHttpClient(
        trust_env=False,
        follow_redirects=False,
        limits=httpx2.Limits(max_connections=0, keepalive_expiry=15.0),
        timeout=httpx2.Timeout(None, connect=CONNECT_S),
    )
    # Some key has to be given, or the client takes OPENAI_API_KEY; without one, no header is sent.
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else "none"
    return _client_class()(api_key=key, base_url=endpoint.base_url, max_retries=0, http_client=http_client)
