"""What the scores say of each system: new or old values, before and after an update, by age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Capability
from bakeoff.evals.table import ScoreTable, SystemInfo
from bakeoff.evals.tolerance import Tolerated, tolerated_rate
from bakeoff.suites.format_shift.wording import percent
from bakeoff.suites.freshness.ages import by_age
from bakeoff.suites.freshness.options import Options
from bakeoff.suites.freshness.update import lag, update
from bakeoff.suites.freshness.variants import AFTER
from bakeoff.suites.freshness.wording import duration, verdict
from bakeoff.suites.table_reading import Picked, TableReading, between_rates

SUITE = "freshness"
OWN = "own documents"
"""The family of what a system says as it is."""

SAYS = {
    "fresh": "says the new value of",
    "stale": "says the old value of",
    "unanswered": "declines to say",
    "wrong": "says neither value, or both, of",
}


@dataclass(frozen=True)
class Made:
    """What became of the data. `ages` are days before `today`, by the sample's id."""

    changed: int = 0
    today: date | None = None
    ages: Mapping[str, int] = field(default_factory=dict)
    has_documents: bool = False
    without_before: tuple[str, ...] = ()


def findings(table: ScoreTable, made: Made, options: Options) -> list[Finding]:
    """For each system; p is stated only by what may raise an alarm."""
    reading = TableReading(table, SUITE)
    if "fresh" not in reading.columns:
        return []
    return [
        finding
        for system in table.systems
        for finding in (
            *_rates(reading, system.name, options.tolerance),
            *_update(reading, system, made, options),
            *by_age(reading, system.name, made.ages, made.today),
        )
    ]


def _rates(reading: TableReading, system: str, tolerance: float) -> list[Finding]:
    """The four rates over the changed facts as the system stands."""
    places = reading.places(None)
    picked = {name: reading.pick(system, name, places) for name in SAYS}
    if not len(picked["fresh"]):
        sentence = f"{system}: no answer to a question about a changed fact."
        return [_finding("fresh", system, OWN, status="not_applicable", headline=True, sentence=sentence)]
    return [
        _stale(reading, system, picked["stale"], tolerance)
        if name == "stale"
        else _rate(reading, system, name, picked[name])
        for name in SAYS
        if len(picked[name])
    ]


def _rate(reading: TableReading, system: str, name: str, picked: Picked) -> Finding:
    interval = reading.rate(picked)
    return _finding(
        name,
        system,
        OWN,
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        n=len(picked),
        headline=name == "fresh",
        detail={"method": interval.method, "clusters": interval.clusters, "flag": interval.flag},
        sentence=f"{system} {SAYS[name]} {percent(interval.estimate or 0.0)} of {len(picked)} changed"
        f" facts {between_rates(interval, reading.table.alpha)}.",
    )


def _stale(reading: TableReading, system: str, picked: Picked, tolerance: float) -> Finding:
    table = reading.table
    judged = tolerated_rate(
        picked.values, picked.labels, tolerance=tolerance, alpha=table.alpha, seed=table.seed
    )
    return _finding(
        "stale",
        system,
        OWN,
        **_held(judged),
        n=len(picked),
        headline=True,
        detail={"tolerance": tolerance, "method": judged.interval.method, "flag": judged.interval.flag},
        sentence=f"{system} {SAYS['stale']} {percent(judged.interval.estimate or 0.0)} of {len(picked)}"
        f" changed facts {between_rates(judged.interval, table.alpha)}; {verdict(judged.status, tolerance)}.",
    )


def _held(judged: Tolerated) -> dict[str, Any]:
    interval = judged.interval
    ends = {"effect": interval.estimate, "low": interval.low, "high": interval.high}
    return {**ends, "p": judged.p, "status": judged.status}


def _update(reading: TableReading, system: SystemInfo, made: Made, options: Options) -> list[Finding]:
    """What replacing the documents does, the lag, and the retraining time that the user states."""
    if not made.changed:
        return []
    stated = options.retraining.get(system.name)
    reason = None
    if Capability.ACCEPTS_DOCUMENTS not in system.capabilities:
        reason = "its documents cannot be replaced; the adapter would have to offer accepts_documents"
    elif not made.has_documents:
        reason = "there are no documents to replace; give the config `documents:`"
    if reason is not None:
        return [
            _finding(
                "update",
                system.name,
                AFTER,
                status="not_applicable",
                sentence=f"{system.name}: {reason}.",
            ),
            *_retraining(reading, system.name, stated),
        ]
    return [
        *update(reading, system.name, options.tolerance, made.without_before),
        *lag(reading, system.name, _slowest(reading, system.name, options.retraining)),
        *_retraining(reading, system.name, stated),
    ]


def _retraining(reading: TableReading, system: str, stated: float | None) -> list[Finding]:
    """The user's own figure, beside what else there is of a system that was asked."""
    picked = reading.pick(system, "fresh", reading.places(None))
    if stated is None or not len(picked):
        return []
    sentence = f"{system} learns of a change by retraining, which by your word takes {duration(stated)}."
    return [
        _finding("retraining", system, "stated", effect=stated, detail={"unit": "seconds"}, sentence=sentence)
    ]


def _slowest(reading: TableReading, system: str, stated: Mapping[str, float]) -> Sequence[tuple[str, float]]:
    """The other systems' retraining times, those in the run, longest first."""
    names = {info.name for info in reading.table.systems} - {system}
    return sorted(((n, s) for n, s in stated.items() if n in names), key=lambda one: (-one[1], one[0]))


def _finding(name: str, system: str, family: str, **fields: Any) -> Finding:
    return Finding(name=f"{SUITE}.{name}", system=system, family=family, **fields)
