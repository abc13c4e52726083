"""What was learnt in the domain that the tuning was for: the other axis of the learning–forgetting plane."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means, shared_clusters
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.statistics import difference_interval, paired_test
from bakeoff.evals.table import Column, ScoreTable
from bakeoff.suites.forgetting.options import Learning
from bakeoff.suites.forgetting.wording import signed


def learning_finding(table: ScoreTable, system: str, ancestor: str, learning: Learning) -> Iterator[Finding]:
    """The system's lead over its ancestor in the domain; nothing where no sample was scored for both.

    InputError where the run has no such metric.
    """
    column = _column(table, learning)
    places = {info.name: i for i, info in enumerate(table.systems)}
    after, before = (sample_means(column.values[places[name]]) for name in (system, ancestor))
    inside = np.array([learning.domain in (None, key.domain) for key in table.samples], dtype=bool)
    used = inside & ~np.isnan(after) & ~np.isnan(before)
    if not used.any():
        return
    labels = shared_clusters(cluster_labels(table.samples), used)
    after, before = after[used], before[used]
    binary = is_binary(after) and is_binary(before)
    gain = difference_interval(
        after,
        before,
        labels,
        binary=binary,
        alpha=table.alpha,
        bounds=(column.output.low, column.output.high),
    )
    where = learning.metric if learning.domain is None else f"{learning.metric} in {learning.domain}"
    yield Finding(
        name="forgetting.learning",
        system=system,
        against=ancestor,
        family=learning.domain or "all",
        effect=gain.estimate,
        low=gain.low,
        high=gain.high,
        p=paired_test(after, before, labels, binary=binary, seed=table.seed).p,
        n=gain.n,
        detail={"metric": learning.metric, "before": float(before.mean()), "after": float(after.mean())},
        sentence=f"{system} against {ancestor}: {where} changed by {signed(gain)}, n = {gain.n}",
    )


def _column(table: ScoreTable, learning: Learning) -> Column:
    try:
        return table.column(learning.metric)
    except KeyError:
        known = ", ".join(column.key for column in table.columns)
        raise InputError(
            f"the run has no metric {learning.metric!r}",
            where="suites.forgetting.learning.metric",
            todo=f"known: {known}",
        ) from None
