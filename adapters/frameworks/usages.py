"""Token counts as model clients report them, under whatever names, and their sum over an answer's calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bakeoff.evals.records import Usage

INPUT = ("input_tokens", "prompt_tokens")
OUTPUT = ("output_tokens", "completion_tokens")
DETAILS = {
    "cached_tokens": (
        ("input_token_details", "cache_read"),
        ("prompt_tokens_details", "cached_tokens"),
        ("input_tokens_details", "cached_tokens"),
    ),
    "reasoning_tokens": (
        ("output_token_details", "reasoning"),
        ("completion_tokens_details", "reasoning_tokens"),
        ("output_tokens_details", "reasoning_tokens"),
    ),
}


def usage_of(raw: object) -> Usage:
    """The usage of one model call, from OpenAI's, Anthropic's or LangChain's names for it.

    >>> usage_of({"prompt_tokens": 5, "completion_tokens": 2}).input_tokens
    5
    """
    fields = as_mapping(raw)
    detailed = {
        name: next(
            (count for outer, inner in places if (count := _inner(fields, outer, inner)) is not None), None
        )
        for name, places in DETAILS.items()
    }
    return Usage(input_tokens=_first(fields, INPUT), output_tokens=_first(fields, OUTPUT), **detailed)


def total(usages: Iterable[Usage]) -> Usage:
    """The sum over an answer's model calls.

    Input and output are unknown as soon as one call did not say: a sum of the others would pass for the
    whole. Cached and reasoning tokens are left out by models that have none, and so count as 0 there.
    """
    calls = list(usages)
    inputs, outputs = [one.input_tokens for one in calls], [one.output_tokens for one in calls]
    return Usage(
        input_tokens=_whole(inputs),
        output_tokens=_whole(outputs),
        cached_tokens=_known([one.cached_tokens for one in calls]),
        reasoning_tokens=_known([one.reasoning_tokens for one in calls]),
    )


def as_mapping(raw: object) -> Mapping[str, Any]:
    """The fields of a mapping or of a client's own record; nothing of anything else."""
    if isinstance(raw, Mapping):
        return raw
    dump = getattr(raw, "model_dump", None)
    dumped = dump() if callable(dump) else None
    return dumped if isinstance(dumped, Mapping) else {}


def _first(fields: Mapping[str, Any], names: Sequence[str]) -> int | None:
    return next((count for name in names if (count := _count(fields.get(name))) is not None), None)


def _inner(fields: Mapping[str, Any], outer: str, inner: str) -> int | None:
    return _count(as_mapping(fields.get(outer)).get(inner))


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _whole(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


def _known(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
