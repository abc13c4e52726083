"""What langchain tells while a Runnable works: tokens of its models, finds of its retrievers."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from bakeoff.adapters.frameworks.passages import covered_s, passage
from bakeoff.adapters.frameworks.usages import as_mapping, total, usage_of
from bakeoff.evals.records import Usage

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.outputs import LLMResult


class Watch(Protocol):
    """A callback handler for one call; it outlives none, so calls at once cannot mix."""

    def usage(self) -> Usage: ...

    def passages(self) -> list[dict[str, Any]] | None: ...

    def retrieval_s(self) -> float | None: ...


class Finds:
    """What retrievers found in one call. Of retrievers within retrievers (re-rankers, ensembles) only the
    outermost counts: the others' finds are its raw material."""

    def __init__(self) -> None:
        self.parents: dict[UUID, UUID | None] = {}
        self.started: dict[UUID, float] = {}
        self.intervals: list[tuple[float, float]] = []
        self.documents: list[Document] | None = None

    def start(self, run_id: UUID) -> None:
        self.started[run_id] = time.perf_counter()

    def end(self, run_id: UUID, documents: list[Document]) -> None:
        if self._is_within_another(run_id):
            return
        self.intervals.append((self.started[run_id], time.perf_counter()))
        self.documents = [*(self.documents or ()), *documents]

    def _is_within_another(self, run_id: UUID) -> bool:
        above = self.parents.get(run_id)
        while above is not None:
            if above in self.started:
                return True
            above = self.parents.get(above)
        return False


def watch() -> Watch:
    """A new handler, for one call."""
    made: Watch = _handler_class()()
    return made


def call_usage(result: LLMResult) -> Usage:
    """The usage of one model call: a chat model's message has it, other models put it beside."""
    generation = result.generations[0][0] if result.generations and result.generations[0] else None
    metadata = getattr(getattr(generation, "message", None), "usage_metadata", None)
    return usage_of(metadata or as_mapping(result.llm_output).get("token_usage"))


@cache
def _handler_class() -> type:
    from langchain_core.callbacks import BaseCallbackHandler

    class Handler(BaseCallbackHandler):
        # in the task or thread of the call itself, so that all is told by the time it returns
        run_inline = True

        def __init__(self) -> None:
            self._finds = Finds()
            self._usages: list[Usage] = []

        def on_chain_start(self, *_: Any, run_id: UUID, **rest: Any) -> None:
            self._finds.parents[run_id] = rest.get("parent_run_id")

        def on_tool_start(self, *_: Any, run_id: UUID, **rest: Any) -> None:
            self._finds.parents[run_id] = rest.get("parent_run_id")

        def on_retriever_start(self, *_: Any, run_id: UUID, **rest: Any) -> None:
            self._finds.parents[run_id] = rest.get("parent_run_id")
            self._finds.start(run_id)

        def on_retriever_end(self, documents: Any, *, run_id: UUID, **_: Any) -> None:
            self._finds.end(run_id, list(documents))

        def on_llm_end(self, response: LLMResult, **_: Any) -> None:
            self._usages.append(call_usage(response))

        def usage(self) -> Usage:
            return total(self._usages)

        def passages(self) -> list[dict[str, Any]] | None:
            documents = self._finds.documents
            if documents is None:
                return None
            return [passage(one.page_content, id_=one.id, metadata=one.metadata) for one in documents]

        def retrieval_s(self) -> float | None:
            return covered_s(self._finds.intervals)

    return Handler
