"""Which metrics' differences form the table's one family, where the config names fewer than all."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from bakeoff.evals.errors import InputError
from bakeoff.evals.table import Column

MetricNames = tuple[str, ...]
"""Names of metrics, each `metric` or `suite.metric`."""


def check_family(family: MetricNames | None, known: Sequence[tuple[str, str]]) -> None:
    """InputError where a name in `family` is none, or several, of the run's (suite, metric)."""
    names = [name for suite, metric in known for name in (metric, f"{suite}.{metric}")]
    for index, wanted in enumerate(family or ()):
        found = [f"{suite}.{name}" for suite, name in known if wanted in (name, f"{suite}.{name}")]
        where = f"family[{index}]"
        if not found:
            near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
            every = ", ".join(dict.fromkeys(name for _, name in known))
            todo = f"did you mean {near[0]!r}?" if near else f"its metrics: {every}"
            raise InputError(f"no suite of this run has a metric {wanted!r}", where=where, todo=todo)
        if len(found) > 1:
            todo = f"write one of {', '.join(found)}"
            raise InputError(f"several suites have a metric {wanted!r}", where=where, todo=todo)


def in_family(column: Column, family: MetricNames | None) -> bool:
    """Whether a whole metric's differences stand in the table's family; all do where none are named."""
    return family is None or column.output.name in family or column.key in family
