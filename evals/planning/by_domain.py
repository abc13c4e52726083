"""Sizes domain by domain: what the headline's metric can show within each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bakeoff.evals.planning.known import share_of
from bakeoff.evals.planning.metrics import pilot_metrics, sized
from bakeoff.evals.planning.records import Aim, MetricPlan
from bakeoff.evals.table import ScoreTable


def domain_plans(
    main: MetricPlan,
    domains: Mapping[str | None, int],
    aim: Aim,
    *,
    table: ScoreTable | None = None,
    repeats: int = 1,
    n: int | None = None,
) -> Iterator[MetricPlan]:
    """The headline's metric and pair within each domain, the largest first; none where there is one domain.

    With a pilot's `table` the variance is the one within the domain, and `n` the number of pairs to plan
    with (by default the pilot's); without one the variance is the headline's. `domains` counts the samples.
    """
    named = [name for name in domains if name is not None]
    if len(named) < 2:
        return
    for name in sorted(named, key=lambda name: (-domains[name], name)):
        if table is None:
            share = share_of(name, domains) or 0.0
            at_hand = None if main.n is None else round(main.n * share)
            blank = MetricPlan(metric=main.metric, domain=name, n=at_hand)
            yield sized(blank, main.spread, aim, None)
        else:
            yield _from_pilot(main, name, aim, table, repeats, n)


def _from_pilot(
    main: MetricPlan, domain: str, aim: Aim, table: ScoreTable, repeats: int, n: int | None
) -> MetricPlan:
    key = f"{main.suite}.{main.metric}"
    one = replace(table, columns=[column for column in table.columns if column.key == key])
    pair = (str(main.system), str(main.baseline))
    found = next(pilot_metrics(one, [pair], aim, repeats, n, domain), None)
    if found is None:
        kept = main.model_dump(include={"suite", "metric", "system", "baseline", "bounded", "unit"})
        return MetricPlan(**kept, domain=domain, n=0, note="no pair in the pilot")
    return found
