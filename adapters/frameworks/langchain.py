"""The `langchain` adapter: any Runnable, a chain, a model or a graph.

chain: {adapter: langchain, kind: rag, target: "myapp.chain:chain"}
chain: {adapter: langchain, kind: rag, target: "myapp.chain:make", arguments: {k: 4},
        input: {question: "{question}", chat_history: "{conversation}"}, answer: answer, contexts: docs}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field, JsonValue

from bakeoff.adapters.answer_mapping import Malformed
from bakeoff.adapters.frameworks.langchain_watch import Watch, watch
from bakeoff.adapters.frameworks.passages import first_of, passage
from bakeoff.adapters.frameworks.target_system import (
    Framework,
    TargetOptions,
    TargetSystem,
    Told,
    build_system,
)
from bakeoff.adapters.json_paths import Expressions
from bakeoff.adapters.request_template import fill, used
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Request

QUESTION_KEYS = ("question", "input", "query")
HISTORY_KEYS = ("chat_history", "history", "conversation")
ANSWER_KEYS = ("answer", "result", "output", "response")
CONTEXT_KEYS = ("context", "contexts", "source_documents", "documents")


class LangchainOptions(TargetOptions):
    """Options of the `langchain` adapter."""

    input: JsonValue = Field(
        default=None,
        description="what the Runnable is invoked with: JSON whose texts may hold {question},"
        " {conversation}, {messages} (the conversation, then the question), {contexts}, {seed}; default: by"
        " its input schema messages, a mapping with the question under its key, or the bare question",
    )
    answer: str | None = Field(
        default=None,
        description="JMESPath to the answer in what it returns; default: a text, a message, or a mapping's"
        f" {', '.join(ANSWER_KEYS)} or last message",
    )
    contexts: str | None = Field(
        default=None,
        description="JMESPath to a list of documents or texts in what it returns; default: the list under"
        f" {', '.join(CONTEXT_KEYS)}, else what its retrievers found",
    )


class LangchainBridge:
    """A Runnable, and where question and answer lie."""

    def __init__(self, runnable: Any, options: LangchainOptions, where: str) -> None:
        if not callable(getattr(runnable, "invoke", None)) or not callable(
            getattr(runnable, "ainvoke", None)
        ):
            raise InputError(
                f"{options.target!r} is a {type(runnable).__name__}, not a Runnable",
                where=f"{where}.target",
                todo="name a chain, model or graph, or give `arguments` where the target is a factory of one",
            )
        self._runnable = runnable
        self._input = options.input if options.input is not None else default_input(runnable)
        self._paths = Expressions.compiled(
            {"answer": options.answer, "contexts": options.contexts}, where=where
        )
        self.takes = used(self._input)

    def ask(self, request: Request) -> Told:
        seen = watch()
        returned = self._runnable.invoke(fill(self._input, request), config={"callbacks": [seen]})
        return _told(returned, seen)

    async def ask_async(self, request: Request) -> Told:
        seen = watch()
        returned = await self._runnable.ainvoke(fill(self._input, request), config={"callbacks": [seen]})
        return _told(returned, seen)

    def read(self, told: Told) -> dict[str, Any]:
        value = plain_output(told.returned)
        found = self._paths.select(value)
        answer = found["answer"] if "answer" in found else _default_answer(value)
        contexts = found["contexts"] if "contexts" in found else _default_contexts(value)
        passages = told.passages if contexts is None else contexts
        return {**_said(answer), "contexts": passages}


def default_input(runnable: Any) -> JsonValue:
    """The template that the Runnable's own input schema suggests."""
    from langchain_core.language_models import BaseChatModel

    if isinstance(runnable, BaseChatModel):
        return "{messages}"
    try:
        fields = runnable.get_input_jsonschema().get("properties", {})
    except Exception:  # schemas are a courtesy of the parts, some of which cannot tell theirs
        return "{question}"
    if "messages" in fields:
        return {"messages": "{messages}"}
    question = next((name for name in QUESTION_KEYS if name in fields), None)
    if question is None:
        return "{question}"
    history = next((name for name in HISTORY_KEYS if name in fields), None)
    return {question: "{question}", **({history: "{conversation}"} if history else {})}


def plain_output(value: object) -> Any:
    """What a Runnable returned, with documents as contexts and messages as `{role, content, refusal}`."""
    from langchain_core.documents import Document
    from langchain_core.messages import BaseMessage

    if isinstance(value, Document):
        return passage(value.page_content, id_=value.id, metadata=value.metadata)
    if isinstance(value, BaseMessage):
        refusal = value.additional_kwargs.get("refusal")
        return {"role": value.type, "content": str(value.text), "refusal": refusal}
    if isinstance(value, Mapping):
        return {str(key): plain_output(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_output(item) for item in value]
    dump: Callable[[], object] | None = getattr(value, "model_dump", None)
    return dump() if callable(dump) else value


def _told(returned: object, seen: Watch) -> Told:
    return Told(returned, seen.usage(), seen.passages(), seen.retrieval_s())


def _default_answer(value: object) -> object:
    if not isinstance(value, Mapping) or "role" in value:
        return value
    key = first_of(value, ANSWER_KEYS)
    if key is not None:
        return value[key]
    messages = value.get("messages")
    if isinstance(messages, list) and messages:
        return messages[-1]
    held = ", ".join(sorted(value)) or "an empty mapping"
    raise Malformed(
        f"no answer under {', '.join(ANSWER_KEYS)} or messages; it returned {held}"
        " (say with `answer` where it is)"
    )


def _default_contexts(value: object) -> object:
    if not isinstance(value, Mapping):
        return None
    return next((value[key] for key in CONTEXT_KEYS if isinstance(value.get(key), list)), None)


def _said(answer: object) -> dict[str, object]:
    """The answer's keys; a model's refusal is its answer, and its own word on abstaining."""
    if not isinstance(answer, Mapping) or "content" not in answer:
        return {"answer": answer}
    if refusal := answer.get("refusal"):
        return {"answer": refusal, "abstained": True}
    return {"answer": answer["content"]}


def _bridge(
    runnable: Any, options: LangchainOptions, _make: Callable[[], Any], where: str
) -> LangchainBridge:
    return LangchainBridge(runnable, options, where)


LANGCHAIN = Framework(
    extra="langchain",
    module="langchain_core",
    packages=("langchain-core", "langchain"),
    environment={
        "LANGSMITH_TRACING": "false",
        "LANGSMITH_TRACING_V2": "false",
        "LANGCHAIN_TRACING": "false",
        "LANGCHAIN_TRACING_V2": "false",
    },
    bridge=_bridge,
)


def build(options: LangchainOptions, wiring: Wiring) -> TargetSystem:
    """The system of a Runnable; see `target_system.build_system`."""
    return build_system(LANGCHAIN, options, wiring)


PLUGIN = Plugin("langchain", LangchainOptions, build)
