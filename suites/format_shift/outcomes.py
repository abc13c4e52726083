"""The score table as this suite reads it: each variant beside its unshifted twin, system by system."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import cluster_labels, sample_means
from bakeoff.evals.records import Status
from bakeoff.evals.table import STATUS_CODES, Column, ScoreTable

SUITE = "format_shift"
CROSSED = "crossed"
ALL = "all"
"""The family name of what is pooled over all families but the crossed block."""

Values = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Places in the table's samples: `variants[i]` is derived from `twins[i]`, in the cluster `labels[i]`."""

    variants: Indices
    twins: Indices
    labels: Sequence[Hashable]

    def __len__(self) -> int:
        return len(self.variants)

    def where(self, kept: NDArray[np.bool_]) -> Pairs:
        """The pairs that are kept."""
        labels = [label for label, keep in zip(self.labels, kept, strict=True) if keep]
        return Pairs(self.variants[kept], self.twins[kept], labels)


@dataclass(frozen=True)
class Outcomes:
    """Repeats averaged. `means[output][i]` follows the table's samples, NaN where there is no value."""

    table: ScoreTable
    means: Mapping[str, Sequence[Values]]
    families: Mapping[str, Pairs]
    formats: Mapping[str, Pairs]
    """The crossed block: one entry for each of its formats, by the variant's name."""

    def values(self, system: str, output: str = "key_values") -> Values:
        """A system's value for each sample of the table."""
        names = [info.name for info in self.table.systems]
        return self.means[output][names.index(system)]

    def parents(self) -> list[tuple[str, str]]:
        """Each system that has an ancestor in the run, with the nearest one."""
        found = [(info.name, self.table.ancestors(info.name)) for info in self.table.systems]
        return [(name, ancestors[0]) for name, ancestors in found if ancestors]

    def further_ancestors(self) -> list[tuple[str, str]]:
        """Each system with the ancestors beyond the nearest."""
        return [
            (info.name, ancestor)
            for info in self.table.systems
            for ancestor in self.table.ancestors(info.name)[1:]
        ]

    @property
    def pooled(self) -> Pairs:
        """The pairs of all families but the crossed block's."""
        return joined([pairs for family, pairs in self.families.items() if family != CROSSED])


def read(table: ScoreTable) -> Outcomes:
    """What a table holds of this suite. Families come in the order of their first variant."""
    columns = {column.output.name: column for column in table.columns if _is_ours(column)}
    means = {
        name: [sample_means(column.values[i]) for i in range(len(table.systems))]
        for name, column in columns.items()
    }
    names = _variant_names(table, list(columns.values()))
    families: dict[str, list[int]] = defaultdict(list)
    formats: dict[str, list[int]] = defaultdict(list)
    for place, name in names.items():
        family = name.partition(":")[0]
        families[family].append(place)
        if family == CROSSED:
            formats[name].append(place)
    pairs = _Pairing(table)
    return Outcomes(
        table,
        means,
        {family: pairs.of(places) for family, places in families.items()},
        {name: pairs.of(formats[name]) for name in sorted(formats)},
    )


def joined(parts: Sequence[Pairs]) -> Pairs:
    """Several families' pairs as one."""
    none = np.empty(0, dtype=np.int64)
    return Pairs(
        np.concatenate([none, *(part.variants for part in parts)]),
        np.concatenate([none, *(part.twins for part in parts)]),
        [label for part in parts for label in part.labels],
    )


class _Pairing:
    """Finds twins: places and labels are looked up once for the whole table."""

    def __init__(self, table: ScoreTable) -> None:
        self._samples = table.samples
        self._places = {sample.id: place for place, sample in enumerate(table.samples)}
        self._labels = cluster_labels(table.samples)

    def of(self, places: Sequence[int]) -> Pairs:
        twins = [self._places.get(self._samples[place].origin or "") for place in places]
        held = [(place, twin) for place, twin in zip(places, twins, strict=True) if twin is not None]
        return Pairs(
            np.array([place for place, _ in held], dtype=np.int64),
            np.array([twin for _, twin in held], dtype=np.int64),
            [self._labels[place] for place, _ in held],
        )


def _is_ours(column: Column) -> bool:
    return column.suite == SUITE and column.slice is None


def _variant_names(table: ScoreTable, columns: Sequence[Column]) -> dict[int, str]:
    """The variants of this suite by place: another suite's are not applicable in all of our columns."""
    outside = STATUS_CODES[Status.NOT_APPLICABLE]
    ours = np.zeros(len(table.samples), dtype=bool)
    for column in columns:
        ours |= (column.statuses != outside).any(axis=(0, 2))
    return {
        place: sample.variant
        for place, sample in enumerate(table.samples)
        if sample.variant is not None and ours[place]
    }
