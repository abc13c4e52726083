"""What a generator is told, and which passages its answer cites."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bakeoff.evals.records import Citation, Context

PROMPT = (
    "Answer the question from these passages alone. After each statement put the id of the passage that it is"
    " from, in square brackets. If the answer is not in the passages, say that you do not know.\n\n"
    "{contexts}\n\nQuestion: {question}\nAnswer:"
)
CONTEXT_FORMAT = "[{id}] {text}"

_PLACES = ("id", "source", "title", "heading", "as_of", "text", "number")
_PLACE = re.compile(r"\{(" + "|".join(_PLACES) + r")\}")
_NAMING = ("id", "number", "source")
"""The places that a marker in an answer can name a passage by, where the format shows them."""
_MARKER = re.compile(r"\[([^\[\]\n]+)\]")


def check_context_format(template: str) -> str:
    """The format; ValueError where it does not show the passage, or has a place that nobody fills."""
    if "{text}" not in template:
        raise ValueError("must contain {text}")
    strange = [name for name in re.findall(r"\{(\w+)\}", template) if name not in _PLACES]
    if strange:
        known = ", ".join(f"{{{name}}}" for name in _PLACES)
        raise ValueError(f"has an unknown place {{{strange[0]}}}; known: {known}")
    return template


def names_passages(context_format: str) -> bool:
    """Whether the format shows anything that an answer can cite a passage by."""
    return any(f"{{{place}}}" in context_format for place in _NAMING)


def render_contexts(contexts: Sequence[Context], context_format: str) -> str:
    """The passages in the format, blank lines between them.

    >>> render_contexts([Context(text="Boils fast.", id="k#1")], "[{id}] {text}")
    '[k#1] Boils fast.'
    """
    return "\n\n".join(_shown(context, number, context_format) for number, context in enumerate(contexts, 1))


def _shown(context: Context, number: int, context_format: str) -> str:
    values = _values(context, number)
    return _PLACE.sub(lambda match: values[match[1]], context_format)


def _values(context: Context, number: int) -> Mapping[str, str]:
    """What the places stand for; a passage without an id is known by its number."""
    about = {name: str(context.metadata.get(name) or "") for name in ("title", "heading", "as_of")}
    return {
        **about,
        "id": context.id or str(number),
        "source": context.source or "",
        "text": context.text,
        "number": str(number),
    }


def citations(answer: str, contexts: Sequence[Context], context_format: str) -> tuple[Citation, ...]:
    """The passages that markers such as `[k#1]`, `[1]` or `[k#1, l#2]` in the answer name.

    Each is cited by its source (its id where it has none), with the offsets of the marker. What names no
    passage is left alone: whether an answer cites what it was never given is for a metric to say.
    """
    known: dict[str, Context] = {}
    for place in [place for place in _NAMING if f"{{{place}}}" in context_format]:
        for number, context in enumerate(contexts, 1):
            if name := _values(context, number)[place]:
                known.setdefault(name, context)
    found: dict[tuple[str, int, int], Citation] = {}
    for marker in _MARKER.finditer(answer):
        for name in _names(marker[1], known):
            context = known[name]
            source = context.source or context.id or name
            citation = Citation(source=source, start=marker.start(), end=marker.end())
            found.setdefault((source, marker.start(), marker.end()), citation)
    return tuple(found.values())


def _names(inside: str, known: Mapping[str, Context]) -> list[str]:
    """The known names in a marker: the whole of it, or its parts between commas and semicolons."""
    whole = inside.strip()
    parts = [whole] if whole in known else [part.strip() for part in re.split("[,;]", whole)]
    return [part for part in parts if part in known]
