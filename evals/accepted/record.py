"""What an accepted baseline holds. No question, no answer: ids, fingerprints and scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue, model_validator

from bakeoff.evals.identity import digest
from bakeoff.evals.records import Kind, Record, Status
from bakeoff.evals.table import SystemInfo

FILE = "bakeoff.baseline.json"
NAME = "accepted"
"""What checks and comparisons call the baseline."""

Line = Annotated[str, Field(min_length=1, max_length=500)]
Id = Annotated[str, Field(min_length=1)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Missing = Literal["not_applicable", "abstained", "system_failed", "judge_failed"]
Marked = tuple[Literal["abstained", "system_failed"], Finite]
Cell = Finite | Missing | Marked
"""A score, the status that stands in for it, or both where the score is what a metric makes of the status."""


class Tool(Record):
    """A judge or encoder: its name and fingerprint."""

    name: str
    fingerprint: str


class AcceptedColumn(Record):
    """One metric: its range and direction, and what made its scores (None, or empty: an older run)."""

    suite: Line
    metric: Line
    direction: Literal["higher", "lower"]
    low: Finite | None
    high: Finite | None
    fingerprint: str
    judged: bool | None
    encoded: bool | None

    @property
    def key(self) -> str:
        return f"{self.suite}.{self.metric}"


AcceptedSample = tuple[Id, Hash, tuple[tuple[Cell, ...], ...]]
"""A sample's id, the fingerprint of its content, and for each column the cells of all repeats."""


class Accepted(Record):
    """The file's content. `check` is a hash over the rest, so that what was edited or cut is noticed.

    It is no cryptographic signature: who may commit to the file may accept.
    """

    version: Literal[1]
    candidate: Line
    kind: Kind
    fingerprint: Line
    traits: Mapping[str, JsonValue]
    run: Line
    run_created: AwareDatetime
    accepted: AwareDatetime
    by: str = Field(max_length=500)
    verdict: Line
    versions: Mapping[str, str]
    alpha: float
    seed: int
    repeats: int = Field(ge=1)
    on_system_failure: Literal["worst", "exclude"]
    judge: Tool | None
    encoder: Tool | None
    columns: tuple[AcceptedColumn, ...] = Field(min_length=1)
    samples: tuple[AcceptedSample, ...] = Field(min_length=1)
    check: str

    @model_validator(mode="after")
    def _whole(self) -> Accepted:
        if self.check != checked(self):
            raise ValueError("the baseline was edited after it was accepted")
        keys = [column.key for column in self.columns]
        if len(set(keys)) < len(keys):
            raise ValueError("a metric stands twice in the baseline")
        if len({sample[0] for sample in self.samples}) < len(self.samples):
            raise ValueError("a sample stands twice in the baseline")
        for id_, _, cells in self.samples:
            if len(cells) != len(self.columns) or any(len(cell) != self.repeats for cell in cells):
                raise ValueError(f"sample {id_!r} has no value for each metric and repeat")
            for column, cell in zip(self.columns, cells, strict=True):
                _check_range(column, cell, id_)
        return self

    @property
    def info(self) -> SystemInfo:
        """What was accepted, as a system of a table."""
        return SystemInfo(name=NAME, kind=self.kind, fingerprint=self.fingerprint, traits=self.traits)

    def column(self, key: str) -> int | None:
        """The place of a metric, None where the baseline does not hold it."""
        return next((i for i, column in enumerate(self.columns) if column.key == key), None)


def checked(accepted: Accepted) -> str:
    """The hash over all but itself."""
    return digest(accepted.model_dump(mode="json", exclude={"check"}))


def _check_range(column: AcceptedColumn, cells: tuple[Cell, ...], id_: str) -> None:
    for cell in cells:
        value = value_of(cell)
        if value is None:
            continue
        if (column.low is not None and value < column.low) or (
            column.high is not None and value > column.high
        ):
            raise ValueError(f"sample {id_!r} has {value:g} for {column.key}, which is out of its range")


def value_of(cell: Cell) -> float | None:
    """The score of a cell, None where it has none."""
    if isinstance(cell, tuple):
        return cell[1]
    return None if isinstance(cell, str) else cell


def status_of(cell: Cell) -> Status:
    """The status of a cell."""
    if isinstance(cell, tuple):
        return Status(cell[0])
    return Status(cell) if isinstance(cell, str) else Status.SCORED
