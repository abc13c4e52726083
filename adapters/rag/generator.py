"""Any adapter as the generator: it is asked the rendered prompt, as if that were the question."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bakeoff.adapters.chat_prompt import fill
from bakeoff.adapters.rag.index import Found
from bakeoff.adapters.rag.prompt import citations, render_contexts
from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Capability, Request, Response, Timing

PASSED_ON = frozenset({Capability.LIVE, Capability.STREAMS, Capability.LOGPROBS})
"""The capabilities that a RAG system has where its generator has them."""


@dataclass(frozen=True)
class Generator:
    """A system that answers from prompts, and how they are made.

    `prompt` holds `{question}` and `{contexts}`, `closed_book_prompt` only the first.
    """

    system: System
    prompt: str
    context_format: str
    closed_book_prompt: str

    @property
    def fingerprint(self) -> str:
        """What of it answers depend on; the other templates are options, and are counted there."""
        return digest([self.prompt, self.system.fingerprint])

    @property
    def content_addressed(self) -> bool:
        """Whether the fingerprint says all."""
        return self.system.content_addressed

    async def prepare(self) -> None:
        """Have the system prepare itself, if it does."""
        own = getattr(self.system, "prepare", None)
        if own is not None:
            await own()

    async def respond(self, request: Request, found: Found, retrieval_s: float | None) -> Response:
        """The generator's answer to the prompt, with the passages it was shown and those it cites.

        Times count from the question on, so retrieval is part of them. The generator's own failure is the
        system's; what it raises passes.
        """
        asked = Request(
            question=self.render(request, found), conversation=request.conversation, seed=request.seed
        )
        started = time.perf_counter()
        response = await self.system.answer(asked)
        waited_s = time.perf_counter() - started
        cited = citations(response.text or "", found.contexts, self.context_format)
        changes = {
            "contexts": found.contexts,
            "citations": cited,
            "timing": _timing(response.timing, retrieval_s, waited_s),
        }
        return response.model_copy(update=changes)

    def render(self, request: Request, found: Found) -> str:
        """The prompt for a request; closed-book where it withholds all passages."""
        if request.contexts == ():
            return fill(self.closed_book_prompt, request.question, "")
        return fill(self.prompt, request.question, render_contexts(found.contexts, self.context_format))


def _timing(own: Timing, retrieval_s: float | None, waited_s: float) -> Timing:
    """The generator's times after retrieval's. Its own count, where it has one, leaves out its queue."""
    before = retrieval_s or 0.0
    first = own.first_token_s
    return Timing(
        total_s=before + (waited_s if own.total_s is None else own.total_s),
        first_token_s=None if first is None else before + first,
        retrieval_s=retrieval_s,
    )
