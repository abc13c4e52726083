"""Traits of systems that are asked in messages of a chat."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import JsonValue

from bakeoff.adapters.chat_prompt import Prompt
from bakeoff.adapters.credentials import names_credential, without_credentials
from bakeoff.evals.identity import canonical_json
from bakeoff.evals.traits import mark, text_mark

LONGEST = 60
"""Characters of a setting that is shown as it is."""


def prompt_traits(prompt: Prompt) -> dict[str, JsonValue]:
    """Hashes of the system prompt, and of how a question becomes the last message, examples included."""
    shape = prompt.model_dump(mode="json", exclude={"system_prompt"})
    template: dict[str, JsonValue] = {"hash": mark(shape), "examples": len(prompt.examples)}
    return {"system_prompt": text_mark(prompt.system_prompt), "template": template}


def plain(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Settings as a trait: numbers and short texts as they are, the rest hashed, credentials left out.

    >>> plain({"top_k": 5, "api_key": "abc", "header": None})
    {'top_k': 5, 'header': None}
    """
    kept = without_credentials(dict(values))
    assert isinstance(kept, dict)
    return {
        name: _plain(value) for name, value in kept.items() if not names_credential(name) or _number(value)
    }


def _number(value: JsonValue) -> bool:
    return isinstance(value, int | float)


def _plain(value: JsonValue) -> JsonValue:
    short = isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
    if value is None or _number(value) or (short and len(canonical_json(value)) <= LONGEST):
        return value
    return mark(value)


def endpoint(url: str) -> str:
    """Host, port and path of an address: neither its user nor its query.

    >>> endpoint("https://me:secret@example.org:8080/v1?key=abc")
    'example.org:8080/v1'
    """
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] + parts.path
