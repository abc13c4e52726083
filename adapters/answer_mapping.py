"""From what a system returned (a text, or a mapping) to a `Response`.

The mapping's keys are those of `KEYS`. Nothing is guessed and nothing is dropped: an unknown key, a
wrong type or a shape that the declared capabilities forbid is `Malformed`, which adapters report as the
system's own failure, because a misspelt `context` would otherwise lose all contexts silently.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import JsonValue

from bakeoff.evals.records import Capability, Citation, Context, Failure, Request, Response, Timing, Usage

V = TypeVar("V")

KEYS = ("answer", "contexts", "citations", "usage", "timing", "abstained", "error", "extras")
"""What a returned mapping may hold; `response` and `text` are taken for `answer`, ragas'
`retrieved_contexts` for `contexts`."""

ALIASES = {"response": "answer", "text": "answer", "retrieved_contexts": "contexts"}

TEXT_KEYS = ("text", "context_text", "content", "page_content")
ID_KEYS = ("id", "context_id", "document_id", "doc_id")
SOURCE_KEYS = ("source", "url", "id", "document_id")

EXCERPT = 160


class Malformed(ValueError):
    """A returned value that is no answer; the text says why, for the system's owner."""

    def failure(self) -> Response:
        return Response(error=Failure(kind="malformed", message=str(self)))


def to_response(returned: object) -> Response:
    """The response that a text, a mapping with the keys of `KEYS`, or a `Response` stands for.

    `contexts` and `citations` are lists of texts or of mappings, `usage` and `timing` mappings with the
    fields of their records, `error` a text or `{kind, message}` in place of an answer. Raises
    `Malformed` on anything else.

    >>> to_response({"answer": "12 h", "contexts": ["It lasts 12 h."]}).contexts[0].text
    'It lasts 12 h.'
    """
    if isinstance(returned, Response):
        return returned
    if isinstance(returned, str):
        return Response(text=well_formed(returned))
    if not isinstance(returned, Mapping):
        raise Malformed(f"expected a text or a mapping, got {_kind_of(returned)}")
    try:
        fields = _known_keys(well_formed(returned))
    except RecursionError:
        raise Malformed("the returned mapping is nested too deeply") from None
    error = _error(fields.get("error"))
    text = None if error else _text(fields)
    if error and fields.get("answer"):
        raise Malformed("holds both an answer and an error")
    return Response(
        text=text,
        error=error,
        contexts=_optional_list("contexts", fields.get("contexts"), context),
        citations=_optional_list("citations", fields.get("citations"), _citation) or (),
        usage=usage(_mapping("usage", fields.get("usage"))),
        timing=_timing(_mapping("timing", fields.get("timing"))),
        abstained=_boolean("abstained", fields.get("abstained")),
        extras=_mapping("extras", fields.get("extras")),
    )


def fit(response: Response, request: Request, capabilities: frozenset[Capability]) -> Response:
    """The response in the shape that the capabilities promise; `Malformed` where it breaks the promise.

    Contexts that the request handed over count as the response's where it names none. Otherwise a
    system that retrieves must say what it retrieved ([] for nothing), and one that does not has none.
    """
    if response.error is not None:
        return response.model_copy(update={"contexts": None})
    if response.citations and Capability.CITES not in capabilities:
        raise Malformed("returned citations, but its capabilities lack 'cites'")
    if request.contexts is not None:
        return response if response.contexts else response.model_copy(update={"contexts": request.contexts})
    if Capability.RETRIEVES in capabilities:
        if response.contexts is None:
            raise Malformed(
                "its capabilities say 'retrieves', but it returned no contexts: return them"
                " ([] where nothing was found), or state capabilities without 'retrieves'"
            )
        return response
    if response.contexts:
        raise Malformed("returned contexts, but its capabilities lack 'retrieves'")
    return response.model_copy(update={"contexts": None})


def context(item: object) -> Context:
    """One passage from a text or a mapping; keys beyond text, id, source and score become metadata."""
    if isinstance(item, str):
        return Context(text=item)
    if not isinstance(item, Mapping):
        raise Malformed(f"a context is a text or a mapping, got {_kind_of(item)}")
    rest = dict(item)
    text, id_ = _take(rest, TEXT_KEYS), _take(rest, ID_KEYS)
    if not isinstance(text, str):
        raise Malformed(f"a context needs a text under one of: {', '.join(TEXT_KEYS)}")
    source, score = rest.pop("source", None), rest.pop("score", None)
    metadata = rest.pop("metadata", None)
    return Context(
        text=text,
        id=_name("a context's id", id_),
        source=_name("a context's source", source),
        score=_number("a context's score", score, lowest=-math.inf),
        metadata={**_mapping("a context's metadata", metadata), **rest},
    )


def usage(fields: Mapping[str, Any]) -> Usage:
    """Tokens (whole numbers) and cost (USD), none of them negative; absent or null is None."""
    unknown = set(fields) - set(Usage.model_fields)
    if unknown:
        raise Malformed(f"unknown usage {sorted(unknown)}; known: {', '.join(Usage.model_fields)}")
    tokens = {name: _count(name, fields.get(name)) for name in Usage.model_fields if name != "cost_usd"}
    return Usage(**tokens, cost_usd=_number("cost_usd", fields.get("cost_usd")))


def parse_json(text: str | bytes) -> Any:
    """The JSON value of a text; ValueError on anything else, NaN and infinities included."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def excerpt(text: str | bytes, secrets: Iterable[str] = ()) -> str:
    """The beginning of a text on one line, for a message; secrets in it are masked."""
    if isinstance(text, bytes):
        # longer than any excerpt, so that no secret is cut in two before it is masked
        text = text[: 64 * EXCERPT].decode("utf-8", "replace")
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    line = " ".join(text.split())
    return repr(line if len(line) <= EXCERPT else line[:EXCERPT] + "…")


def well_formed(value: V) -> V:
    """The value with lone surrogates in its texts replaced by U+FFFD: no store or encoder takes them."""
    made: Any = value
    if isinstance(value, str):
        made = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    elif isinstance(value, Mapping):
        made = {well_formed(key): well_formed(item) for key, item in value.items()}
    elif isinstance(value, list | tuple):
        made = [well_formed(item) for item in value]
    return made  # type: ignore[no-any-return]


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _known_keys(returned: Mapping[Any, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in returned.items():
        name = ALIASES.get(key, key)
        if name not in KEYS:
            raise Malformed(
                f"unknown key {key!r} in the returned mapping; known: {', '.join(KEYS)}"
                " (put what bakeoff shall only keep under 'extras')"
            )
        if name in fields:
            raise Malformed(f"the returned mapping holds {name!r} twice, once as {key!r}")
        fields[name] = value
    return fields


def _text(fields: Mapping[str, Any]) -> str:
    text = fields.get("answer")
    if text is None and fields.get("abstained") is True:
        return ""
    if not isinstance(text, str):
        raise Malformed(f"the answer is {_kind_of(text)}, not a text")
    return text


def _error(value: object) -> Failure | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Failure(kind="error", message=value)
    if isinstance(value, Mapping) and set(value) <= {"kind", "message"}:
        kind, message = value.get("kind", "error"), value.get("message", "")
        if kind in ("time_out", "error", "malformed") and isinstance(message, str):
            return Failure(kind=kind, message=message)
    raise Malformed("error is a text, or {kind: time_out | error | malformed, message: text}")


def _citation(item: object) -> Citation:
    if isinstance(item, str):
        return Citation(source=item)
    if not isinstance(item, Mapping):
        raise Malformed(f"a citation is a text or a mapping, got {_kind_of(item)}")
    source = _name("a citation's source", _take(dict(item), SOURCE_KEYS))
    if source is None:
        raise Malformed(f"a citation needs one of: {', '.join(SOURCE_KEYS)}")
    start, end = (_count(f"a citation's {key}", item.get(key)) for key in ("start", "end"))
    return Citation(source=source, start=start, end=end)


def _timing(fields: Mapping[str, Any]) -> Timing:
    unknown = set(fields) - set(Timing.model_fields)
    if unknown:
        raise Malformed(f"unknown timing {sorted(unknown)}; known: {', '.join(Timing.model_fields)}")
    return Timing(**{name: _number(name, value) for name, value in fields.items()})


def _optional_list(name: str, value: object, each: Callable[[object], V]) -> tuple[V, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        raise Malformed(f"{name} is {_kind_of(value)}, not a list")
    return tuple(each(item) for item in value)


def _mapping(name: str, value: object) -> Mapping[str, JsonValue]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Malformed(f"{name} is {_kind_of(value)}, not a mapping with text keys")
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed(f"{name} is no JSON: {error}") from None
    return value


def _boolean(name: str, value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise Malformed(f"{name} is {_kind_of(value)}, not true, false or null")


def _number(name: str, value: object, *, lowest: float = 0.0) -> float | None:
    if value is None:
        return None
    # numpy's numbers convert, texts do not: "12" is a mistake that a total would hide
    if isinstance(value, bool | str | bytes) or not hasattr(value, "__float__"):
        raise Malformed(f"{name} is {_kind_of(value)}, not a number")
    number = float(value)
    if not (math.isfinite(number) and number >= lowest):
        raise Malformed(f"{name} is {number}, which cannot be")
    return number


def _count(name: str, value: object) -> int | None:
    number = _number(name, value)
    if number is not None and number != int(number):
        raise Malformed(f"{name} is {number}, not a whole number")
    return None if number is None else int(number)


def _name(what: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Malformed(f"{what} is {_kind_of(value)}, not a text")


def _take(mapping: dict[str, Any], keys: tuple[str, ...]) -> Any:
    """The first of the keys that has a value, removed from the mapping."""
    for key in keys:
        if mapping.get(key) is not None:
            return mapping.pop(key)
    return None


def _kind_of(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
