"""Traits of systems that are a user's code: which code, and what it is called with."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from bakeoff.adapters.chat_traits import plain
from bakeoff.evals.traits import mark


def target_traits(
    target: str, source: Mapping[str, str], arguments: Mapping[str, JsonValue] | None
) -> dict[str, JsonValue]:
    """The target with a hash of its source files, and the factory's arguments. No code shows its decoding."""
    code: dict[str, JsonValue] = {"of": target, "content": mark(dict(source))}
    return {"code": code, "arguments": plain(arguments or {})}
