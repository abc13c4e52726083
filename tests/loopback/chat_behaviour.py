"""How the loopback chat server answers: its settings, its faults, and the bodies that it makes."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Reply = Callable[[str], str]
"""The answer's text, from the text of the last message."""

ChatReply = Callable[[list[dict[str, str]]], str]
"""The answer's text, from all messages."""

FEATURES = frozenset({"json_schema", "tools", "json_object", "stream_options"})


@dataclass(frozen=True)
class Fault:
    """What happens to one request instead of an answer.

    `status` answers with that code and `message`; `drop` closes the connection unanswered; `cut` closes
    it in the middle of the body; `end` ends the body early, but cleanly; `hang` never answers;
    `truncated` and `html` answer 200 with half of the JSON or a page; `body` answers 200 with `message`
    as the body.
    """

    kind: Literal["status", "drop", "cut", "end", "hang", "truncated", "html", "body"]
    status: int = 500
    retry_after: str | None = None
    location: str | None = None
    message: str = "the loopback server was told to fail"
    code: str | None = None
    param: str | None = None


@dataclass
class Behaviour:
    """How the server answers. Fields may be changed between requests.

    `supports` lists the optional parts of the interface that it has, `refuses` the parameters that it
    rejects as OpenAI's newer models do. `faults` are used up one per request; `fault` lasts.
    `chat_reply`, where given, answers instead of `reply`; `usage` may be a function of the last message.
    `latency_s` passes before the first byte, `token_s` after each streamed piece.
    """

    reply: Reply = str
    chat_reply: ChatReply | None = None
    latency_s: float = 0.0
    token_s: float = 0.0
    supports: frozenset[str] = FEATURES
    refuses: frozenset[str] = frozenset()
    faults: deque[Fault] = field(default_factory=deque)
    fault: Fault | None = None
    usage: Mapping[str, Any] | Callable[[str], Mapping[str, Any] | None] | None = field(
        default_factory=lambda: {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    )
    finish_reason: str = "stop"
    refusal: str | None = None
    api_key: str | None = None
    models: frozenset[str] | None = None
    keep_bodies: bool = True


def reply_text(body: Mapping[str, Any], behaviour: Behaviour) -> str:
    """What the server is told to say to these messages."""
    messages = body["messages"]
    return (
        behaviour.chat_reply(messages) if behaviour.chat_reply else behaviour.reply(messages[-1]["content"])
    )


def usage_for(body: Mapping[str, Any], behaviour: Behaviour) -> Mapping[str, Any] | None:
    usage = behaviour.usage
    return usage(body["messages"][-1]["content"]) if callable(usage) else usage


def error_body(message: str, code: str | None = None, param: str | None = None) -> str:
    """An error as OpenAI words it."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return json.dumps({"error": error})


def objection(body: Mapping[str, Any], behaviour: Behaviour) -> tuple[int, str] | None:
    """Status and error body for a request that this server does not take, or None."""
    kind = (body.get("response_format") or {}).get("type")
    if kind is not None and kind not in behaviour.supports:
        message = f"response_format of type {kind!r} is not supported by this server"
        return 400, error_body(message, param="response_format")
    for name in ("tools", "stream_options"):
        if name in body and name not in behaviour.supports:
            return 400, error_body(f"{name!r} is not supported by this server", param=name)
    for name in behaviour.refuses & body.keys():
        if name == "temperature":
            text = "Unsupported value: 'temperature' does not support 0 with this model. Only 1 is supported."
            return 400, error_body(text, "unsupported_value", name)
        hint = " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
        text = f"Unsupported parameter: '{name}' is not supported with this model.{hint}"
        return 400, error_body(text, "unsupported_parameter", name)
    if behaviour.models is not None and body["model"] not in behaviour.models:
        return 404, error_body(f"The model `{body['model']}` does not exist", "model_not_found")
    return None


def message_of(body: Mapping[str, Any], text: str, behaviour: Behaviour) -> dict[str, Any]:
    """The assistant's message: the text as content, or as a tool call's arguments where tools were sent."""
    if behaviour.refusal is not None:
        return {"role": "assistant", "content": None, "refusal": behaviour.refusal}
    if tools := body.get("tools"):
        call = {"name": tools[0]["function"]["name"], "arguments": text}
        calls = [{"id": "call_0", "type": "function", "function": call}]
        return {"role": "assistant", "content": None, "tool_calls": calls}
    return {"role": "assistant", "content": text}


def completion(body: Mapping[str, Any], message: Mapping[str, Any], behaviour: Behaviour) -> dict[str, Any]:
    """A whole answer in one piece."""
    choice = {"index": 0, "message": message, "finish_reason": behaviour.finish_reason}
    head = {"id": "chatcmpl-loopback", "object": "chat.completion", "created": 0, "model": body["model"]}
    return {**head, "choices": [choice], "usage": usage_for(body, behaviour)}


def chunks(body: Mapping[str, Any], text: str, behaviour: Behaviour) -> list[dict[str, Any]]:
    """The same answer in pieces: first the empty one with the role, then words, then reason and usage."""
    key, whole = ("content", text) if behaviour.refusal is None else ("refusal", behaviour.refusal)
    deltas: list[dict[str, Any]] = [{"role": "assistant", key: ""}]
    deltas += [{key: piece} for piece in re.findall(r"\s*\S+\s*?|\s+", whole)]
    head = {
        "id": "chatcmpl-loopback",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": body["model"],
    }
    pieces = [{**head, "choices": [{"index": 0, "delta": d, "finish_reason": None}]} for d in deltas]
    pieces.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": behaviour.finish_reason}]})
    usage = usage_for(body, behaviour)
    if (body.get("stream_options") or {}).get("include_usage") and usage is not None:
        pieces.append({**head, "choices": [], "usage": usage})
    return pieces
