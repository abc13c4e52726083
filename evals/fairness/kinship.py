"""How two systems of a table are related, and what therefore differs by design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bakeoff.evals.records import Capability, Kind
from bakeoff.evals.table import SystemInfo
from bakeoff.evals.traits import comparable

TUNED = (Kind.FINE_TUNED, Kind.HYBRID)
RETRIEVING = (Kind.RAG, Kind.HYBRID)


@dataclass(frozen=True)
class Kinship:
    """Two systems: whether one was made from the other, or both from a third, and what each does.

    `child` is the one that was made from the other; None where neither was.
    """

    ours: SystemInfo
    theirs: SystemInfo
    child: SystemInfo | None
    family: bool

    @property
    def tuned(self) -> bool:
        """Whether tuning lies between the two, so that their weights must differ."""
        return self.family and (self.ours.kind in TUNED or self.theirs.kind in TUNED)

    @property
    def both_retrieve(self) -> bool:
        return retrieves(self.ours) and retrieves(self.theirs)

    @property
    def one_retrieves(self) -> bool:
        return retrieves(self.ours) != retrieves(self.theirs)

    @property
    def same_weights(self) -> bool:
        """Whether both are seen to run on the same weights; without a hash, by the model's name and host."""
        a, b = self.ours.traits, self.theirs.traits
        if "weights" in a and "weights" in b and comparable(a["weights"], b["weights"]):
            return a["weights"] == b["weights"]
        return (
            a.get("model") is not None
            and a.get("model") == b.get("model")
            and a.get("endpoint") == b.get("endpoint")
        )


def kinship(ours: SystemInfo, theirs: SystemInfo, systems: Mapping[str, SystemInfo]) -> Kinship:
    """The relation of two systems of a table, whose systems are given by name."""
    mine, other = lineage(ours, systems), lineage(theirs, systems)
    child = ours if theirs.name in mine[1:] else theirs if ours.name in other[1:] else None
    return Kinship(ours, theirs, child, bool(set(mine) & set(other)))


def lineage(system: SystemInfo, systems: Mapping[str, SystemInfo]) -> list[str]:
    """The system's name and those of its ancestors, nearest first; the last may not be in the table."""
    chain = [system.name]
    parent = system.parent
    while parent is not None and parent not in chain:
        chain.append(parent)
        parent = systems[parent].parent if parent in systems else None
    return chain


def retrieves(system: SystemInfo) -> bool:
    """Whether a system looks things up, shown or not."""
    return system.kind in RETRIEVING or Capability.RETRIEVES in system.capabilities
