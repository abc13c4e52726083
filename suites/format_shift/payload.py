"""What an answer says, without the form it says it in; and whether it has the form that was asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, get_args

Wants = Literal["as_trained", "json", "list", "one_word", "language"]
WANTS: tuple[Wants, ...] = get_args(Wants)

RULE = 1
"""Version of the rules below; raise it with every change that can alter a score."""

_FENCE = re.compile(r"```[\w-]*[ \t]*\n?(.*?)```", re.DOTALL)
_ITEM = re.compile(r"\s*(?:[-*+•–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=\S)", re.IGNORECASE)
_OPENING = re.compile(r"[{\[]")
_NOTHING = object()
# Attempts at reading JSON from somewhere inside a text: enough for prose with a few brackets.
_TRIES = 50


def payload(answer: str, wants: Wants = "as_trained", key: str | None = None) -> str:
    """The answer's content as text.

    JSON, fenced, bare or (where it was asked for) with prose around it: the asked key's value, else all
    values; a list: its items without bullets; else the text. JSON's true and false also say yes and no.

    >>> payload('Sure: {"answer": "3 years", "sure": true}', "json", "answer")
    '3 years'
    """
    value = _whole_json(answer)
    if value is _NOTHING and wants == "json":
        value = _inner_json(answer)
    if isinstance(value, dict | list):
        return "\n".join(_texts(_asked(value, key)))
    lines = (_ITEM.sub("", line, count=1).strip() for line in answer.splitlines())
    return "\n".join(line for line in lines if line) if wants == "list" else answer.strip()


def followed(answer: str, wants: Wants, key: str | None = None) -> bool | None:
    """Whether the answer has the form that was asked for and nothing around it but a code fence.

    JSON: an object, with the asked key where there is one. A list: every line an item, or a JSON list.
    None where no form can be checked (`as_trained`, `language`).
    """
    if wants == "json":
        value = _whole_json(answer)
        return isinstance(value, dict) and (key is None or _find(value, key) is not None)
    if wants == "list":
        lines = [line for line in answer.splitlines() if line.strip()]
        return isinstance(_whole_json(answer), list) or (
            bool(lines) and all(_ITEM.match(line) for line in lines)
        )
    if wants == "one_word":
        return len(answer.split()) == 1 and any(character.isalnum() for character in answer)
    return None


def json_keys(answer: str) -> set[str] | None:
    """The keys of an answer that is, as a whole, a JSON object; None where it is none."""
    value = _whole_json(answer)
    return set(value) if isinstance(value, dict) else None


def _whole_json(answer: str) -> Any:
    text = answer.strip()
    fenced = _FENCE.fullmatch(text)
    try:
        return json.loads(fenced.group(1) if fenced else text)
    except (ValueError, RecursionError):
        return _NOTHING


def _inner_json(answer: str) -> Any:
    """The first object or array inside the text, one in a code fence before others."""
    decoder = json.JSONDecoder()
    for text in (*(match.group(1) for match in _FENCE.finditer(answer)), answer):
        for _, opening in zip(range(_TRIES), _OPENING.finditer(text), strict=False):
            try:
                value, _ = decoder.raw_decode(text, opening.start())
            except (ValueError, RecursionError):
                continue
            if value:
                return value
    return _NOTHING


def _asked(value: Any, key: str | None) -> Any:
    found = _find(value, key) if isinstance(value, dict) and key is not None else None
    return value if found is None else value[found]


def _find(value: dict[str, Any], key: str) -> str | None:
    """The object's own spelling of a key, or None."""
    return next((own for own in value if own.casefold().strip() == key.casefold().strip()), None)


def _texts(value: Any) -> Iterator[str]:
    """The leaves of a JSON value as texts. A stack, because nesting may be deeper than Python's."""
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            stack.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            stack.extend(reversed(node))
        elif isinstance(node, bool):
            yield "true yes" if node else "false no"
        elif node is not None:
            yield str(node)
