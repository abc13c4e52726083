"""Slices: a metric over part of the samples only, such as one domain, as further columns of the table.

A slice's differences stand apart from the table's family (`corrections`): looking into slices costs the
table no power, and of many slices few are called better or worse by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Record, Status
from bakeoff.evals.table import STATUS_CODES, Column, ScoreTable


class SlicesConfig(Record):
    """Which metrics (`metric` or `suite.metric`, or all) are shown for each value of a sample's field."""

    by: Literal["domain"] = "domain"
    metrics: Literal["all"] | Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="names of metrics, such as [exact_match]; or all"
    )


def check_slices(slices: SlicesConfig | None, known: Sequence[tuple[str, str]]) -> None:
    """InputError where a metric of `slices` is none of the run's, which are (suite, name)."""
    if slices is None or slices.metrics == "all":
        return
    names = [name for _, name in known]
    for index, wanted in enumerate(slices.metrics):
        if wanted not in names and wanted not in [f"{suite}.{name}" for suite, name in known]:
            raise InputError(
                f"no suite of this run has a metric {wanted!r}",
                where=f"slices.metrics[{index}]",
                todo=f"its metrics: {', '.join(dict.fromkeys(names))}",
            )


def with_slices(table: ScoreTable, slices: SlicesConfig | None) -> ScoreTable:
    """The table, each sliced metric followed by one column per domain in which it applies to anything.

    Samples without a domain are in no slice.
    """
    if slices is None:
        return table
    domains = list(dict.fromkeys(sample.domain for sample in table.samples if sample.domain is not None))
    columns = [
        column
        for whole in table.columns
        for column in (whole, *_sliced(table, whole, domains if _is_wanted(whole, slices) else []))
    ]
    return replace(table, columns=columns)


def _is_wanted(column: Column, slices: SlicesConfig) -> bool:
    return slices.metrics == "all" or column.output.name in slices.metrics or column.key in slices.metrics


def _sliced(table: ScoreTable, column: Column, domains: Sequence[str]) -> Iterator[Column]:
    for domain in domains:
        outside = [i for i, sample in enumerate(table.samples) if sample.domain != domain]
        values, statuses = column.values.copy(), column.statuses.copy()
        values[:, outside] = np.nan
        statuses[:, outside] = STATUS_CODES[Status.NOT_APPLICABLE]
        if (statuses == STATUS_CODES[Status.NOT_APPLICABLE]).all():
            continue
        # what a metric says of itself stands under the table once, with the whole metric
        output = column.output.model_copy(update={"note": ""})
        yield Column(column.suite, output, values, statuses, f"domain={domain}")
