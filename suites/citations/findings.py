"""What the scores say of each system that cites, and that a system cites nothing at all."""

from __future__ import annotations

from typing import Any

import numpy as np

from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Kind, Status
from bakeoff.evals.statistics import Interval
from bakeoff.evals.table import ScoreTable, SystemInfo
from bakeoff.evals.tolerance import tolerated_rate
from bakeoff.suites.format_shift.wording import percent
from bakeoff.suites.system_rates import in_words, rate_of

SUITE = "citations"

SHARES = {
    "citation_recall": ("recall", "of its sentences are supported by what they cite (citation recall)"),
    "citation_precision": ("precision", "of its citations are correct (citation precision)"),
    "uncited_sentences": ("uncited", "of its sentences cite nothing"),
}
"""Figures that nothing is held against: output → name and words of the finding."""

RATES = {
    "unsupported_sentences": ("unsupported", "of the sentences that cite passages are not supported by them"),
    "dangling_citations": ("dangling", "of its citations name no passage that it was given"),
}
"""Rates of which only `tolerance` is tolerated: output → name and words of the finding."""

HEADLINES = frozenset({"citation_recall", "citation_precision"})


def findings(table: ScoreTable, tolerance: float) -> list[Finding]:
    """All findings of each system, in the table's order."""
    return [
        one for place, info in enumerate(table.systems) for one in _of_system(table, place, info, tolerance)
    ]


def _of_system(table: ScoreTable, place: int, info: SystemInfo, tolerance: float) -> list[Finding]:
    if not _cites(table, place):
        return [_cites_nothing(table, place, info)]
    shares = [_share(table, place, info.name, output) for output in SHARES]
    rates = [_rate(table, place, info.name, output, tolerance) for output in RATES]
    return [*shares[:2], *rates, *shares[2:]]


def _cites(table: ScoreTable, place: int) -> bool:
    return not np.isnan(table.column(f"{SUITE}.dangling_citations").values[place]).all()


def _cites_nothing(table: ScoreTable, place: int, info: SystemInfo) -> Finding:
    """`cannot_cite` of a system that answers without one citation; not applicable where it never answers."""
    answers = table.column(f"{SUITE}.uncited_sentences").count(place, Status.SCORED)
    common: dict[str, Any] = {
        "name": f"{SUITE}.cannot_cite",
        "system": info.name,
        "family": SUITE,
        "n": answers,
    }
    if not answers:
        sentence = f"{info.name} gave no scored answer, so there are no citations to judge."
        return Finding(**common, status="not_applicable", sentence=sentence)
    why = "it answers from its weights, and " if info.kind is Kind.FINE_TUNED else ""
    return Finding(
        **common,
        status="found",
        detail={"kind": info.kind.value},
        sentence=f"{info.name} cannot cite: none of its {answers} answers has a citation; {why}there is"
        " nothing to check its answers against.",
    )


def _share(table: ScoreTable, place: int, system: str, output: str) -> Finding:
    name, words = SHARES[output]
    rate = rate_of(table, f"{SUITE}.{output}", place)
    common = _common(name, system, 0 if rate is None else rate.interval.n, output)
    if rate is None:
        return _without(common, words)
    interval = rate.interval
    return Finding(
        **common,
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        detail={**_method(interval), "judge_failed": _unjudged(table, place, output)},
        sentence=f"{_figure(system, words, interval, table.alpha)}.",
    )


def _rate(table: ScoreTable, place: int, system: str, output: str, tolerance: float) -> Finding:
    name, words = RATES[output]
    rate = rate_of(table, f"{SUITE}.{output}", place)
    common = _common(name, system, 0 if rate is None else rate.interval.n, output)
    if rate is None:
        return _without(common, words)
    held = tolerated_rate(rate.values, rate.labels, tolerance=tolerance, alpha=table.alpha, seed=table.seed)
    figure = _figure(system, words, held.interval, table.alpha)
    return Finding(
        **common,
        effect=held.interval.estimate,
        low=held.interval.low,
        high=held.interval.high,
        p=held.p,
        status=held.status,
        detail={
            **_method(held.interval),
            "tolerance": tolerance,
            "judge_failed": _unjudged(table, place, output),
        },
        sentence=f"{figure}; {percent(tolerance)} are tolerated.",
    )


def _common(name: str, system: str, n: int, output: str) -> dict[str, Any]:
    return {
        "name": f"{SUITE}.{name}",
        "system": system,
        "family": SUITE,
        "n": n,
        "headline": output in HEADLINES,
    }


def _without(common: dict[str, Any], words: str) -> Finding:
    sentence = f"{common['system']} has no answer of which it could be said how many {words}."
    return Finding(**{**common, "headline": False}, status="not_applicable", sentence=sentence)


def _unjudged(table: ScoreTable, place: int, output: str) -> int:
    return table.column(f"{SUITE}.{output}").count(place, Status.JUDGE_FAILED)


def _method(interval: Interval) -> dict[str, Any]:
    return {"method": interval.method, "clusters": interval.clusters, "flag": interval.flag}


def _figure(system: str, words: str, interval: Interval, alpha: float) -> str:
    """The mean over answers: each counts alike, however many sentences it has."""
    return f"{system}: {in_words(interval, alpha)} {words} (mean over {interval.n} answers)"
