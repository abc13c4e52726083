"""Score tables of suite context_stress, made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from toys.table import Value

from bakeoff.evals.records import Capability, Kind, Output, Status
from bakeoff.evals.table import OPEN, STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo

Asked = tuple[str, str]
"""An output and a variant's name."""

Answers = Mapping[Asked, Sequence[Value | Sequence[Value]]]
"""For each output and variant one value for each item q0, q1 …, or one for each repeat of it."""


def stress_table(
    systems: Mapping[str, Answers],
    *,
    clusters: int | None = None,
    offers: frozenset[Capability] = frozenset({Capability.ACCEPTS_CONTEXTS}),
) -> ScoreTable:
    """A table in which every cell that is not given is not applicable; `clusters` deals the items round.

    A None at a place that no other row has a value for: that item has no such variant.
    """
    asked = dict.fromkeys(
        (variant, i)
        for answers in systems.values()
        for (_, variant), row in answers.items()
        for i, value in enumerate(row)
        if value is not None
    )
    keys = [_key(i, variant, clusters) for variant, i in asked]
    places = {key.id: place for place, key in enumerate(keys)}
    outputs = dict.fromkeys(output for answers in systems.values() for output, _ in answers)
    columns = [_column(output, systems, places) for output in outputs]
    infos = [SystemInfo(name=name, kind=Kind.RAG, fingerprint=name, capabilities=offers) for name in systems]
    return ScoreTable(infos, keys, columns)


def _key(i: int, variant: str, clusters: int | None) -> SampleKey:
    cluster = None if clusters is None else f"c{i % clusters}"
    return SampleKey(f"q{i}~{variant}", cluster=cluster, origin=f"q{i}", variant=variant)


def _column(output: str, systems: Mapping[str, Answers], places: Mapping[str, int]) -> Column:
    given = [
        (s, places[f"q{i}~{variant}"], value if isinstance(value, Sequence) else [value])
        for s, answers in enumerate(systems.values())
        for (name, variant), row in answers.items()
        if name == output
        for i, value in enumerate(row)
        if not isinstance(value, Status) and f"q{i}~{variant}" in places
    ]
    repeats = max((len(cells) for _, _, cells in given), default=1)
    values = np.full((len(systems), len(places), repeats), np.nan)
    statuses = np.full(values.shape, STATUS_CODES[Status.NOT_APPLICABLE], dtype=np.int8)
    for system, place, cells in given:
        for repeat, value in enumerate(cells):
            statuses[system, place, repeat] = OPEN if value is None else STATUS_CODES[Status.SCORED]
            if isinstance(value, float | int):
                values[system, place, repeat] = value
    return Column("context_stress", Output(name=output), values, statuses)
