"""What comes back from a chat endpoint: reading an answer, whole or in pieces."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from bakeoff.adapters.chat_endpoint import Garbled
from bakeoff.evals.errors import TransportFailure
from bakeoff.evals.records import Timing, Usage


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's answer. `text` is "" where it holds none; `refusal` is the model's own word for no.

    `tool_arguments` are those of the first tool call (JSON text). `model` and `system_fingerprint` name
    what served the answer. `dropped` lists parameters that the model does not take.
    """

    text: str
    refusal: str | None = None
    finish_reason: str | None = None
    tool_arguments: str | None = None
    usage: Usage = field(default_factory=Usage)
    timing: Timing = field(default_factory=Timing)
    model: str | None = None
    system_fingerprint: str | None = None
    dropped: tuple[str, ...] = ()


def parse_json(raw: bytes, content_type: str = "") -> dict[str, Any]:
    """The JSON object in an HTTP body; Garbled, with its beginning, for anything else."""
    try:
        value = from_json(raw)
    except ValueError:
        start = raw[:80].decode("utf-8", "replace")
        raise Garbled(f"the body is no valid JSON ({content_type or 'no content type'}): {start!r}") from None
    if not isinstance(value, dict):
        raise Garbled(f"the body is JSON, but no object: {raw[:80].decode('utf-8', 'replace')!r}")
    return value


def usage_of(raw: object) -> Usage:
    """Token counts as OpenAI reports them; None for each that is missing or no count."""
    if not isinstance(raw, dict):
        return Usage()
    return Usage(
        input_tokens=_count(raw.get("prompt_tokens")),
        output_tokens=_count(raw.get("completion_tokens")),
        reasoning_tokens=_count(_mapping(raw.get("completion_tokens_details")).get("reasoning_tokens")),
        cached_tokens=_count(_mapping(raw.get("prompt_tokens_details")).get("cached_tokens")),
    )


def read_whole(payload: Mapping[str, Any], timing: Timing) -> Completion:
    """A completion that came in one piece."""
    choice = _first_choice(payload)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise Garbled("the completion holds no message")
    return Completion(
        text=_text(message.get("content")),
        refusal=_text(message.get("refusal")) or None,
        finish_reason=_name(choice.get("finish_reason")),
        tool_arguments=_arguments(message.get("tool_calls")),
        usage=usage_of(payload.get("usage")),
        timing=timing,
        model=_name(payload.get("model")),
        system_fingerprint=_name(payload.get("system_fingerprint")),
    )


class Assembly:
    """Puts the chunks of a stream together; `first_text_s` is when the first non-empty text came."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._finish_reason: str | None = None
        self._usage: object = None
        self._head: Mapping[str, Any] = {}
        self.first_text_s: float | None = None

    def add(self, chunk: Mapping[str, Any], at_s: float) -> None:
        """Take one chunk that came at `at_s` (seconds since the request was sent)."""
        self._head = self._head or chunk
        self._usage = chunk.get("usage") or self._usage
        if not chunk.get("choices"):
            return  # the chunk that carries the usage, or a server's own keep-alive
        choice = _first_choice(chunk)
        delta = _mapping(choice.get("delta"))
        text, refusal = _text(delta.get("content")), _text(delta.get("refusal"))
        if self.first_text_s is None and (text or refusal):
            self.first_text_s = at_s
        self._text.append(text)
        self._refusal.append(refusal)
        self._finish_reason = _name(choice.get("finish_reason")) or self._finish_reason

    def completion(self, total_s: float, *, done: bool) -> Completion:
        """The whole answer; TransportFailure where the stream stopped before the answer was finished.

        `done` says that the closing event came. A broken connection behind a proxy looks like a clean
        end, so only that event or a finish reason tells that the answer is whole.
        """
        if not (done or self._finish_reason):
            raise TransportFailure("the stream ended in the middle of the answer")
        if not self._head:
            raise Garbled("the stream holds no completion")
        return Completion(
            text="".join(self._text),
            refusal="".join(self._refusal) or None,
            finish_reason=self._finish_reason,
            usage=usage_of(self._usage),
            timing=Timing(total_s=total_s, first_token_s=self.first_text_s),
            model=_name(self._head.get("model")),
            system_fingerprint=_name(self._head.get("system_fingerprint")),
        )


async def event_data(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The data of each server-sent event (WHATWG HTML, §9.2).

    Lines end at CR or LF only: text may hold other line separators (U+2028, U+0085) unescaped.
    """
    rest, data = b"", []
    async for piece in pieces:
        *lines, rest = (rest + piece).replace(b"\r\n", b"\n").split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
            elif not line.rstrip(b"\r") and data:
                yield b"\n".join(data)
                data = []
    if rest.startswith(b"data:"):
        data.append(rest[5:].removeprefix(b" "))
    if data:
        yield b"\n".join(data)


def _first_choice(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = payload.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise Garbled(f"the completion holds no choices; its keys are {sorted(payload)[:10]}")
    first: dict[str, Any] = choices[0]
    return first


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _name(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _text(content: object) -> str:
    """A message's text; some servers send it as a list of parts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(_text(_mapping(part).get("text")) for part in content)
    raise Garbled(f"the message's text is of type {type(content).__name__}")


def _arguments(calls: object) -> str | None:
    if not isinstance(calls, list) or not calls:
        return None
    return _name(_mapping(_mapping(calls[0]).get("function")).get("arguments"))
