"""Tables of a base, its retrieval, its tuned model and the two together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toys.table import table

from bakeoff.evals.records import Kind
from bakeoff.evals.table import Column, SampleKey, ScoreTable, SystemInfo

FAMILY = (
    ("base", Kind.PROMPT, None),
    ("rag", Kind.RAG, "base"),
    ("tuned", Kind.FINE_TUNED, "base"),
    ("both", Kind.HYBRID, "tuned"),
)


def systems(*wanted: tuple[str, Kind, str | None]) -> list[SystemInfo]:
    return [
        SystemInfo(name=name, kind=kind, parent=parent, fingerprint=name) for name, kind, parent in wanted
    ]


def square(*columns: Column, samples: Sequence[SampleKey] | None = None) -> ScoreTable:
    """A table of `FAMILY`; the columns' rows are in that order."""
    names = [name for name, _, _ in FAMILY]
    return replace(table(names, columns, samples), systems=systems(*FAMILY))
