"""What the scores say of each tuned system beside its parent, and beside the parent with its best prompt."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means, shared_clusters
from bakeoff.evals.findings import Finding, FindingStatus
from bakeoff.evals.records import Status
from bakeoff.evals.statistics import Interval, difference_interval, paired_test
from bakeoff.evals.table import Column, ScoreTable

SUITE = "behaviour"
HEADLINES = frozenset({"format_compliance", "style"})

FEWEST_PAIRS = 2
"""Fewest pairs of which a difference is stated at all."""

VERBS = {
    "format_compliance": "keeps the stated format",
    "schema_valid": "fits the JSON Schema",
    "terminology": "keeps to the terminology",
    "escalation": "escalates where it must and only there",
    "refusal": "refuses where it must and only there",
    "rubric": "meets the rubric",
    "style": "reads like the training answers (mean probability)",
    "consistency": "gives the same answer again",
    "consistency_cosine": "gives a similar answer again (mean cosine)",
}


@dataclass(frozen=True)
class Pairing:
    """A system and what it is compared with; `prompted` where that is the parent with its best prompt."""

    system: str
    against: str
    prompted: bool = False


def pairings(table: ScoreTable, few_shot_parent: str | None) -> list[Pairing]:
    """Every system with an ancestor, against the nearest and against `few_shot_parent`."""
    names = {system.name for system in table.systems}
    found = []
    for system in table.systems:
        ancestors = table.ancestors(system.name)
        if not ancestors:
            continue
        found.append(Pairing(system.name, ancestors[0], prompted=ancestors[0] == few_shot_parent))
        if few_shot_parent in names - {system.name, ancestors[0]}:
            found.append(Pairing(system.name, str(few_shot_parent), prompted=True))
    return found


def comparisons(table: ScoreTable, few_shot_parent: str | None, margin: float | None) -> list[Finding]:
    """One finding for each output of the suite and each pairing."""
    labels = cluster_labels(table.samples)
    return [
        _compared(table, column, pairing, labels, margin)
        for column in table.columns
        if column.suite == SUITE and column.slice is None
        for pairing in pairings(table, few_shot_parent)
    ]


def _compared(
    table: ScoreTable, column: Column, pairing: Pairing, labels: Sequence[Hashable], margin: float | None
) -> Finding:
    index = {system.name: i for i, system in enumerate(table.systems)}
    mine, theirs = index[pairing.system], index[pairing.against]
    a, b = sample_means(column.values[mine]), sample_means(column.values[theirs])
    used = ~np.isnan(a) & ~np.isnan(b)
    n = int(used.sum())
    if n < FEWEST_PAIRS:
        return _silent(column, pairing, n)
    x, y = a[used], b[used]
    clusters, binary = shared_clusters(labels, used), is_binary(x) and is_binary(y)
    bounds = (column.output.low, column.output.high)

    def interval(alpha: float) -> Interval:
        return difference_interval(x, y, clusters, binary=binary, alpha=alpha, bounds=bounds)

    found = interval(table.alpha)
    test = paired_test(x, y, clusters, binary=binary, seed=table.seed)
    clear = margin is not None and _above(interval(2 * table.alpha).low, -margin)
    detail = _detail(column, (mine, theirs), (x, y), margin)
    status: FindingStatus = "clear" if clear else "found"
    return Finding(
        **_naming(column, pairing),
        effect=found.estimate,
        low=found.low,
        high=found.high,
        p=test.p,
        n=n,
        status=status,
        detail={
            **detail,
            "interval": found.method,
            "test": test.method,
            "p_mid": test.p_mid,
            "flag": found.flag,
        },
        sentence=_sentence(column, pairing, (x, y), found, table.alpha),
    )


def _naming(column: Column, pairing: Pairing) -> dict[str, str | bool]:
    name = column.output.name
    return {
        "name": f"{SUITE}.{name}",
        "system": pairing.system,
        "against": pairing.against,
        "family": SUITE,
        "headline": name in HEADLINES,
    }


def _silent(column: Column, pairing: Pairing, n: int) -> Finding:
    status: FindingStatus = "not_applicable" if n == 0 else "cannot_tell"
    name, against = column.output.name, pairing.against
    few = f"only {n} sample has a score" if n else "no sample has a score"
    sentence = f"{name}: {few} of both {pairing.system} and {against}, so nothing is compared."
    return Finding(**_naming(column, pairing), n=n, status=status, sentence=sentence)


def _detail(
    column: Column,
    rows: tuple[int, int],
    values: tuple[NDArray[np.float64], NDArray[np.float64]],
    margin: float | None,
) -> dict[str, JsonValue]:
    judge_failed = [column.count(row, Status.JUDGE_FAILED) for row in rows]
    means = [float(one.mean()) for one in values]
    return {
        "mean": means[0],
        "against_mean": means[1],
        "judge_failed": judge_failed[0],
        "against_judge_failed": judge_failed[1],
        "margin": margin,
    }


def _sentence(
    column: Column,
    pairing: Pairing,
    values: tuple[NDArray[np.float64], NDArray[np.float64]],
    found: Interval,
    alpha: float,
) -> str:
    name = column.output.name
    mine, theirs = (_figure(name, float(one.mean())) for one in values)
    against = pairing.against
    other = f"{against} (the parent with its best prompt)" if pairing.prompted else against
    ends = f"{1 - alpha:.0%} interval {_change(name, found.low)} to {_change(name, found.high)}"
    effect = f"{_change(name, found.estimate)}{'' if name == 'consistency_cosine' else ' points'}"
    figures = f"{mine} against {theirs}: {effect} ({ends}, {found.n} samples)"
    return f"{pairing.system} {VERBS[name]} — {figures} beside {other}; {_meaning(found, pairing)}."


def _meaning(found: Interval, pairing: Pairing) -> str:
    better, worse = _above(found.low, 0.0), found.high is not None and found.high < 0
    if pairing.prompted:
        if better:
            return "here prompting alone falls short of it"
        return (
            "here prompting alone does better" if worse else "that prompting alone falls short is not shown"
        )
    if better:
        return "a gain over its parent"
    return "a loss against its parent" if worse else "no difference from its parent is shown"


def _figure(name: str, value: float) -> str:
    return f"{value:.3f}" if name == "consistency_cosine" else f"{100 * value:.1f} %"


def _change(name: str, value: float | None) -> str:
    if value is None:
        return "open"
    return f"{value:+.3f}" if name == "consistency_cosine" else f"{100 * value:+.1f}"


def _above(value: float | None, bound: float) -> bool:
    return value is not None and value > bound


def style_findings(
    table: ScoreTable, verdict: str | None, auc: Interval | None, parents: Sequence[str]
) -> Iterator[Finding]:
    """How well the training answers are told from the parent's own; one finding, for the first parent."""
    known = [system.name for system in table.systems if system.name in parents]
    if not known:
        return
    whom = " and ".join(known)
    if auc is None or auc.estimate is None or auc.low is None or auc.high is None:
        sentence, figures = f"Style: {verdict}.", {}
    else:
        told = (
            "the two are told apart"
            if verdict is None
            else "they cannot be told apart, so no style is scored"
        )
        sentence = (
            f"A classifier tells the training answers from {whom}'s own with AUC {auc.estimate:.3f} "
            f"({1 - table.alpha:.0%} interval {auc.low:.3f} to {auc.high:.3f}): {told}."
        )
        figures = {"effect": auc.estimate, "low": auc.low, "high": auc.high}
    yield Finding(
        name=f"{SUITE}.style_auc",
        system=known[0],
        family=SUITE,
        n=0 if auc is None else auc.n,
        status="found" if verdict is None else "cannot_tell",
        headline=True,
        detail={"parents": [*known]},
        sentence=sentence,
        **figures,
    )
