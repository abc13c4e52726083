"""Routing: does the response name the collection of the question's domain."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from pydantic import JsonValue

from bakeoff.evals.cells import cluster_labels, sample_means
from bakeoff.evals.findings import Finding
from bakeoff.evals.identity import digest
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.evals.statistics import Interval
from bakeoff.evals.table import STATUS_CODES, Column, ScoreTable
from bakeoff.evals.tolerance import Tolerated, tolerated_rate
from bakeoff.suites.domains.grouping import Values, groups
from bakeoff.suites.domains.options import SUITE, Options
from bakeoff.suites.format_shift.wording import percent
from bakeoff.suites.rule_metric import RuleMetric, Scores, scored

ACCURACY = "routing_accuracy"
RULE = "routing 1: one named collection, compared as text without outer white space"


def routing_metric(options: Options) -> RuleMetric:
    """1 where the collection that the response names is that of the sample's domain."""

    def outside(answered: Answered) -> str | None:
        return None if answered.sample.domain is not None else "the sample has no domain"

    def judge(answered: Answered) -> Scores:
        return {ACCURACY: _score(answered, options)}

    return RuleMetric(
        name="routing",
        outputs=[
            Output(
                name=ACCURACY,
                margin=0.02,
                on_failure="leave_out",
                note="share of questions searched in the collection of their domain, where one is named",
            )
        ],
        fingerprint=digest([RULE, options.collection, dict(options.names)]),
        outside=outside,
        judge=judge,
        also_reads=frozenset({"extras"}),
    )


def _score(answered: Answered, options: Options) -> Score:
    named = answered.response.extras.get(options.collection)
    if not isinstance(named, str | int) or isinstance(named, bool) or not str(named).strip():
        reason = f"the response names no single collection in extras[{options.collection!r}]"
        return Score(status=Status.NOT_APPLICABLE, reason=reason)
    domain = answered.sample.domain or ""
    wanted, found = options.names.get(domain, domain).strip(), str(named).strip()
    return scored(answered, float(found == wanted), {"collection": found, "wanted": wanted})


def routing_findings(table: ScoreTable, options: Options) -> list[Finding]:
    """One for each system: its routing accuracy, or what its adapter would have to offer."""
    labels = cluster_labels(table.samples)
    return [
        _finding(table, column, i, labels, options)
        for column in table.columns
        if column.suite == SUITE and column.output.name == ACCURACY and column.slice is None
        for i in range(len(table.systems))
    ]


def _finding(
    table: ScoreTable, column: Column, i: int, labels: Sequence[Hashable], options: Options
) -> Finding:
    system = table.systems[i].name
    values = sample_means(column.values[i])
    used = ~np.isnan(values)
    if not used.any():
        return _silent(column, i, system, options)
    kept = [label for label, keep in zip(labels, used, strict=True) if keep]
    found = tolerated_rate(
        1 - values[used], kept, tolerance=options.tolerance, alpha=table.alpha, seed=table.seed
    )
    missed = found.interval
    return Finding(
        name=f"{SUITE}.routing",
        system=system,
        family=f"{SUITE}.{ACCURACY}",
        effect=_rest(missed.estimate),
        low=_rest(missed.high),
        high=_rest(missed.low),
        p=found.p,
        n=missed.n,
        status=found.status,
        headline=True,
        detail=_detail(table, values, found, options),
        sentence=_sentence(system, missed, table.alpha),
    )


def _silent(column: Column, i: int, system: str, options: Options) -> Finding:
    """Nothing was scored: the system names no collection, or none of its answers came."""
    nowhere = bool((column.statuses[i] == STATUS_CODES[Status.NOT_APPLICABLE]).all())
    sentence = (
        f"{system}: routing is not measured, since its responses name no collection; its adapter would have "
        f"to give it as extras[{options.collection!r}]."
        if nowhere
        else f"{system}: routing is not measured, since no answer could be scored."
    )
    return Finding(
        name=f"{SUITE}.routing",
        system=system,
        family=f"{SUITE}.{ACCURACY}",
        status="not_applicable" if nowhere else "cannot_tell",
        sentence=sentence,
    )


def _detail(table: ScoreTable, values: Values, found: Tolerated, options: Options) -> dict[str, JsonValue]:
    by_domain: dict[str, JsonValue] = {
        domain: {"accuracy": float(values[places].mean()), "n": len(places)}
        for domain, places in groups(table.samples, values, None).items()
    }
    return {"domains": by_domain, "tolerance": options.tolerance, "interval": found.interval.method}


def _sentence(system: str, missed: Interval, alpha: float) -> str:
    ends = (
        f"{1 - alpha:.0%} interval {percent(1 - missed.high)} to {percent(1 - missed.low)}, "
        if missed.low is not None and missed.high is not None
        else ""
    )
    right = percent(1 - (missed.estimate or 0.0))
    return f"{system} searches the collection of the question's domain in {right} ({ends}{missed.n} samples)."


def _rest(share: float | None) -> float | None:
    return None if share is None else 1 - share
