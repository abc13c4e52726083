"""Request bodies from a template: JSON whose texts hold `{question}` and the other placeholders."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import JsonValue

from bakeoff.evals.records import Request

PLACEHOLDERS = ("question", "conversation", "messages", "contexts", "seed")

_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


def used(template: JsonValue) -> frozenset[str]:
    """The placeholders that a template's texts hold."""
    if isinstance(template, str):
        return frozenset(_PLACEHOLDER.findall(template))
    if isinstance(template, Mapping):
        return frozenset().union(*map(used, template.values()))
    if isinstance(template, list):
        return frozenset().union(*map(used, template))
    return frozenset()


def fill(template: JsonValue, request: Request) -> JsonValue:
    """The template with its placeholders filled from a request.

    A text that is exactly one placeholder becomes the value itself: `{question}` a text,
    `{conversation}` a list of `{role, content}`, `{messages}` the same with the question as its last,
    `{contexts}` a list of texts or null (your own
    retrieval), `{seed}` a number or null. Within a longer text, turns become lines `role: content`,
    contexts paragraphs, null nothing. Other braces, and braces in what is filled in, stay as they are.
    """
    return _fill(template, _values(request), _texts(request))


def _fill(template: JsonValue, values: Mapping[str, JsonValue], texts: Mapping[str, str]) -> JsonValue:
    if isinstance(template, str):
        whole = _PLACEHOLDER.fullmatch(template)
        # one pass, by function: what is filled in is never scanned again
        return values[whole[1]] if whole else _PLACEHOLDER.sub(lambda found: texts[found[1]], template)
    if isinstance(template, Mapping):
        return {key: _fill(value, values, texts) for key, value in template.items()}
    if isinstance(template, list):
        return [_fill(item, values, texts) for item in template]
    return template


def _values(request: Request) -> dict[str, JsonValue]:
    turns: list[JsonValue] = [{"role": turn.role, "content": turn.content} for turn in request.conversation]
    return {
        "question": request.question,
        "conversation": turns,
        "messages": [*turns, {"role": "user", "content": request.question}],
        "contexts": None if request.contexts is None else [context.text for context in request.contexts],
        "seed": request.seed,
    }


def _texts(request: Request) -> dict[str, str]:
    lines = [f"{turn.role}: {turn.content}" for turn in request.conversation]
    return {
        "question": request.question,
        "conversation": "\n".join(lines),
        "messages": "\n".join([*lines, f"user: {request.question}"]),
        "contexts": "\n\n".join(context.text for context in request.contexts or ()),
        "seed": "" if request.seed is None else str(request.seed),
    }
