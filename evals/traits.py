"""Traits: what an adapter can see of how its system answers, apart from what it answers.

They say in what two systems differ beside what is compared. Hashes stand for texts, so that no prompt is
stored; what an adapter cannot see is absent, which is not the same as None, "there is none".
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Set

from pydantic import JsonValue

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import canonical_json, digest

Traits = Mapping[str, JsonValue]

ASPECTS: Mapping[str, str] = {
    "model": "the model's name, as the config or the user gives it",
    "weights": "a hash of the weights",
    "precision": "number type and quantization of the weights",
    "system_prompt": "hash and length of the system prompt",
    "template": "hash of how a question, with its passages and examples, becomes a message",
    "chat_template": "hash of how messages become the model's input",
    "decoding": "temperature, top_p, max_tokens, stop, seed …",
    "context_budget": "passages and tokens that fit",
    "retrieval": "method, encoder, chunks, filter, re-ranker",
    "documents": "hash of the documents that are searched",
    "endpoint": "host and path",
    "request_template": "hash of the request that an http system is sent",
    "code": "{of, content}: which code, and a hash of it",
    "arguments": "what the code is called with",
    "recording": "{of, content}: which recording, and a hash of it",
}
"""The known names. A user may state others; those close to a known one are taken for slips of the pen."""

HASHED = ("weights", "system_prompt", "template", "chat_template", "documents", "request_template")
"""Of these an adapter shows a hash, which no user can state: a statement compares with statements only."""
STATED = "stated"

SHORTEST_SECRET = 4
"""Shorter values of the environment occur in any text by chance."""
MOST_CHARACTERS = 2000
"""Of what a user states, as JSON: traits are no place for a whole prompt."""


def mark(value: object) -> str:
    """A short hash of a JSON value: enough to tell two apart, not enough to get it back."""
    return digest(value)[:12]


def text_mark(text: str | None) -> JsonValue:
    """Hash and length of a text; None where there is none.

    >>> text_mark("Be brief.")["characters"]
    9
    """
    return {"hash": mark(text), "characters": len(text)} if text else None


def check_stated(seen: Traits, stated: Traits, where: str) -> None:
    """InputError for what a user must not state: a name that is nearly a known one, a text that is no trait
    but a prompt, and what contradicts the adapter.
    """
    for name in stated:
        near = difflib.get_close_matches(name, ASPECTS, n=1, cutoff=0.75)
        if name not in ASPECTS and near:
            raise InputError(
                f"{name!r} is no known trait", where=f"{where}.{name}", todo=f"did you mean {near[0]!r}?"
            )
    if len(canonical_json(dict(stated))) > MOST_CHARACTERS:
        todo = "state a name, a number or a hash in its place"
        raise InputError(f"traits hold more than {MOST_CHARACTERS} characters", where=where, todo=todo)
    merged(seen, stated, where)


def seen_traits(system: object) -> dict[str, JsonValue]:
    """What the adapter sees of its system: its attribute `traits`, nothing where it has none."""
    return dict(getattr(system, "traits", None) or {})


def merged(seen: Traits, stated: Traits, where: str) -> dict[str, JsonValue]:
    """What the adapter sees, and what the user states beside it; InputError where they contradict."""
    found = dict(seen)
    for name, value in stated.items():
        if name not in seen:
            found[name] = value
            continue
        ours = seen[name]
        if isinstance(ours, Mapping) and isinstance(value, Mapping):
            found[name] = merged(ours, value, f"{where}.{name}")
        elif ours != value:
            todo = "leave it out: the adapter sees it"
            raise InputError(
                f"states {name} as {_shown(value)}, but the adapter sees {_shown(ours)}",
                where=where,
                todo=todo,
            )
    return found


def with_stated(seen: Traits, stated: Traits, where: str) -> dict[str, JsonValue]:
    """As `merged`, with what stands where an adapter would show a hash marked as `{stated: …}`.

    >>> with_stated({"model": "m"}, {"documents": "handbook", "system_prompt": None}, "")
    {'model': 'm', 'documents': {'stated': 'handbook'}, 'system_prompt': None}
    """
    marked: dict[str, JsonValue] = {
        name: {STATED: value} if name in HASHED and name not in seen and value is not None else value
        for name, value in stated.items()
    }
    return merged(seen, marked, where)


def is_stated(value: JsonValue) -> bool:
    """Whether a value is one that `with_stated` marked."""
    return isinstance(value, Mapping) and value.keys() == {STATED}


def comparable(ours: JsonValue, theirs: JsonValue) -> bool:
    """Whether two values can be told to be equal or not: a statement and a hash cannot, None and any can."""
    return None in (ours, theirs) or is_stated(ours) == is_stated(theirs)


def _shown(value: JsonValue) -> str:
    return "none" if value is None else canonical_json(value)


def without_secrets(traits: Traits, secrets: Set[str]) -> dict[str, JsonValue]:
    """The traits less those that hold a value of the environment: they are not visible."""
    hidden = [one for one in secrets if len(one) >= SHORTEST_SECRET]
    return {
        name: value
        for name, value in traits.items()
        if not any(secret in text for text in _texts(value) for secret in hidden)
    }


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
