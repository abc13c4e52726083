"""What the scores say of each system's retrieval, and of its wrong answers."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import JsonValue

from bakeoff.evals.cells import sample_means
from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Capability
from bakeoff.evals.statistics import Interval
from bakeoff.evals.table import ScoreTable, SystemInfo
from bakeoff.suites.retrieval.errors import BY_PASSAGE, BY_SOURCE, UNANSWERED, WRONG
from bakeoff.suites.retrieval.metrics import LATENCY_SHARE, MISSED
from bakeoff.suites.retrieval.options import Options
from bakeoff.suites.retrieval.ranking import output_names
from bakeoff.suites.system_rates import as_detail, column_of, in_words, rate, rate_of, tolerated_finding

SUITE = "retrieval"
RANKING, BUDGET, LATENCY = "ranking", "error_budget", "latency"


def findings(table: ScoreTable, options: Options) -> list[Finding]:
    """System by system; one line for a system of whose retrieval nothing can be said."""
    found: list[Finding] = []
    for place, info in enumerate(table.systems):
        said = [
            *_ranking(table, place, options.k),
            *_missed(table, place, options.tolerance),
            *_budget(table, place),
        ]
        found += said or [_silent(info)]
        found += _latency(table, place)
    return found


def _ranking(table: ScoreTable, place: int, k: int) -> list[Finding]:
    rates = {
        what: one.interval
        for what, name in output_names(k).items()
        if (one := rate_of(table, f"{SUITE}.{name}", place)) is not None
    }
    if "recall" not in rates:
        return []
    recall, system = rates["recall"], table.systems[place].name
    labels = {"precision": f"precision@{k}", "mrr": "MRR", "ndcg": f"nDCG@{k}"}
    others = ", ".join(
        f"{label} {rates[what].estimate:.3f}" for what, label in labels.items() if what in rates
    )
    detail: dict[str, JsonValue] = {
        output_names(k)[what]: as_detail(interval) for what, interval in rates.items()
    }
    return [
        Finding(
            name=f"{SUITE}.{RANKING}",
            system=system,
            family=RANKING,
            effect=recall.estimate,
            low=recall.low,
            high=recall.high,
            n=recall.n,
            detail=detail,
            sentence=f"{system} has {in_words(recall, table.alpha)} of the gold passages among its best {k}"
            f" documents (recall@{k}); {others}; {recall.n} questions.",
        )
    ]


def _missed(table: ScoreTable, place: int, tolerance: float) -> list[Finding]:
    def words(system: str, interval: Interval) -> str:
        return (
            f"{system} retrieves no gold passage in {in_words(interval, table.alpha)} of"
            f" {interval.n} questions"
        )

    finding = tolerated_finding(table, f"{SUITE}.{MISSED}", place, tolerance, words)
    return [] if finding is None else [finding]


def _budget(table: ScoreTable, place: int) -> list[Finding]:
    wrong, system = rate_of(table, f"{SUITE}.{WRONG}", place), table.systems[place].name
    if wrong is None:
        return []
    interval = wrong.interval
    counts = {name: _count(table, name, place) for name in (WRONG, *BY_PASSAGE, *BY_SOURCE, UNANSWERED)}
    detail: dict[str, JsonValue] = {
        "wrong": as_detail(interval),
        "counts": dict(counts),
        "shares_of_wrong": _shares(table, place),
    }
    return [
        Finding(
            name=f"{SUITE}.{BUDGET}",
            system=system,
            family=BUDGET,
            effect=interval.estimate,
            low=interval.low,
            high=interval.high,
            n=interval.n,
            headline=True,
            detail=detail,
            sentence=_sentence(system, counts, _answers(table, place))
            + f" Wrong: {in_words(interval, table.alpha)} of {interval.n} questions.",
        )
    ]


def _sentence(system: str, counts: dict[str, int], answers: int) -> str:
    wrong, declined = counts[WRONG], counts[UNANSWERED]
    if not wrong:
        return f"{system}: none of {answers} answers is wrong, {declined} decline."
    missing, ignored = (counts[name] for name in BY_PASSAGE)
    context, memory, invented = (counts[name] for name in BY_SOURCE)
    return (
        f"{system}: of {wrong} wrong answers among {answers}, {missing} lacked the passage and {ignored}"
        f" had it and ignored it; by source, {context} say what the passages say, {memory} what memory says,"
        f" and {invented} are invented; {declined} answers decline."
    )


def _count(table: ScoreTable, output: str, place: int) -> int:
    column = column_of(table, f"{SUITE}.{output}")
    return 0 if column is None else round(float(np.nansum(column.values[place])))


def _answers(table: ScoreTable, place: int) -> int:
    column = column_of(table, f"{SUITE}.{WRONG}")
    return 0 if column is None else int((~np.isnan(column.values[place])).sum())


def _shares(table: ScoreTable, place: int) -> dict[str, JsonValue]:
    """Each part's share of the wrong answers with its interval, question by question."""
    means = {
        name: sample_means(column.values[place])
        for name in (WRONG, *BY_PASSAGE, *BY_SOURCE)
        if (column := column_of(table, f"{SUITE}.{name}")) is not None
    }
    found: dict[str, JsonValue] = {}
    for name in (*BY_PASSAGE, *BY_SOURCE):
        if name not in means:
            continue
        used = (means[WRONG] > 0) & ~np.isnan(means[name])
        shares = np.minimum(np.divide(means[name], means[WRONG], where=used, out=np.zeros(len(used))), 1.0)
        part = rate(table, shares, used)
        if part is not None:
            found[name] = as_detail(part.interval)
    return found


def _latency(table: ScoreTable, place: int) -> list[Finding]:
    """Nothing is said where it was not measured: the ranking does not need it."""
    share, system = rate_of(table, f"{SUITE}.{LATENCY_SHARE}", place), table.systems[place].name
    if share is None:
        return []
    interval = share.interval
    return [
        Finding(
            name=f"{SUITE}.{LATENCY}",
            system=system,
            family=LATENCY,
            effect=interval.estimate,
            low=interval.low,
            high=interval.high,
            n=interval.n,
            detail=as_detail(interval),
            sentence=f"{system} spends {in_words(interval, table.alpha)} of an answer's time on retrieval"
            f" ({interval.n} questions).",
        )
    ]


def _silent(info: SystemInfo) -> Finding:
    if Capability.RETRIEVES in info.capabilities:
        why = (
            "the adapter would have to give its contexts an id or a source, and the samples"
            " reference_context_ids; or the samples reference_contexts"
        )
    else:
        why = "it does not retrieve; an adapter says that it does with the capability 'retrieves'"
    fields: dict[str, Any] = {"name": f"{SUITE}.{RANKING}", "system": info.name, "family": RANKING}
    sentence = f"{info.name}: nothing can be said of its retrieval: {why}."
    return Finding(**fields, status="not_applicable", sentence=sentence)
