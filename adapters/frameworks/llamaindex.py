"""The `llamaindex` adapter: any query engine or chat engine.

    docs: {adapter: llamaindex, kind: rag, target: "myapp.index:query_engine"}
    docs: {adapter: llamaindex, kind: rag, target: "myapp.index:chat_engine", arguments: {}}

A chat engine keeps its conversation, so the target must be a factory of it: each question gets an engine of
its own, made before the clock starts.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from bakeoff.adapters.frameworks.llamaindex_watch import Seen, watching
from bakeoff.adapters.frameworks.passages import passage
from bakeoff.adapters.frameworks.target_system import (
    Framework,
    TargetOptions,
    TargetSystem,
    Told,
    build_system,
)
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Request


class LlamaIndexOptions(TargetOptions):
    """Options of the `llamaindex` adapter."""


class QueryBridge:
    """A query engine: one question at a time, no conversation."""

    takes = frozenset({"question"})

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def ask(self, request: Request) -> Told:
        with watching() as seen:
            return _told(_whole(self._engine.query(request.question)), seen)

    async def ask_async(self, request: Request) -> Told:
        with watching() as seen:
            return _told(await _whole_async(await self._engine.aquery(request.question)), seen)

    def read(self, told: Told) -> Mapping[str, Any]:
        return _read(told)


class ChatBridge:
    """A chat engine, made anew for each question and given the conversation so far."""

    takes = frozenset({"question", "conversation"})

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def ask(self, request: Request) -> Told:
        engine = self._make()
        with watching() as seen:
            return _told(_whole(engine.chat(request.question, chat_history=_history(request))), seen)

    async def ask_async(self, request: Request) -> Told:
        engine = self._make()
        with watching() as seen:
            returned = await engine.achat(request.question, chat_history=_history(request))
            return _told(await _whole_async(returned), seen)

    def read(self, told: Told) -> Mapping[str, Any]:
        return _read(told)


def _history(request: Request) -> list[Any]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role=turn.role, content=turn.content) for turn in request.conversation]


def _whole(returned: Any) -> Any:
    """A streaming response read to its end; others as they are."""
    return returned.get_response() if hasattr(returned, "get_response") else returned


async def _whole_async(returned: Any) -> Any:
    whole = _whole(returned)
    return await whole if inspect.isawaitable(whole) else whole


def _told(returned: Any, seen: Seen) -> Told:
    return Told(returned, seen.usage(), retrieval_s=seen.retrieval_s())


def _read(told: Told) -> dict[str, Any]:
    """`response` and `source_nodes`, which all of LlamaIndex' responses have."""
    nodes = getattr(told.returned, "source_nodes", None)
    answer = getattr(told.returned, "response", told.returned)
    dump = getattr(answer, "model_dump_json", None)
    return {
        "answer": dump() if callable(dump) else answer,
        "contexts": None if nodes is None else [node_passage(node) for node in nodes],
    }


def node_passage(found: Any) -> dict[str, Any]:
    """A node with its score; the source is in its metadata, or else the document that it was cut from."""
    node = found.node
    made = passage(node.get_content(), id_=node.node_id, score=found.score, metadata=node.metadata)
    return {**made, "source": made["source"] or node.ref_doc_id}


def _bridge(
    engine: Any, options: LlamaIndexOptions, make: Callable[[], Any], where: str
) -> QueryBridge | ChatBridge:
    _load_tokenizer()
    if callable(getattr(engine, "query", None)):
        return QueryBridge(engine)
    if not callable(getattr(engine, "chat", None)):
        raise InputError(
            f"{options.target!r} is a {type(engine).__name__}, neither a query engine nor a chat engine",
            where=f"{where}.target",
            todo="name one, or give `arguments` where the target is a factory of one",
        )
    if options.arguments is None:
        raise InputError(
            "a chat engine keeps its conversation, so each question needs one of its own",
            where=f"{where}.target",
            todo="name a function that makes it, and give `arguments: {}`",
        )
    return ChatBridge(make)


def _load_tokenizer() -> None:
    """LlamaIndex loads its tokenizer at the first question, which is then slow, and blocks the event loop."""
    from llama_index.core.utils import get_tokenizer

    get_tokenizer()("now")


LLAMAINDEX = Framework(
    extra="llamaindex",
    module="llama_index",
    packages=("llama-index-core",),
    environment={},
    bridge=_bridge,
)


def build(options: LlamaIndexOptions, wiring: Wiring) -> TargetSystem:
    """The system of an engine; see `target_system.build_system`."""
    return build_system(LLAMAINDEX, options, wiring)


PLUGIN = Plugin("llamaindex", LlamaIndexOptions, build)
