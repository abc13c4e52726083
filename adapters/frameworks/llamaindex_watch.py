"""What LlamaIndex tells while an engine works: tokens of its models, the time that retrieval takes.

Its events go to one handler for the whole process; a context variable says whose call they belong to.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from bakeoff.adapters.frameworks.passages import covered_s
from bakeoff.adapters.frameworks.usages import as_mapping, total, usage_of
from bakeoff.evals.records import Usage


class Seen:
    """What one call showed."""

    def __init__(self) -> None:
        self._responses: list[Any] = []
        self._started: dict[str, float] = {}
        self._intervals: list[tuple[float, float]] = []

    def take(self, event: Any) -> None:
        """Note an event. A chat that was made of a completion, or the other way about, ends twice, with the
        same raw reply: it counts once."""
        name = type(event).__name__
        if name in ("LLMChatEndEvent", "LLMCompletionEndEvent"):
            raw = getattr(event.response, "raw", None)
            if raw is None or all(raw is not getattr(one, "raw", None) for one in self._responses):
                self._responses.append(event.response)
        elif name == "RetrievalStartEvent":
            self._started[event.span_id] = time.perf_counter()
        elif name == "RetrievalEndEvent" and event.span_id in self._started:
            self._intervals.append((self._started[event.span_id], time.perf_counter()))

    def usage(self) -> Usage:
        return total(response_usage(one) for one in self._responses)

    def retrieval_s(self) -> float | None:
        return covered_s(self._intervals)


def response_usage(response: Any) -> Usage:
    """The usage in the client's own reply, else the counts that the integration copied out of it."""
    raw = getattr(response, "raw", None)
    told = getattr(raw, "usage", None) or as_mapping(raw).get("usage")
    return usage_of(told or getattr(response, "additional_kwargs", None))


_SEEN: ContextVar[Seen | None] = ContextVar("bakeoff_llamaindex_seen", default=None)


@contextmanager
def watching() -> Iterator[Seen]:
    """Note what LlamaIndex tells in this context, and in the tasks and threads that inherit it."""
    _listen()
    seen = Seen()
    token = _SEEN.set(seen)
    try:
        yield seen
    finally:
        _SEEN.reset(token)


@cache
def _listen() -> None:
    """Put the handler at the root of LlamaIndex' dispatchers, once."""
    from llama_index.core.instrumentation import get_dispatcher
    from llama_index.core.instrumentation.event_handlers import BaseEventHandler

    class Handler(BaseEventHandler):  # type: ignore[misc]  # untyped where LlamaIndex is not installed
        @classmethod
        def class_name(cls) -> str:
            return "BakeoffEventHandler"

        def handle(self, event: Any, **_: Any) -> None:
            seen = _SEEN.get()
            if seen is not None:
                seen.take(event)

    get_dispatcher().add_event_handler(Handler())
