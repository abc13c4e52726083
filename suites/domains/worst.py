"""The worst domain of each system on each metric of the run, and its gap to the others."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import JsonValue

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means
from bakeoff.evals.corrections import FEWEST_UNITS
from bakeoff.evals.findings import Finding, FindingStatus
from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import Interval, Unpaired, unpaired_difference
from bakeoff.evals.statistics.multiplicity import FALSE_DISCOVERY_RATE
from bakeoff.evals.table import Column, ScoreTable
from bakeoff.suites.domains.grouping import Places, Values, groups
from bakeoff.suites.domains.options import SUITE, Options

NAME = f"{SUITE}.worst_domain"

Labels = Sequence[Hashable]


@dataclass(frozen=True)
class Worst:
    """The domain with the worst mean among `picked_from`, against the samples of all other domains.

    `gap` is positive where the domain is worse, in the metric's own unit. Its interval and its p are those
    of the worst of so many: at alpha/D, and times D (Bonferroni).
    """

    domain: str
    mean: float
    n: int
    rest_mean: float
    rest_n: int
    gap: Unpaired
    p: float | None
    picked_from: int


def worst_findings(table: ScoreTable, given: Collection[str] | None, options: Options) -> list[Finding]:
    """For each system and bounded metric: its worst domain; and what no worst domain can be told of."""
    labels = cluster_labels(table.samples)
    columns = [
        column
        for column in table.columns
        if column.slice is None and column.output.low is not None and column.output.high is not None
    ]
    found: list[Finding] = []
    for i in range(len(table.systems)):
        found += _headlined(list(_of_system(table, columns, i, labels, given, options)))
    return found


def _of_system(
    table: ScoreTable,
    columns: Sequence[Column],
    i: int,
    labels: Labels,
    given: Collection[str] | None,
    options: Options,
) -> Iterator[Finding]:
    silent = []
    for column in columns:
        values = sample_means(column.values[i])
        domains = groups(table.samples, values, given)
        if len(domains) < 2:
            continue  # nothing to be worse than
        worst = worst_domain(column.output, values, domains, labels, alpha=table.alpha)
        if worst is None:
            silent.append(column)
        else:
            yield _finding(table, column, i, worst, _sizes(values, domains, labels), options)
    if silent:
        yield _too_small(table.systems[i].name, silent)


def worst_domain(
    output: Output, values: Values, domains: Mapping[str, Places], labels: Labels, *, alpha: float
) -> Worst | None:
    """The worst of the domains with at least ten samples (or clusters of them); None without two of these.

    Of equal ones the first by name. Smaller domains are never picked, but count among the others.
    """
    sign = 1.0 if output.direction == "higher" else -1.0
    large = [name for name, places in domains.items() if _units(places, labels) >= FEWEST_UNITS]
    if len(large) < 2:
        return None
    name = min(large, key=lambda one: sign * float(values[domains[one]].mean()))
    inside = domains[name]
    rest = np.concatenate([places for other, places in domains.items() if other != name])
    better, worse = (rest, inside) if sign > 0 else (inside, rest)
    gap = unpaired_difference(
        values[better],
        values[worse],
        [labels[place] for place in better],
        [labels[place] for place in worse],
        binary=is_binary(values[np.concatenate([inside, rest])]),
        alpha=alpha / len(large),
        bounds=(output.low, output.high),
    )
    return Worst(
        domain=name,
        mean=float(values[inside].mean()),
        n=len(inside),
        rest_mean=float(values[rest].mean()),
        rest_n=len(rest),
        gap=gap,
        p=None if gap.p is None else min(1.0, gap.p * len(large)),
        picked_from=len(large),
    )


def _units(places: Places, labels: Labels) -> int:
    return len({labels[place] for place in places})


def _sizes(values: Values, domains: Mapping[str, Places], labels: Labels) -> dict[str, JsonValue]:
    """Mean and n of each domain, and whether it is too small to be picked."""
    return {
        name: {
            "mean": float(values[places].mean()),
            "n": len(places),
            "too_small": _units(places, labels) < FEWEST_UNITS,
        }
        for name, places in domains.items()
    }


def _finding(
    table: ScoreTable, column: Column, i: int, worst: Worst, sizes: dict[str, JsonValue], options: Options
) -> Finding:
    interval, output = worst.gap.interval, column.output
    tolerated = options.tolerance * _span(output)
    wide = interval.estimate is not None and interval.estimate > tolerated
    alarm = wide and worst.p is not None and worst.p < FALSE_DISCOVERY_RATE
    status: FindingStatus = "alarm" if alarm else "cannot_tell"
    return Finding(
        name=NAME,
        system=table.systems[i].name,
        family=f"{column.suite}.{output.name}",
        slice=f"domain={worst.domain}",
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        p=worst.p,
        correction="bh",
        n=interval.n,
        status=status,
        detail={
            "mean": worst.mean,
            "n": worst.n,
            "rest_mean": worst.rest_mean,
            "rest_n": worst.rest_n,
            "picked_from": worst.picked_from,
            "p_of_this_domain": worst.gap.p,
            "tolerated": tolerated,
            "domains": sizes,
            "judge_failed": column.count(i, Status.JUDGE_FAILED),
            "interval": interval.method,
            "test": worst.gap.test,
            "flag": interval.flag,
        },
        sentence=_sentence(table.systems[i].name, column, worst, table.alpha, sizes),
    )


def _span(output: Output) -> float:
    assert output.low is not None
    assert output.high is not None
    return output.high - output.low


def _sentence(system: str, column: Column, worst: Worst, alpha: float, sizes: Mapping[str, JsonValue]) -> str:
    gap = worst.gap.interval
    on = f"{system} on {column.suite}.{column.output.name}"
    figures = (
        f"{worst.mean:.3f} of {worst.n} samples against {worst.rest_mean:.3f} of {worst.rest_n} in the others"
    )
    small = [name for name, size in sizes.items() if isinstance(size, dict) and size["too_small"]]
    left_out = f"; too small to say: {', '.join(small)}" if small else ""
    picked = f"{_ends(gap, alpha)}, as the worst of {worst.picked_from} domains{left_out}"
    if gap.estimate is None or gap.estimate <= 0:
        return f"{on} is nowhere worse than elsewhere, not in {worst.domain}: {figures} ({picked})."
    return f"{on} is worst in {worst.domain}: {figures}, a gap of {gap.estimate:.3f} ({picked})."


def _ends(interval: Interval, alpha: float) -> str:
    if interval.low is None or interval.high is None:
        return f"no interval: {interval.method}"
    return f"{1 - alpha:.0%} interval {interval.low:+.3f} to {interval.high:+.3f}"


def _too_small(system: str, silent: Sequence[Column]) -> Finding:
    names = [f"{column.suite}.{column.output.name}" for column in silent]
    return Finding(
        name=NAME,
        system=system,
        family=SUITE,
        status="cannot_tell",
        detail={"metrics": [*names]},
        sentence=(
            f"{system}: no worst domain is named on {', '.join(names)}, where fewer than two domains have "
            f"{FEWEST_UNITS} scored samples (or clusters of them)."
        ),
    )


def _headlined(findings: Sequence[Finding]) -> list[Finding]:
    """The findings of one system, its surest alarm shown everywhere; of equal ones the widest."""
    alarms = [finding for finding in findings if finding.status == "alarm"]
    surest = min(alarms, key=lambda one: (one.p or 0.0, -(one.effect or 0.0)), default=None)
    return [
        finding.model_copy(update={"headline": True}) if finding is surest else finding
        for finding in findings
    ]
