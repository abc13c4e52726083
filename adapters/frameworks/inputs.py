"""A request as the input of a framework's object: `adapters.request_template`, with turns of its own kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from bakeoff.adapters.request_template import fill
from bakeoff.evals.records import Request, Turn


def filled(template: JsonValue, request: Request, turns: Callable[[Sequence[Turn]], Any]) -> Any:
    """The template filled; `turns` makes what a text that is just {conversation} or {messages} becomes."""
    if template == "{conversation}":
        return turns(request.conversation)
    if template == "{messages}":
        return turns([*request.conversation, Turn(role="user", content=request.question)])
    if isinstance(template, Mapping):
        return {key: filled(value, request, turns) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, request, turns) for value in template]
    return fill(template, request)
