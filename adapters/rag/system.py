"""The RAG system: retrieval, and a reader or a generator, behind the one interface of all systems."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import JsonValue

from bakeoff.adapters.capabilities import refuse_unsupported
from bakeoff.adapters.rag.generator import PASSED_ON, Generator
from bakeoff.adapters.rag.index import Found, Index
from bakeoff.adapters.rag.prompt import names_passages
from bakeoff.adapters.rag.reader import DECLINED, Reader
from bakeoff.adapters.rag.rerank import Reranker
from bakeoff.evals.errors import NotHeld
from bakeoff.evals.records import (
    Capability,
    DocumentState,
    Kind,
    Request,
    Response,
    Timing,
)

T = TypeVar("T")

CAPABILITIES = frozenset(
    {
        Capability.LIVE,
        Capability.RETRIEVES,
        Capability.CITES,
        Capability.ACCEPTS_CONTEXTS,
        Capability.ACCEPTS_DOCUMENTS,
    }
)
"""What a RAG system with the extractive reader can do."""

AT_ONCE = 2
"""Requests to an extractive system: one is worked on while the answer of the last is being stored."""


def capabilities_of(answerer: Reader | Generator) -> frozenset[Capability]:
    """What a RAG system can do that answers through this."""
    if not isinstance(answerer, Generator):
        return CAPABILITIES
    own = CAPABILITIES - {Capability.LIVE, Capability.CITES}
    cites = {Capability.CITES} if names_passages(answerer.context_format) else set()
    return own | cites | (answerer.system.capabilities & PASSED_ON)


@dataclass
class RagSystem:
    """Retrieves from its documents, and answers with the reader or the generator.

    `own` is the fingerprint of the documents that it was built with. Retrieval and reading happen in one
    thread of the system's own, one request at a time: encoder and index use all cores already, and
    some stores are bound to their thread. A generator is asked outside of it, by as many requests at
    once as come, so that it can batch them.
    """

    name: str
    kind: Kind
    parent: str | None
    fingerprint: str
    index: Index
    answerer: Reader | Generator
    top_k: int
    own: str
    reranker: Reranker | None = None
    content_addressed: bool = True
    traits: Mapping[str, JsonValue] = field(default_factory=dict)
    capabilities: frozenset[Capability] = field(init=False)
    concurrency: int | None = field(init=False)
    _state: str = field(init=False, repr=False)
    _thread: ThreadPoolExecutor = field(init=False, repr=False)
    _closed: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        self._state = self.own
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"bakeoff-{self.name}")
        self.capabilities = capabilities_of(self.answerer)
        self.concurrency = AT_ONCE
        if isinstance(self.answerer, Generator):
            self.concurrency = getattr(self.answerer.system, "concurrency", None)

    async def prepare(self) -> None:
        """Index the documents and load the models, so that no answer's time is spent on it."""
        await self._work(self._settle)
        if isinstance(self.answerer, Generator):
            await self.answerer.prepare()

    async def answer(self, request: Request) -> Response:
        """Answer from the request's contexts, or from what is retrieved where it has none.

        With no contexts at all (closed-book) the extractive reader has nothing to read, and declines.
        `timing.retrieval_s` counts from the question to the passages, re-ranking included. Raises NotHeld for
        a conversation that the reader, or the generator, would ignore.
        """
        refuse_unsupported(request, self.capabilities, self.name)
        if request.conversation and not isinstance(self.answerer, Generator):
            raise NotHeld(f"{self.name} takes no conversation")
        if (request.documents or self.own) != self._state:
            raise RuntimeError("the request is for another document state than the one set")
        found, retrieval_s = await self._work(lambda: self._find(request))
        if isinstance(self.answerer, Generator):
            response = await self.answerer.respond(request, found, retrieval_s)
        else:
            reader = self.answerer
            response = await self._work(lambda: _read(reader, request, found, retrieval_s))
        if found.collection is None:
            return response
        return response.model_copy(update={"extras": {**response.extras, "collection": found.collection}})

    def _find(self, request: Request) -> tuple[Found, float | None]:
        """The passages to answer from, and the seconds that finding them took."""
        if request.contexts is not None:
            return Found(request.contexts), None
        self._settle()
        started = time.perf_counter()
        reranker = self.reranker
        found = self.index.search(request.question, reranker.candidates if reranker else self.top_k)
        if reranker is not None:
            found = Found(reranker(request.question, found.contexts, self.top_k), found.collection)
        return found, time.perf_counter() - started

    def _settle(self) -> None:
        self.index.settle()
        if self.reranker is not None:
            self.reranker.load()

    async def set_documents(self, state: DocumentState) -> None:
        """Replace the documents; only chunks whose text is new will be embedded."""
        await self._work(lambda: self.index.replace(state.documents))
        self._state = state.fingerprint

    async def aclose(self) -> None:
        """Free the store and the generator; the encoder belongs to the run."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._work(self.index.close)
        finally:
            self._thread.shutdown(wait=False)
            if isinstance(self.answerer, Generator):
                await self.answerer.system.aclose()

    async def _work(self, function: Callable[[], T]) -> T:
        """The function's result, from the system's own thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)


def _read(reader: Reader, request: Request, found: Found, retrieval_s: float | None) -> Response:
    started = time.perf_counter()
    reading = reader(request.question, found.contexts)
    total_s = (retrieval_s or 0.0) + time.perf_counter() - started
    return Response(
        text=DECLINED if reading.text is None else reading.text,
        contexts=found.contexts,
        citations=reading.citations,
        timing=Timing(total_s=total_s, retrieval_s=retrieval_s),
        abstained=reading.text is None,
    )
