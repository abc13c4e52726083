"""The values that a check reads: one system's scores, a slice of them, the unknown ones at either extreme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import sample_means
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence, unknown
from bakeoff.evals.records import Output, Status
from bakeoff.evals.table import OPEN, STATUS_CODES, Column

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]
End = Literal["worst", "best"]

UNKNOWN = (OPEN, STATUS_CODES[Status.JUDGE_FAILED])
"""Statuses of scores that exist and are not known: DESIGN §6 bounds them."""


@dataclass(frozen=True)
class Series:
    """One system's scores on one metric. `values`, `statuses`: (samples, repeats), cut to the slice.

    `key` is the column's, `suite.metric`.
    """

    output: Output
    values: Values
    statuses: NDArray[np.int8]
    key: str = ""

    @property
    def means(self) -> Values:
        """One value per sample, NaN where there is none."""
        return sample_means(self.values)

    @property
    def applicable(self) -> Mask:
        return np.asarray((self.statuses != STATUS_CODES[Status.NOT_APPLICABLE]).any(axis=1))

    @property
    def answered(self) -> Mask:
        """Applicable samples of which not every cell is still open."""
        closed = (self.statuses != STATUS_CODES[Status.NOT_APPLICABLE]) & (self.statuses != OPEN)
        return np.asarray(closed.any(axis=1))

    def count(self, status: Status | None) -> int:
        """Cells of that status; None: open ones."""
        return int((self.statuses == (OPEN if status is None else STATUS_CODES[status])).sum())

    @property
    def unknown(self) -> int:
        return int(np.isin(self.statuses, UNKNOWN).sum())

    def filled(self, end: End) -> Series | None:
        """The scores that are not known at one end of the range; None where that end is open."""
        value = self.output.worst if end == "worst" else self.output.best
        if value is None:
            return None
        values = np.where(np.isin(self.statuses, UNKNOWN), value, self.values)
        return Series(self.output, values, self.statuses, self.key)


def series(column: Column, system: int, inside: Mask) -> Series:
    """A system's scores within the mask of samples."""
    values, statuses = column.values[system].copy(), column.statuses[system].copy()
    values[~inside] = np.nan
    statuses[~inside] = STATUS_CODES[Status.NOT_APPLICABLE]
    return Series(column.output, values, statuses, column.key)


def inside(evidence: Evidence, domain: str | None, where: str = "") -> Mask:
    """The samples of a domain, all where none is named; InputError for one that the run does not have."""
    domains = [sample.domain for sample in evidence.table.samples]
    if domain is None:
        return np.ones(len(domains), dtype=bool)
    if domain not in domains:
        known = list(dict.fromkeys(name for name in domains if name is not None))
        raise unknown("domain", domain, known, evidence.run.id, where)
    return np.array([name == domain for name in domains])


def fixed_ends(column: Column, at_least: float | None, at_most: float | None, where: str) -> None:
    """InputError for a bound that no number of samples can show: at, or beyond, the end of the range."""
    output = column.output
    if at_least is not None and output.high is not None and at_least >= output.high:
        raise _undecidable(output, f"at_least: {at_least:g}", "highest", f"none_below: {at_least:g}", where)
    if at_most is not None and output.low is not None and at_most <= output.low:
        raise _undecidable(output, f"at_most: {at_most:g}", "lowest", f"none_above: {at_most:g}", where)


def _undecidable(output: Output, wanted: str, end: str, instead: str, where: str) -> InputError:
    return InputError(
        f"{wanted} is no better than the {end} value of {output.name}: no number of samples can show it",
        where=where,
        todo=f"ask for less, or for every single answer with {instead}",
    )


def share(part: Mask, whole: Mask) -> float | None:
    """How much of the whole the part is; None of nothing."""
    total = int(np.sum(whole))
    return int(np.sum(part & whole)) / total if total else None
