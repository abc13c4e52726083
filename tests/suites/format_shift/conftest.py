"""Score tables of made-up outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bakeoff.evals.records import Kind, Output, Status
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo

Outcome = Callable[[int, str | None], float]
"""From an item's number and a variant (None: the item as it is) to its value, NaN for none."""

BuildTable = Callable[..., ScoreTable]

LINE = {"base": None, "tuned": "base", "hybrid": "tuned"}


def build(
    outcomes: Mapping[str, Outcome],
    variants: Sequence[str],
    items: int,
    *,
    leaks: Mapping[str, Outcome] | None = None,
    clusters: int | None = None,
    parents: Mapping[str, str | None] = LINE,
) -> ScoreTable:
    """A table of one repeat; `leaks` fills the column training_format. A NaN is not applicable."""
    keys = [
        SampleKey(
            id=f"q{i}" if variant is None else f"q{i}~{variant}",
            cluster=None if clusters is None else f"c{i % clusters}",
            origin=None if variant is None else f"q{i}",
            variant=variant,
        )
        for variant in (None, *variants)
        for i in range(items)
    ]
    places = [(i, variant) for variant in (None, *variants) for i in range(items)]

    def column(name: str, made: Mapping[str, Outcome]) -> Column:
        values = np.array([[[made[system](*place)] for place in places] for system in outcomes])
        return Column("format_shift", Output(name=name), values, _statuses(values))

    columns = [column("key_values", outcomes)]
    nowhere: Mapping[str, Outcome] = dict.fromkeys(outcomes, lambda _i, _v: np.nan)
    columns.append(column("training_format", nowhere if leaks is None else leaks))
    systems = [
        SystemInfo(
            name=name,
            kind=Kind.PROMPT if parents.get(name) is None else Kind.FINE_TUNED,
            parent=parents.get(name),
            fingerprint=name,
        )
        for name in outcomes
    ]
    return ScoreTable(systems, keys, columns)


def _statuses(values: NDArray[np.float64]) -> NDArray[np.int8]:
    codes = np.where(np.isnan(values), STATUS_CODES[Status.NOT_APPLICABLE], STATUS_CODES[Status.SCORED])
    return codes.astype(np.int8)


@pytest.fixture
def build_table() -> BuildTable:
    return build
