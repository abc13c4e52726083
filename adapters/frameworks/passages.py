"""From a framework's own document to a context: text, id, source, score, and metadata that is JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SOURCES = ("source", "url", "file_path", "file_name")
SCORES = ("score", "relevance_score")


def passage(
    text: object, *, id_: object = None, score: object = None, metadata: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A context as `adapters.answer_mapping` takes it. Source, and score where the document has none of its
    own, are taken out of the metadata, under the first of `SOURCES` and `SCORES`."""
    rest = {
        str(key): plain(value)
        for key, value in (metadata or {}).items()
        if value is not None or key not in (*SOURCES, *SCORES)
    }
    source = next((rest.pop(name) for name in SOURCES if isinstance(rest.get(name), str)), None)
    if score is None:
        score = next((rest.pop(name) for name in SCORES if _is_number(rest.get(name))), None)
    return {"text": text, "id": id_, "source": source, "score": score, "metadata": rest}


def plain(value: object) -> Any:
    """The value as JSON; what JSON has no form for becomes its text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)


def covered_s(intervals: Iterable[tuple[float, float]]) -> float | None:
    """Seconds that intervals cover together, overlaps once; None where there are none.

    >>> covered_s([(1.0, 3.0), (2.0, 4.0), (10.0, 10.5)])
    3.5
    """
    total, end, any_ = 0.0, -math.inf, False
    for start, stop in sorted(intervals):
        total += max(0.0, stop - max(start, end))
        end, any_ = max(end, stop), True
    return total if any_ else None


def first_of(fields: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """The first of the names that the mapping holds with a value."""
    return next((name for name in names if fields.get(name) is not None), None)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
