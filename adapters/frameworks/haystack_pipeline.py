"""Where in a haystack pipeline the question goes, and where answer, documents and tokens come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from bakeoff.adapters.answer_mapping import Malformed
from bakeoff.adapters.frameworks.passages import passage
from bakeoff.adapters.frameworks.usages import total, usage_of
from bakeoff.evals.records import Turn, Usage

QUESTION_INPUTS = ("query", "question")
HISTORY_INPUTS = ("history", "chat_history", "conversation")
ANSWER_OUTPUTS = ("answers", "replies", "last_message")
LOOKED_AT = frozenset({*ANSWER_OUTPUTS, "messages", "documents"})


def default_input(pipeline: Any) -> dict[str, JsonValue]:
    """The question to every open input that is called like one; conversations likewise."""
    data: dict[str, JsonValue] = {}
    for part, inputs in pipeline.inputs().items():
        chosen: dict[str, JsonValue] = {}
        for name, socket in inputs.items():
            if name in QUESTION_INPUTS or (name == "text" and socket["is_mandatory"]):
                chosen[name] = "{question}"
            elif name == "messages" and socket["is_mandatory"]:
                chosen[name] = "{messages}"
            elif name in HISTORY_INPUTS:
                chosen[name] = "{conversation}"
        if chosen:
            data[part] = chosen
    return data


def chat_messages(turns: Sequence[Turn]) -> list[Any]:
    """Turns as haystack's own messages."""
    from haystack.dataclasses import ChatMessage

    make = {
        "system": ChatMessage.from_system,
        "user": ChatMessage.from_user,
        "assistant": ChatMessage.from_assistant,
    }
    return [make[turn.role](turn.content) for turn in turns]


def watched(pipeline: Any) -> list[str]:
    """The components whose outputs are looked at, in the order in which they run."""
    outputs = pipeline.outputs(include_components_with_connected_outputs=True)
    return [part for part in _in_order(pipeline) if LOOKED_AT & set(outputs.get(part, ()))]


def document_sources(pipeline: Any) -> list[str]:
    """The components that yield documents, without those whose documents go on to another such one."""
    import networkx

    outputs = pipeline.outputs(include_components_with_connected_outputs=True)
    yielding = [part for part in _in_order(pipeline) if "documents" in outputs.get(part, ())]
    return [part for part in yielding if not networkx.descendants(pipeline.graph, part) & set(yielding)]


def pipeline_usage(pipeline: Any, result: Mapping[str, Any]) -> Usage:
    """The tokens of all model calls of a run.

    Of a component in a loop haystack hands out only the last output: what it used before that is not
    known, and so the sum is not.
    """
    looping = _looping(pipeline)
    usages: list[Usage] = []
    for part, output in result.items():
        calls = _calls(output)
        usages.extend(
            [Usage()] if calls and part in looping else [usage_of(one.get("usage")) for one in calls]
        )
    return total(usages)


def plain_output(value: object) -> Any:
    """A run's result as JSON-like data: documents as contexts, messages with role, text and meta."""
    from haystack.dataclasses import ChatMessage, Document, GeneratedAnswer

    if isinstance(value, Document):
        return passage(value.content, id_=value.id, score=value.score, metadata=value.meta)
    if isinstance(value, ChatMessage):
        # a message of no content at all is how haystack has an empty reply
        return {"role": value.role.value, "text": value.text or "", "meta": value.meta}
    if isinstance(value, GeneratedAnswer):
        return {"data": value.data, "documents": plain_output(value.documents), "meta": value.meta}
    if isinstance(value, Mapping):
        return {str(key): plain_output(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_output(item) for item in value]
    data = getattr(value, "data", value)  # other kinds of answers, an extracted one for instance
    return value if data is value else {"data": data}


def default_answer(result: Mapping[str, Any], parts: Sequence[str]) -> object:
    """The first answer or reply of the last component that has any."""
    for name in ANSWER_OUTPUTS:
        for part in reversed(parts):
            output = result.get(part)
            if isinstance(output, Mapping) and output.get(name):
                return _said(output[name])
    raise Malformed(
        f"no component has {' or '.join(ANSWER_OUTPUTS)}; the result holds"
        f" {', '.join(sorted(result)) or 'nothing'} (say with `answer` where the answer is)"
    )


def default_contexts(result: Mapping[str, Any], sources: Sequence[str]) -> list[Any] | None:
    """The documents of those components; None where there are none or none of them ran."""
    found = [result[part]["documents"] for part in sources if "documents" in result.get(part, {})]
    return [document for documents in found for document in documents] if found else None


def _said(value: Any) -> object:
    first = value[0] if isinstance(value, list) else value
    if isinstance(first, Mapping):
        return first.get("data", first.get("text"))
    return first


def _calls(output: object) -> list[Mapping[str, Any]]:
    """The metadata of each model call that an output tells of: several replies of one call count once."""
    if not isinstance(output, Mapping):
        return []
    replies, metas = output.get("replies"), output.get("meta")
    if isinstance(replies, list) and replies:
        meta = getattr(replies[0], "meta", None)
        return [meta if meta is not None else (metas or [{}])[0]]
    messages = output.get("messages")  # an agent's: every call left one
    if isinstance(messages, list):
        return [meta for one in messages if (meta := getattr(one, "meta", None)) and "usage" in meta]
    return []


def _in_order(pipeline: Any) -> list[str]:
    import networkx

    groups = networkx.condensation(networkx.DiGraph(pipeline.graph))
    return [
        part for group in networkx.topological_sort(groups) for part in sorted(groups.nodes[group]["members"])
    ]


def _looping(pipeline: Any) -> set[str]:
    import networkx

    graph = networkx.DiGraph(pipeline.graph)
    loops = [group for group in networkx.strongly_connected_components(graph) if len(group) > 1]
    return {part for group in loops for part in group}
