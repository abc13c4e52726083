"""What a size costs: at the prices and latencies that the pilot measured, never at guessed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bakeoff.evals import operations
from bakeoff.evals.planning.records import SizeCost, SystemCost
from bakeoff.evals.table import ScoreTable


def measured_costs(table: ScoreTable, concurrency: Mapping[str, int]) -> list[SystemCost]:
    """Mean dollars and seconds of one answer of each system; None where no answer says."""
    return [
        SystemCost(
            system=system.name,
            cost_usd=_mean(table, "cost_usd", i),
            latency_s=_mean(table, "latency_s", i),
            concurrency=concurrency.get(system.name, 1),
        )
        for i, system in enumerate(table.systems)
    ]


def _mean(table: ScoreTable, name: str, system: int) -> float | None:
    try:
        values = table.column(f"{operations.SUITE}.{name}").values[system]
    except KeyError:
        return None
    return None if np.isnan(values).all() else float(np.nanmean(values))


def size_cost(purpose: str, n: int, systems: Sequence[SystemCost], repeats: int) -> SizeCost:
    """n samples through all systems, each asked `repeats` times; all systems work at the same time.

    >>> both = [SystemCost(system="a", cost_usd=0.01, latency_s=2, concurrency=4), SystemCost(system="b")]
    >>> found = size_cost("now", 100, both, repeats=1)
    >>> found.cost_usd, found.seconds, found.unpriced
    (1.0, 50.0, ('b',))
    """
    asked = n * repeats
    prices = [s.cost_usd * asked for s in systems if s.cost_usd is not None]
    times = [s.latency_s * asked / s.concurrency for s in systems if s.latency_s is not None]
    return SizeCost(
        purpose=purpose,
        n=n,
        cost_usd=sum(prices) if prices else None,
        seconds=max(times) if times else None,
        unpriced=tuple(s.system for s in systems if s.cost_usd is None),
        untimed=tuple(s.system for s in systems if s.latency_s is None),
    )
