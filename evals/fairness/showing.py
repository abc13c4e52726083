"""Traits in words: of two values, what each has where they differ."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from bakeoff.evals.traits import STATED, is_stated

LONGEST = 80
"""Characters of a value that are shown."""

ABSENT = "not set"


def both(ours: JsonValue, theirs: JsonValue) -> tuple[str, str]:
    """The two values in words; of mappings the keys that differ, `not set` where one lacks a key.

    >>> both({"temperature": 0.7, "stop": None}, {"temperature": 0, "stop": None})
    ('temperature 0.7', 'temperature 0')
    """
    if not (isinstance(ours, Mapping) and isinstance(theirs, Mapping)) or {"hash", STATED} & {*ours, *theirs}:
        return shown(ours), shown(theirs)
    names = [
        name for name in dict.fromkeys([*ours, *theirs]) if ours.get(name, ABSENT) != theirs.get(name, ABSENT)
    ]
    return _keys(ours, names), _keys(theirs, names)


def _keys(value: Mapping[str, JsonValue], names: list[str]) -> str:
    told = [f"{name} {shown(value[name]) if name in value else ABSENT}" for name in names]
    return _cut(", ".join(told))


def shown(value: JsonValue) -> str:
    """One value: a number as short as it can be, a hashed text by its hash and length."""
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        if is_stated(value):
            return shown(value[STATED])
        if isinstance(value.get("hash"), str):
            return _hashed(value)
        return _cut(", ".join(f"{name} {shown(one)}" for name, one in value.items()) or "none")
    if isinstance(value, list):
        return _cut(", ".join(shown(one) for one in value) or "none")
    if isinstance(value, float):
        return f"{value:g}"
    return _cut(str(value))


def _hashed(value: Mapping[str, JsonValue]) -> str:
    more = [f"{value[name]} {name}" for name in ("characters", "examples") if value.get(name)]
    text = f"{str(value['hash'])[:6]}…"
    return f"{text} ({', '.join(more)})" if more else text


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
