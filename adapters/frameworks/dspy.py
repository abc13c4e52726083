"""The `dspy` adapter: any Module.

    program: {adapter: dspy, kind: rag, target: "myapp.program:rag"}
    program: {adapter: dspy, kind: rag, target: "myapp.program:make", arguments: {k: 3},
              input: {query: "{question}"}, answer: response, contexts: passages}

DSPy's own cache is off: a repeated question is a new measurement, and so is a second run.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import Field, JsonValue

from bakeoff.adapters.answer_mapping import Malformed
from bakeoff.adapters.frameworks.inputs import filled
from bakeoff.adapters.frameworks.passages import first_of, passage
from bakeoff.adapters.frameworks.target_system import (
    Framework,
    TargetOptions,
    TargetSystem,
    Told,
    build_system,
)
from bakeoff.adapters.frameworks.usages import total, usage_of
from bakeoff.adapters.request_template import used
from bakeoff.evals.errors import InputError, NotHeld
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Request, Turn, Usage

QUESTION_FIELDS = ("question", "query", "input")
HISTORY_FIELD = "history"
CONTEXT_FIELDS = ("context", "contexts", "passages", "documents")
TEXT_KEYS = ("text", "long_text", "content", "page_content", "passage")


class DspyOptions(TargetOptions):
    """Options of the `dspy` adapter."""

    input: dict[str, JsonValue] | None = Field(
        default=None,
        description="the module's keyword arguments: texts may hold {question}, {conversation}, {contexts},"
        " {seed}, and one that is just {conversation} becomes a dspy.History; default: the question as"
        f" the first of {', '.join(QUESTION_FIELDS)} that it takes, and `{HISTORY_FIELD}` if it takes that",
    )
    answer: str = Field(default="answer", description="the prediction's field that holds the answer")
    contexts: str | None = Field(
        default=None,
        description="the prediction's field that holds the passages; default: the first it has of"
        f" {', '.join(CONTEXT_FIELDS)}",
    )


class DspyBridge:
    """A module, and the fields of its input and its prediction."""

    def __init__(self, module: Any, options: DspyOptions, where: str) -> None:
        import dspy

        if not isinstance(module, dspy.Module):
            raise InputError(
                f"{options.target!r} is a {type(module).__name__}, not a dspy.Module",
                where=f"{where}.target",
                todo="name a module, or give `arguments` where the target is a factory of one",
            )
        dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
        self._module, self._answer, self._contexts = module, options.answer, options.contexts
        self._input: Any = default_input(module) if options.input is None else options.input
        self.takes = used(self._input)
        self._question_field = next(
            (key for key, text in self._input.items() if text == "{question}"), "question"
        )

    def ask(self, request: Request) -> Told:
        import dspy

        with dspy.track_usage() as tracker:
            returned = self._module(**self._arguments(request))
        return Told(returned, tracked_usage(tracker))

    async def ask_async(self, request: Request) -> Told:
        import dspy

        with dspy.track_usage() as tracker:
            returned = await self._module.acall(**self._arguments(request))
        return Told(returned, tracked_usage(tracker))

    def read(self, told: Told) -> dict[str, Any]:
        fields = _fields(told.returned)
        if self._answer not in fields:
            raise Malformed(
                f"the prediction has no field {self._answer!r}; it has {', '.join(sorted(fields)) or 'none'}"
            )
        key = self._contexts or first_of(fields, CONTEXT_FIELDS)
        found = fields.get(key) if key else None
        contexts = [passage_of(item) for item in found] if isinstance(found, list | tuple) else found
        return {"answer": fields[self._answer], "contexts": contexts}

    def _arguments(self, request: Request) -> dict[str, Any]:
        made: dict[str, Any] = filled(self._input, request, self._history)
        return made

    def _history(self, turns: Sequence[Turn]) -> Any:
        """The turns in pairs of question and answer, which is all that dspy.History can hold."""
        import dspy

        roles = [turn.role for turn in turns]
        if roles != ["user", "assistant"] * (len(turns) // 2):
            raise NotHeld("a dspy.History holds pairs of question and answer, not other conversations")
        pairs = zip(turns[::2], turns[1::2], strict=True)
        return dspy.History(
            messages=[
                {self._question_field: asked.content, self._answer: said.content} for asked, said in pairs
            ]
        )


def default_input(module: Any) -> dict[str, JsonValue]:
    """What the module takes, by its signature, or by the parameters of its forward()."""
    signature = getattr(module, "signature", None)
    fields = list(getattr(signature, "input_fields", None) or inspect.signature(module.forward).parameters)
    question = next((name for name in QUESTION_FIELDS if name in fields), QUESTION_FIELDS[0])
    return {question: "{question}", **({HISTORY_FIELD: "{conversation}"} if HISTORY_FIELD in fields else {})}


def passage_of(item: object) -> object:
    """A passage: a text, or a mapping or record with a text under one of `TEXT_KEYS`."""
    if isinstance(item, str):
        return item
    fields = dict(item) if isinstance(item, Mapping) else dict(getattr(item, "__dict__", {}))
    key = first_of(fields, TEXT_KEYS)
    if key is None:
        raise Malformed(f"a passage needs a text under one of: {', '.join(TEXT_KEYS)}")
    text, id_, score = fields.pop(key), fields.pop("id", None), fields.pop("score", None)
    metadata = fields.pop("metadata", None)
    return passage(text, id_=id_, score=score, metadata={**(metadata or {}), **fields})


def tracked_usage(tracker: Any) -> Usage:
    """The tokens of all calls; dspy leaves out a call whose model tells none."""
    return total(usage_of(call) for calls in tracker.usage_data.values() for call in calls)


def _fields(returned: Any) -> dict[str, Any]:
    items = getattr(returned, "items", None)
    if not callable(items):
        raise Malformed(f"the module returned a {type(returned).__name__}, not a prediction")
    return dict(items())


def _bridge(module: Any, options: DspyOptions, _make: Callable[[], Any], where: str) -> DspyBridge:
    return DspyBridge(module, options, where)


DSPY = Framework(
    extra="dspy",
    module="dspy",
    packages=("dspy", "litellm"),
    environment={
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
    },
    bridge=_bridge,
)


def build(options: DspyOptions, wiring: Wiring) -> TargetSystem:
    """The system of a module; see `target_system.build_system`."""
    return build_system(DSPY, options, wiring)


PLUGIN = Plugin("dspy", DspyOptions, build)
