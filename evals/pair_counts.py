"""How the samples of two systems of a run match: paired, or only one system's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.comparison import PairCount
from bakeoff.evals.records import Status
from bakeoff.evals.table import OPEN, STATUS_CODES, ScoreTable


def count_pairs(table: ScoreTable, pairs: Sequence[tuple[str, str]]) -> tuple[PairCount, ...]:
    """One count for each (system, baseline). All are asked the same samples, so nothing is ambiguous here.

    A sample is a system's where any metric applies to its answer, a failed answer included; not where the
    cell is open, or where the system cannot be asked.
    """
    if not table.columns:
        return ()
    answered = _answered(table)
    index = {system.name: i for i, system in enumerate(table.systems)}
    found = []
    for name, against in pairs:
        a, b = answered[index[name]], answered[index[against]]
        found.append(
            PairCount(
                name=name,
                against=against,
                paired=int((a & b).sum()),
                only_name=int((a & ~b).sum()),
                only_against=int((b & ~a).sum()),
            )
        )
    return tuple(found)


def _answered(table: ScoreTable) -> NDArray[np.bool_]:
    """(systems, samples): whether any repeat of any metric has a status of an answer."""
    nothing = (OPEN, STATUS_CODES[Status.NOT_APPLICABLE])
    shape = table.columns[0].statuses.shape[:2]
    found = np.zeros(shape, dtype=np.bool_)
    for column in table.columns:
        found |= (~np.isin(column.statuses, nothing)).any(axis=2)
    return found
