"""Drift: how much less probable general text has become, in nats per byte."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bakeoff.evals.cells import sample_means
from bakeoff.evals.findings import Finding
from bakeoff.evals.statistics import difference_interval, paired_test
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.forgetting.metric import DRIFT
from bakeoff.suites.forgetting.wording import signed


def drift_findings(table: ScoreTable, system: str, ancestor: str) -> Iterator[Finding]:
    """The mean change of cross-entropy over the texts that both were asked; nothing where there are none.

    A figure, not an alarm: no margin says how much drift is too much.
    """
    values = table.column("forgetting.cross_entropy").values
    places = {info.name: i for i, info in enumerate(table.systems)}
    after, before = sample_means(values[places[system]]), sample_means(values[places[ancestor]])
    used = ~(np.isnan(after) | np.isnan(before))
    if not used.any():
        return
    change = difference_interval(after[used], before[used], alpha=table.alpha, bounds=(0.0, None))
    test = paired_test(after[used], before[used], seed=table.seed)
    yield Finding(
        name="forgetting.drift",
        system=system,
        against=ancestor,
        family=DRIFT,
        effect=change.estimate,
        low=change.low,
        high=change.high,
        p=test.p,
        n=change.n,
        detail={"before": float(before[used].mean()), "after": float(after[used].mean())},
        sentence=(
            f"{system} against {ancestor}: cross-entropy of general text changed by {signed(change)} nats "
            f"per byte over {change.n} texts"
        ),
    )
