"""The RAG system: an index and a reader behind the one interface of all systems."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field

from bakeoff.adapters.capabilities import refuse_unsupported
from bakeoff.adapters.rag.index import Index
from bakeoff.adapters.rag.reader import DECLINED, Reader
from bakeoff.evals.errors import NotHeld
from bakeoff.evals.records import (
    Capability,
    DocumentState,
    Kind,
    Request,
    Response,
    Timing,
)

CAPABILITIES = frozenset(
    {
        Capability.LIVE,
        Capability.RETRIEVES,
        Capability.CITES,
        Capability.ACCEPTS_CONTEXTS,
        Capability.ACCEPTS_DOCUMENTS,
    }
)


@dataclass
class RagSystem:
    """Retrieves from its documents and answers with the reader.

    `own` is the fingerprint of the documents that it was built with. Work is done in a thread, one
    request at a time: encoder and index use all cores already.
    """

    name: str
    kind: Kind
    parent: str | None
    fingerprint: str
    index: Index
    reader: Reader
    top_k: int
    own: str
    capabilities: frozenset[Capability] = CAPABILITIES
    content_addressed: bool = True
    _state: str = field(init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._state = self.own

    async def answer(self, request: Request) -> Response:
        """Answer from the request's contexts, or from what is retrieved where it has none.

        With no contexts at all (closed-book) there is nothing to read, and the system declines.
        Raises NotHeld for a conversation, whose earlier turns it would ignore.
        """
        refuse_unsupported(request, self.capabilities, self.name)
        if request.conversation:
            raise NotHeld(f"{self.name} takes no conversation")
        if (request.documents or self.own) != self._state:
            raise RuntimeError("the request is for another document state than the one set")
        return await asyncio.to_thread(self._answer, request)

    def _answer(self, request: Request) -> Response:
        with self._lock:  # waiting for it is queueing, so the clock starts after
            started = time.perf_counter()
            contexts, retrieval_s = request.contexts, None
            if contexts is None:
                contexts = self.index.search(request.question, self.top_k)
                retrieval_s = time.perf_counter() - started
            reading = self.reader(request.question, contexts)
            total_s = time.perf_counter() - started
        return Response(
            text=DECLINED if reading.text is None else reading.text,
            contexts=contexts,
            citations=reading.citations,
            timing=Timing(total_s=total_s, retrieval_s=retrieval_s),
            abstained=reading.text is None,
        )

    async def set_documents(self, state: DocumentState) -> None:
        """Replace the documents; only chunks whose text is new are embedded."""
        await asyncio.to_thread(self._replace, state)

    def _replace(self, state: DocumentState) -> None:
        with self._lock:
            self.index.replace(state.documents)
            self._state = state.fingerprint

    async def aclose(self) -> None:
        """Nothing to free: the encoder belongs to the run."""
