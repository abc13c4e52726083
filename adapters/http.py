"""The `http` adapter: a system behind any JSON endpoint.

    rag: {adapter: http, kind: rag, url: "http://127.0.0.1:8080/ask", contexts: "chunks[].text"}

What the endpoint does wrong is sorted by who has to act: a broken or throttled way (connection refused or
cut, HTTP 429, 503 with Retry-After) raises `TransportFailure` and is retried by the runner; HTTP 401, 403,
404 and 407 and a bad certificate are the config's fault, would recur on every sample, and raise
`InputError`; every other status, redirects included, and any body that is not the JSON that the
expressions expect is the system's own failure.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from bakeoff.adapters.answer_mapping import Malformed, excerpt, fit, parse_json, to_response, well_formed
from bakeoff.adapters.capabilities import (
    RETRIEVING_KINDS,
    forbid,
    live_capabilities,
    refuse_unsupported,
    system_key,
)
from bakeoff.adapters.chat_traits import endpoint
from bakeoff.adapters.credentials import query_of, texts_to_mask, without_credentials
from bakeoff.adapters.http_call import Reply, call, checked_url, shown_url
from bakeoff.adapters.json_paths import Expressions
from bakeoff.adapters.request_template import fill, used
from bakeoff.evals.errors import InputError, NotHeld, TransportFailure
from bakeoff.evals.identity import digest
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Capability, DocumentState, Failure, Request, Response
from bakeoff.evals.traits import mark

if TYPE_CHECKING:
    import aiohttp

QUESTION_ALONE: JsonValue = {"question": "{question}"}


class UsagePaths(BaseModel):
    """Where the usage lies in a reply: JMESPath expressions that give numbers or null."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_tokens: str | None = Field(default=None, description="JMESPath to the prompt's tokens")
    output_tokens: str | None = Field(default=None, description="JMESPath to the answer's tokens")
    reasoning_tokens: str | None = Field(default=None, description="JMESPath to the reasoning tokens")
    cached_tokens: str | None = Field(default=None, description="JMESPath to the cached input tokens")
    cost_usd: str | None = Field(default=None, description="JMESPath to the cost in US dollars")


class HttpOptions(BaseModel):
    """Options of the `http` adapter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="http or https address of the endpoint")
    method: Literal["POST", "GET"] = Field(
        default="POST", description="POST sends `request` as JSON, GET its top-level keys as query parameters"
    )
    headers: dict[str, SecretStr] = Field(
        default_factory=dict, description="headers to send; take secrets from the environment: ${NAME}"
    )
    request: JsonValue = Field(
        default=QUESTION_ALONE,
        description="the body: JSON whose texts may hold {question}, {conversation}, {messages}, {contexts},"
        ' {seed}; a text that is just "{contexts}", "{conversation}" or "{messages}" (the conversation and'
        " then the question) becomes the list itself",
    )
    answer: str = Field(default="answer", description="JMESPath to the answer's text")
    contexts: str | None = Field(
        default=None,
        description="JMESPath to the retrieved contexts: a list of texts, or of objects with text, and"
        " optionally id, source, score (also context_text, context_id)",
    )
    citations: str | None = Field(
        default=None, description="JMESPath to a list of texts, or of objects with source, start, end"
    )
    usage: UsagePaths = Field(default=UsagePaths(), description="JMESPath to tokens and cost, by name")
    abstained: str | None = Field(default=None, description="JMESPath to true where the system declined")
    version: str | None = Field(
        default=None, description="any text; change it when the system changed in a way no one can see here"
    )


class HttpSystem:
    """A JSON endpoint as a system; one connection pool, opened at the first question."""

    content_addressed = False

    def __init__(self, options: HttpOptions, wiring: Wiring, expressions: Expressions) -> None:
        self.name, self.kind, self.parent = wiring.name, wiring.kind, wiring.parent
        self.capabilities = _capabilities(options, wiring)
        self.fingerprint = _fingerprint(options, wiring, self.capabilities)
        self.traits: dict[str, JsonValue] = {
            "endpoint": endpoint(options.url),
            "request_template": mark([options.method, without_credentials(options.request)]),
        }
        self._options, self._expressions = options, expressions
        self._placeholders = used(options.request)
        self._masked = texts_to_mask(options.url, options.request, options.headers)
        self._session: aiohttp.ClientSession | None = None

    async def answer(self, request: Request) -> Response:
        """Ask the endpoint once.

        Raises TransportFailure for a broken or throttled way, InputError for a status that only the
        config can mend, NotHeld for a request whose conversation or overrides the template leaves out.
        """
        refuse_unsupported(request, self.capabilities, self.name)
        if request.conversation and not self._placeholders & {"conversation", "messages"}:
            raise NotHeld(f"{self.name}: its request template has no {{conversation}}")
        payload = fill(self._options.request, request)
        start = time.perf_counter()
        reply = await call(self._open_session(), self._options.method, self._options.url, payload)
        total_s = time.perf_counter() - start
        self._sort_out(reply)
        if not 200 <= reply.status < 300:
            return Response(error=Failure(kind="error", message=self._told(reply)))
        try:
            response = fit(self._read(reply), request, self.capabilities)
        except Malformed as error:
            body = excerpt(reply.body, self._masked)
            return Malformed(f"{error}; the reply of {shown_url(reply.url)} begins: {body}").failure()
        return response.model_copy(update={"timing": response.timing.model_copy(update={"total_s": total_s})})

    async def set_documents(self, state: DocumentState) -> None:
        raise NotImplementedError("an http system has documents of its own; it does not accept others")

    async def aclose(self) -> None:
        """Close the connections, those in use too."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            import aiohttp

            # no cookies: an answer must not depend on which questions came before it.
            # no limits and no time-outs here: the runner bounds both, and waiting is nobody's latency.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={name: value.get_secret_value() for name, value in self._options.headers.items()},
                timeout=aiohttp.ClientTimeout(),
                trust_env=False,
            )
        return self._session

    def _sort_out(self, reply: Reply) -> None:
        """Raise where not the system but the way to it, or the config, is at fault."""
        if reply.status == 429 or (reply.status == 503 and reply.retry_after is not None):
            raise TransportFailure(self._told(reply), retry_after_s=reply.retry_after_s())
        todo = {
            401: "check the credentials in `headers`",
            403: "check the credentials in `headers`",
            404: "check `url`",
            407: "a proxy wants credentials; bakeoff uses no proxy",
        }.get(reply.status)
        if todo:
            raise InputError(self._told(reply), where=f"systems.{self.name}", todo=todo)

    def _told(self, reply: Reply) -> str:
        where = f"HTTP {reply.status} from {shown_url(reply.url)}"
        if 300 <= reply.status < 400:
            return f"{where}: a redirect, and none is followed; give the final address as `url`"
        return f"{where}: {excerpt(reply.body, self._masked)}" if reply.body else where

    def _read(self, reply: Reply) -> Response:
        try:
            value = well_formed(parse_json(reply.body))
        except ValueError as error:
            raise Malformed(f"not JSON ({type(error).__name__})") from None
        return to_response(self._expressions.select(value))


def build(options: HttpOptions, wiring: Wiring) -> HttpSystem:
    """Check the address, the template, the expressions and the claims; connects to nothing.

    Raises InputError.
    """
    where = system_key(wiring)
    checked_url(options.url, where=f"{where}.url")
    placeholders = used(options.request)
    if not placeholders & {"question", "conversation", "messages"}:
        raise InputError("the template never uses {question}", where=f"{where}.request")
    if options.method == "GET" and not isinstance(options.request, dict):
        raise InputError("GET needs a mapping: its keys become query parameters", where=f"{where}.request")
    bad = [name for name, value in options.headers.items() if _breaks_a_header(name, value)]
    if bad:
        raise InputError(
            "holds a line break or another control character", where=f"{where}.headers.{bad[0]!r}"
        )
    paths: dict[str, Any] = {
        "answer": options.answer,
        "contexts": options.contexts,
        "citations": options.citations,
        "abstained": options.abstained,
        "usage": options.usage.model_dump(exclude_none=True),
    }
    return HttpSystem(options, wiring, Expressions.compiled(paths, where=where))


def _breaks_a_header(name: str, value: SecretStr) -> bool:
    return not name or any(ord(char) < 32 or ord(char) == 127 for char in name + value.get_secret_value())


def _capabilities(options: HttpOptions, wiring: Wiring) -> frozenset[Capability]:
    """What the expressions and the template show; claims of the config beyond that are refused."""
    where = system_key(wiring)
    shown = {
        Capability.RETRIEVES: options.contexts is not None,
        Capability.CITES: options.citations is not None,
        Capability.ACCEPTS_CONTEXTS: "contexts" in used(options.request),
    }
    if wiring.capabilities is None and wiring.kind in RETRIEVING_KINDS and options.contexts is None:
        raise InputError(
            f"a system of kind {wiring.kind} retrieves, but nothing says where its contexts are",
            where=where,
            todo="give `contexts`, or `capabilities: [live]` where the endpoint does not show them",
        )
    claimed = live_capabilities(wiring) | {capability for capability, is_shown in shown.items() if is_shown}
    reasons = {
        Capability.RETRIEVES: "`contexts` is not given",
        Capability.CITES: "`citations` is not given",
        Capability.ACCEPTS_CONTEXTS: "the request template has no {contexts}",
    }
    for capability in Capability:
        if capability is not Capability.LIVE and not shown.get(capability, False):
            why = reasons.get(capability, "the http adapter cannot offer it")
            forbid(claimed, [capability], where=where, why=why)
    return claimed


def _fingerprint(options: HttpOptions, wiring: Wiring, capabilities: frozenset[Capability]) -> str:
    """All that shapes an answer. Header values that look like credentials stay out; others go in hashed,
    since two systems that differ in `X-Model` alone must not share answers."""
    headers: dict[str, JsonValue] = {
        name.lower(): value.get_secret_value() for name, value in options.headers.items()
    }
    seen = options.model_dump(mode="json", exclude={"headers", "url", "request"})
    return digest(
        {
            **seen,
            "adapter": "http",
            "kind": wiring.kind,
            "capabilities": sorted(capabilities),
            "url": urlsplit(options.url)._replace(query="").geturl(),
            "query": without_credentials(query_of(options.url)),
            "request": without_credentials(options.request),
            "headers": without_credentials(headers),
        }
    )


PLUGIN = Plugin("http", HttpOptions, build)
