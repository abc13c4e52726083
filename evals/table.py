"""The scores of a run as columns: what comparisons and suites' findings are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, JsonValue

from bakeoff.evals.records import Capabilities, Kind, Output, Record, Status

OPEN = -1
"""Status code of a cell that was never filled (a transport failure, or not run yet)."""

STATUS_CODES: Mapping[Status, int] = {status: code for code, status in enumerate(Status)}
STATUS_OF_CODE: Mapping[int, Status] = {code: status for status, code in STATUS_CODES.items()}


class SystemInfo(Record):
    """What is known of a system once it is gone; `traits` are of `bakeoff.evals.traits`.

    `content_addressed`: an answer of it holds whenever it was given (None: an older run does not say).
    """

    name: str
    kind: Kind
    parent: str | None = None
    fingerprint: str
    capabilities: Capabilities = frozenset()
    traits: Mapping[str, JsonValue] = Field(default_factory=dict)
    content_addressed: bool | None = None


@dataclass(frozen=True)
class SampleKey:
    """A sample as the statistics see it; `cluster` falls back to the origin's."""

    id: str
    cluster: str | None = None
    domain: str | None = None
    origin: str | None = None
    variant: str | None = None
    answerable: bool = True


@dataclass(frozen=True)
class Column:
    """One metric output over systems × samples × repeats.

    `values` is NaN where a cell has no value; `statuses` holds codes of `STATUS_CODES`, or `OPEN`.
    Samples outside the suite, or outside the slice where it is one (`domain=billing`), are
    `not_applicable`.
    """

    suite: str
    output: Output
    values: NDArray[np.float64]
    statuses: NDArray[np.int8]
    slice: str | None = None

    @property
    def key(self) -> str:
        return f"{self.suite}.{self.output.name}" + (f"[{self.slice}]" if self.slice else "")

    def count(self, system: int, status: Status) -> int:
        return int((self.statuses[system] == STATUS_CODES[status]).sum())


@dataclass(frozen=True)
class ScoreTable:
    """All scores of a run. Axis 0 of every column follows `systems`, axis 1 follows `samples`.

    `alpha` and `seed` are the run's: what intervals and resampling are made with.
    """

    systems: Sequence[SystemInfo]
    samples: Sequence[SampleKey]
    columns: Sequence[Column]
    alpha: float = 0.05
    seed: int = 0

    def column(self, key: str) -> Column:
        """The column of that key, `suite.output` or `suite.output[slice]`; KeyError where there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def ancestors(self, name: str) -> list[str]:
        """Parents of a system within this run, nearest first."""
        parents = {system.name: system.parent for system in self.systems}
        chain: list[str] = []
        here = parents.get(name)
        while here is not None and here in parents and here not in chain:
            chain.append(here)
            here = parents[here]
        return chain


Block = tuple[NDArray[np.float64], NDArray[np.int8]]
"""Values and statuses: systems × samples × repeats."""


def padded(values: NDArray[np.float64], statuses: NDArray[np.int8], repeats: int) -> Block:
    """The block with that many repeats; those that it does not have do not apply."""
    wide = ((0, 0), (0, 0), (0, repeats - values.shape[2]))
    outside = STATUS_CODES[Status.NOT_APPLICABLE]
    return np.pad(values, wide, constant_values=np.nan), np.pad(statuses, wide, constant_values=outside)
