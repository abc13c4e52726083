"""The score table as this suite reads it: which item was asked what, and what came of it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import cluster_labels, sample_means
from bakeoff.evals.records import Status
from bakeoff.evals.table import STATUS_CODES, ScoreTable
from bakeoff.suites.context_stress.note import DOCUMENTS, EXTRA, PROBES

SUITE = EXTRA

Values = NDArray[np.float64]

Item = str
"""The id of the sample that a variant was derived from."""


@dataclass(frozen=True)
class Arm:
    """One variant's name over the items that have it: `places[item]` is its place in the table's samples."""

    probe: str
    level: str
    places: Mapping[Item, int]


@dataclass(frozen=True)
class Paired:
    """Values of the same n items, one row for each arm, shape (arms, n), and the items' clusters."""

    values: Values
    items: Sequence[Item]
    labels: Sequence[Hashable]

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True)
class Outcomes:
    """What one system's answers came to, in one way of delivering passages.

    `means[output]` follows the table's samples with repeats averaged, `cells[output]` keeps the repeats,
    shape (samples, repeats); NaN where there is no value. `slice` is what the findings carry.
    """

    table: ScoreTable
    system: str
    arms: Sequence[Arm]
    means: Mapping[str, Values]
    cells: Mapping[str, Values]
    labels: Sequence[Hashable]
    slice: str | None = None
    parts: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    """Which items were joined, by the id of the joined sample; empty where that is not known."""

    def of(self, probe: str) -> list[Arm]:
        """The arms of a probe, in the order of their first variant."""
        return [arm for arm in self.arms if arm.probe == probe]

    def paired(self, *asked: tuple[str, Arm]) -> Paired:
        """The items that have a value in every one of these (output, arm)."""
        first = asked[0][1].places
        items = [
            item
            for item in first
            if not any(np.isnan(self.value(output, arm.places.get(item))) for output, arm in asked)
        ]
        rows = [[self.value(output, arm.places[item]) for item in items] for output, arm in asked]
        labels = [self.labels[first[item]] for item in items]
        return Paired(np.array(rows, dtype=np.float64).reshape(len(asked), len(items)), items, labels)

    def value(self, output: str, place: int | None) -> float:
        """One sample's value, its repeats averaged; NaN where there is none, or no such place or output."""
        return float("nan") if place is None or output not in self.means else float(self.means[output][place])

    @property
    def at_best(self) -> str:
        """In words, what the system has before it in the oracle's arm."""
        return "with the right passage alone" if self.slice is None else "over its corpus as it is"

    @property
    def answered(self) -> bool:
        """Whether there is any value at all."""
        places = [place for arm in self.arms for place in arm.places.values()]
        return any(not np.isnan(values[places]).all() for values in self.means.values())


def read(
    table: ScoreTable, system: str, through: str, parts: Mapping[str, Sequence[Item]] | None = None
) -> Outcomes:
    """A system's outcomes over the passages that were delivered as `contexts` or as `documents`."""
    row = [info.name for info in table.systems].index(system)
    cells = {
        column.output.name: column.values[row]
        for column in table.columns
        if column.suite == SUITE and column.slice is None
    }
    return Outcomes(
        table,
        system,
        _arms(table, through),
        {name: sample_means(values) for name, values in cells.items()},
        cells,
        cluster_labels(table.samples),
        None if through == "contexts" else through,
        {} if parts is None else parts,
    )


def _arms(table: ScoreTable, through: str) -> list[Arm]:
    """Variants by name, without those of the same name that another suite asked for its own purposes: they
    are not applicable in all of our columns."""
    ours = _asked_by_us(table)
    found: dict[tuple[str, str], dict[Item, int]] = {}
    for place, sample in enumerate(table.samples):
        if sample.origin is None or sample.variant is None or not ours[place]:
            continue
        name = sample.variant.removesuffix(DOCUMENTS)
        probe, _, level = name.partition(":")
        if probe in PROBES and (name != sample.variant) == (through == "documents"):
            found.setdefault((probe, level), {})[sample.origin] = place
    return [Arm(probe, level, places) for (probe, level), places in found.items()]


def _asked_by_us(table: ScoreTable) -> NDArray[np.bool_]:
    outside = STATUS_CODES[Status.NOT_APPLICABLE]
    ours = np.zeros(len(table.samples), dtype=bool)
    for column in table.columns:
        if column.suite == SUITE and column.slice is None:
            ours |= (column.statuses != outside).any(axis=(0, 2))
    return ours


def merged(arms: Sequence[Arm]) -> Arm | None:
    """Several arms of one probe as one, where no item is in two of them; None where there is none.

    The level is what stands before a stroke, the same for all: noise levels carry each item's real share.
    """
    if not arms:
        return None
    places = {item: place for arm in arms for item, place in arm.places.items()}
    return Arm(arms[0].probe, arms[0].level.partition("/")[0], places)
