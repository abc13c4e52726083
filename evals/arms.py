"""Which systems of a run make a 2×2: base, base + retrieval, tuned, tuned + retrieval, of one family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bakeoff.evals.comparison import Arms
from bakeoff.evals.records import Kind
from bakeoff.evals.table import ScoreTable, SystemInfo


def find_arms(table: ScoreTable) -> list[Arms]:
    """Every complete 2×2, in the order of the table's systems.

    The base is a `prompt` system, `rag` and `tuned` are its children of those kinds, the hybrid has one of
    them among its ancestors. The other is every one of the family in turn, for the ancestry does not say.
    """
    return [arms for base in _of(table.systems, Kind.PROMPT) for arms in _family(table, base.name)]


def _family(table: ScoreTable, base: str) -> Iterator[Arms]:
    children = [system for system in table.systems if system.parent == base]
    rags = [system.name for system in _of(children, Kind.RAG)]
    tuned = [system.name for system in _of(children, Kind.FINE_TUNED)]
    for hybrid in _of(table.systems, Kind.HYBRID):
        ancestors = table.ancestors(hybrid.name)
        for parent in ancestors:
            if parent in tuned:
                for rag in rags:
                    yield Arms(base=base, rag=rag, tuned=parent, hybrid=hybrid.name, assumed="rag")
            elif parent in rags:
                for other in tuned:
                    yield Arms(base=base, rag=parent, tuned=other, hybrid=hybrid.name, assumed="tuned")


def _of(systems: Sequence[SystemInfo], kind: Kind) -> list[SystemInfo]:
    return [system for system in systems if system.kind is kind]
