"""One row of a recording: the question it answers, and the response it holds."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bakeoff.adapters.answer_mapping import Malformed, to_response, well_formed
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Response, Turn, Usage
from bakeoff.evals.sample_rows import Row

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "user_input"),
    "conversation": ("conversation",),
    "answer": ("answer", "response", "text"),
    "contexts": ("contexts", "retrieved_contexts"),
    "context_ids": ("context_ids", "retrieved_context_ids"),
    "citations": ("citations",),
    "latency_s": ("latency_s",),
    "input_tokens": ("input_tokens",),
    "output_tokens": ("output_tokens",),
    "reasoning_tokens": ("reasoning_tokens",),
    "cached_tokens": ("cached_tokens",),
    "cost_usd": ("cost_usd",),
    "abstained": ("abstained",),
    "error": ("error",),
    "repeat": ("repeat",),
    "variant": ("variant",),
}
"""Our fields, and the columns that hold them unless the config maps others; the first one there wins."""

ROLES = {"human": "user", "ai": "assistant", "user": "user", "assistant": "assistant", "system": "system"}
"""Who speaks, in ragas' words (`type`) and in ours (`role`)."""

LISTS = ("conversation", "contexts", "context_ids", "citations")
NUMBERS = ("latency_s", *Usage.model_fields)
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Recorded:
    """One recorded answer. `variant` names the probe that its question came from, or is empty."""

    question: str
    conversation: tuple[Turn, ...]
    repeat: int
    variant: str
    response: Response


def check_columns(columns: Mapping[str, str], *, where: str) -> None:
    """Refuse a map from names that are no fields of a recording."""
    unknown = sorted(set(columns) - set(COLUMNS))
    if unknown:
        raise InputError(
            f"unknown field {unknown[0]!r}", where=f"{where}.columns", todo=f"known: {', '.join(COLUMNS)}"
        )


def read_row(row: Row, columns: Mapping[str, str]) -> Recorded:
    """The answer that a row records; InputError names the row and what is wrong with it."""
    try:
        fields = _fields(row, columns)
        question, conversation = _asked(fields)
        return Recorded(question, conversation, _repeat(fields), _text(fields, "variant"), _answered(fields))
    except (Malformed, ValueError) as error:
        raise InputError(str(error), where=row.where) from None


def _fields(row: Row, columns: Mapping[str, str]) -> dict[str, Any]:
    """The row's values by our names; those of a CSV file, which are all texts, converted."""
    fields: dict[str, Any] = {}
    for field, names in COLUMNS.items():
        if field in columns and columns[field] not in row.values:
            raise Malformed(f"there is no column {columns[field]!r}, which `columns` names for the {field}")
        column = columns.get(field) or next((name for name in names if name in row.values), None)
        if column is not None:
            value = well_formed(row.values[column])
            fields[field] = _converted(field, value) if row.text_cells else value
    return fields


def _converted(field: str, cell: str) -> Any:
    if field == "answer":
        return cell
    if not cell.strip():
        return None
    if field in LISTS or (field == "question" and cell.lstrip().startswith("[{")):
        return _list_of(cell, field)
    if field in NUMBERS or field == "repeat":
        try:
            return float(cell)
        except ValueError:
            raise Malformed(f"{field} is {cell!r}, not a number") from None
    return WORDS.get(cell.strip().lower(), cell) if field == "abstained" else cell


def _list_of(cell: str, field: str) -> Any:
    """A list in a CSV cell: JSON, or Python's way of writing it, which is what pandas leaves there."""
    readers: tuple[Callable[[str], Any], ...] = (json.loads, ast.literal_eval)
    for reader in readers:
        try:
            return reader(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    raise Malformed(f'{field} is no list; write it as JSON: ["…", "…"]')


def _asked(fields: Mapping[str, Any]) -> tuple[str, tuple[Turn, ...]]:
    """Question and conversation; a question that is a list of messages (ragas' multi-turn) holds both."""
    question, conversation = fields.get("question"), fields.get("conversation")
    if isinstance(question, list):
        if conversation is not None:
            raise Malformed("the question is a conversation, and there is a conversation, too")
        if not question:
            raise Malformed("the question is an empty list")
        *conversation, last = (_turn(message) for message in question)
        if last.role != "user":
            raise Malformed("the conversation does not end with the user's question")
        return last.content, tuple(conversation)
    if not isinstance(question, str):
        raise Malformed("there is no question" if question is None else "the question is not a text")
    if not isinstance(conversation, list | None):
        raise Malformed("conversation is not a list of {role, content}")
    return question, tuple(_turn(message) for message in conversation or ())


def _turn(message: object) -> Turn:
    if isinstance(message, Mapping):
        role, content = ROLES.get(str(message.get("role", message.get("type")))), message.get("content")
        if role is not None and isinstance(content, str):
            return Turn(role=role, content=content)
    raise Malformed("a turn of a conversation is {role: user | assistant | system, content: text}")


def _repeat(fields: Mapping[str, Any]) -> int:
    value = fields.get("repeat")
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != int(value):
        raise Malformed(f"repeat is {value!r}, not a whole number from 0")
    return int(value)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str | None):
        raise Malformed(f"{name} is not a text")
    return value or ""


def _answered(fields: Mapping[str, Any]) -> Response:
    answer, error = fields.get("answer"), fields.get("error")
    if "answer" not in fields and not error:
        raise Malformed(f"there is no answer; it is looked for in: {', '.join(COLUMNS['answer'])}")
    taken = {name: fields.get(name) for name in ("citations", "abstained", "error")}
    response = to_response(
        {
            **taken,
            "answer": None if error and answer == "" else answer,
            "contexts": _contexts(fields),
            "usage": {name: fields[name] for name in Usage.model_fields if name in fields},
            "timing": {"total_s": fields.get("latency_s")},
        }
    )
    return response.model_copy(update={"contexts": None}) if response.error else response


def _contexts(fields: Mapping[str, Any]) -> object:
    """The contexts, with their ids where a column of the same length has them."""
    contexts, ids = fields.get("contexts"), fields.get("context_ids")
    if ids is None or not isinstance(contexts, list):
        return contexts
    if not isinstance(ids, list) or len(ids) != len(contexts):
        raise Malformed("context_ids is not a list as long as contexts")
    texts = (item if isinstance(item, Mapping) else {"text": item} for item in contexts)
    return [{**item, "id": id_} for item, id_ in zip(texts, ids, strict=True)]
