"""The `haystack` adapter: any Pipeline.

pipe: {adapter: haystack, kind: rag, target: "myapp.pipeline:pipeline"}
pipe: {adapter: haystack, kind: rag, target: "myapp.pipeline:make", arguments: {top_k: 3},
       input: {retriever: {query: "{question}"}, prompt_builder: {question: "{question}"}},
       answer: "llm.replies[0].text", contexts: ranker.documents}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field, JsonValue

from bakeoff.adapters.frameworks.haystack_pipeline import (
    chat_messages,
    default_answer,
    default_contexts,
    default_input,
    document_sources,
    pipeline_usage,
    plain_output,
    watched,
)
from bakeoff.adapters.frameworks.inputs import filled
from bakeoff.adapters.frameworks.target_system import (
    Framework,
    TargetOptions,
    TargetSystem,
    Told,
    build_system,
)
from bakeoff.adapters.json_paths import Expressions
from bakeoff.adapters.request_template import used
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Request


class HaystackOptions(TargetOptions):
    """Options of the `haystack` adapter."""

    input: dict[str, JsonValue] | None = Field(
        default=None,
        description="the data of Pipeline.run(), by component: texts may hold {question}, {conversation},"
        " {messages}, {contexts}, {seed}; default: the question to all open inputs called query or question,"
        " or text where that is needed, messages and history as ChatMessages",
    )
    answer: str | None = Field(
        default=None,
        description="JMESPath to the answer in the pipeline's result; default: the first of a component's"
        " answers (its data) or replies (its text), the last component that has any",
    )
    contexts: str | None = Field(
        default=None,
        description="JMESPath to a list of documents in the result; default: the documents of the components"
        " after which no other yields documents",
    )


class HaystackBridge:
    """A pipeline, the data it is run with, and the components whose outputs are looked at."""

    def __init__(self, pipeline: Any, options: HaystackOptions, where: str) -> None:
        _check(pipeline, options, where)
        self._pipeline = pipeline
        self._input: Any = default_input(pipeline) if options.input is None else options.input
        if not self._input:
            raise InputError(
                "no open input of the pipeline is called query, question, text or messages",
                where=f"{where}.input",
                todo=f"say where the question goes; it has: {_open_inputs(pipeline)}",
            )
        self._paths = Expressions.compiled(
            {"answer": options.answer, "contexts": options.contexts}, where=where
        )
        self._sources = document_sources(pipeline)
        self._watched = watched(pipeline)
        self.takes = used(self._input)
        pipeline.warm_up()

    def ask(self, request: Request) -> Told:
        return self._told(self._pipeline.run(self._data(request), include_outputs_from=set(self._watched)))

    async def ask_async(self, request: Request) -> Told:
        data, watched_ = self._data(request), set(self._watched)
        return self._told(await self._pipeline.run_async(data, include_outputs_from=watched_))

    def read(self, told: Told) -> dict[str, Any]:
        value = plain_output(told.returned)
        found = self._paths.select(value)
        answer = found["answer"] if "answer" in found else default_answer(value, self._watched)
        contexts = found["contexts"] if "contexts" in found else default_contexts(value, self._sources)
        return {"answer": answer, "contexts": contexts}

    def _data(self, request: Request) -> Any:
        return filled(self._input, request, chat_messages)

    def _told(self, returned: Mapping[str, Any]) -> Told:
        return Told(returned, pipeline_usage(self._pipeline, returned))


def _check(pipeline: Any, options: HaystackOptions, where: str) -> None:
    if not callable(getattr(pipeline, "run", None)) or not hasattr(pipeline, "graph"):
        raise InputError(
            f"{options.target!r} is a {type(pipeline).__name__}, not a Pipeline",
            where=f"{where}.target",
            todo="name a pipeline, or give `arguments` where the target is a factory of one",
        )
    if options.asynchronous and not callable(getattr(pipeline, "run_async", None)):
        raise InputError(
            "this pipeline has no run_async()", where=f"{where}.asynchronous", todo="leave the option out"
        )


def _open_inputs(pipeline: Any) -> str:
    names = [f"{part}.{name}" for part, inputs in pipeline.inputs().items() for name in inputs]
    return ", ".join(names) or "none"


def _bridge(pipeline: Any, options: HaystackOptions, _make: Callable[[], Any], where: str) -> HaystackBridge:
    return HaystackBridge(pipeline, options, where)


HAYSTACK = Framework(
    extra="haystack",
    module="haystack",
    packages=("haystack-ai",),
    environment={
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "HAYSTACK_AUTO_TRACE_ENABLED": "false",
        "HAYSTACK_CONTENT_TRACING_ENABLED": "false",
    },
    bridge=_bridge,
)


def build(options: HaystackOptions, wiring: Wiring) -> TargetSystem:
    """The system of a pipeline; see `target_system.build_system`."""
    return build_system(HAYSTACK, options, wiring)


PLUGIN = Plugin("haystack", HaystackOptions, build)
