"""How much each system makes up where there is nothing to know, and how much more than its parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bakeoff.evals.findings import Finding, FindingStatus
from bakeoff.evals.records import Status
from bakeoff.evals.table import STATUS_CODES, ScoreTable
from bakeoff.evals.tolerance import tolerated_drop
from bakeoff.suites.format_shift.wording import between, percent, points
from bakeoff.suites.near_miss.note import PREFIX
from bakeoff.suites.near_miss.options import FAMILIES
from bakeoff.suites.table_reading import TableReading, between_rates

SUITE = "near_miss"
ALL = "all"
"""The family name of what is pooled over all families."""


@dataclass(frozen=True)
class Made:
    """What became of the samples. `questions` counts near-miss questions by variant."""

    questions: Mapping[str, int] = field(default_factory=dict)
    without_name: int = 0
    eligible: int = 0


def findings(table: ScoreTable, made: Made, tolerance: float) -> list[Finding]:
    """The rates of all systems, those of a tuned one beside its parent's, and what was asked."""
    reading = TableReading(table, SUITE)
    if "made_up" not in reading.columns:
        return []
    found = []
    for system in table.systems:
        families = [ALL, *(family for family in FAMILIES if _places(reading, family))]
        found += [_rate(reading, system.name, family) for family in families]
        parent = next(iter(table.ancestors(system.name)), None)
        if parent is not None:
            found.append(_beside_parent(reading, system.name, parent, tolerance))
    return [*found, *_asked(reading, made)]


def _places(reading: TableReading, family: str) -> list[int]:
    """The near-miss questions of a family, or of all."""
    return reading.places(*(f"{PREFIX}{name}" for name in (FAMILIES if family == ALL else (family,))))


def _rate(reading: TableReading, system: str, family: str) -> Finding:
    places = _places(reading, family)
    picked = reading.pick(system, "made_up", places)
    common: dict[str, Any] = {
        "name": f"{SUITE}.made_up",
        "system": system,
        "family": family,
        "n": len(picked),
        "headline": family == ALL,
    }
    of = "near-miss questions" if family == ALL else f"near-miss questions ({family})"
    if not len(picked):
        return Finding(**common, status="not_applicable", sentence=f"{system}: no answer to {of}.")
    interval = reading.rate(picked)
    borrowed = reading.rate(reading.pick(system, "borrowed", places)).estimate
    gives = "" if borrowed is None else f"; to {percent(borrowed)} it gives the neighbour's value"
    return Finding(
        **common,
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        detail={
            "borrowed": borrowed,
            "known": _known(reading, system),
            "method": interval.method,
            "flag": interval.flag,
        },
        sentence=f"{system} makes up an answer to {percent(interval.estimate or 0.0)} of {len(picked)} {of}"
        f" {between_rates(interval, reading.table.alpha)}{gives}.",
    )


def _known(reading: TableReading, system: str) -> dict[str, int]:
    """How the system does on the known questions: right, abstained, wrong, by their first repeat."""
    column = reading.columns["right"]
    row, given = reading.row(system), reading.places(None)
    statuses, values = column.statuses[row, given, 0], column.values[row, given, 0]
    abstained = statuses == STATUS_CODES[Status.ABSTAINED]
    right = (values == 1) & ~abstained
    wrong = (values < 1) & ~abstained
    return {"right": int(right.sum()), "abstained": int(abstained.sum()), "wrong": int(wrong.sum())}


def _beside_parent(reading: TableReading, system: str, parent: str, tolerance: float) -> Finding:
    places = _places(reading, ALL)
    mine, theirs = reading.pick_pairs(system, parent, "made_up", places)
    common: dict[str, Any] = {
        "name": f"{SUITE}.over_parent",
        "system": system,
        "against": parent,
        "family": ALL,
        "n": len(mine),
        "headline": True,
    }
    if not len(mine):
        sentence = f"No near-miss question has an answer of both {system} and {parent}."
        return Finding(**common, status="not_applicable", sentence=sentence)
    table = reading.table
    judged = tolerated_drop(mine.values, theirs.values, mine.labels, tolerance=tolerance, alpha=table.alpha)
    interval = judged.interval
    return Finding(
        **common,
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        p=judged.p,
        status=judged.status,
        detail={
            "made_up": float(mine.values.mean()),
            "parent_made_up": float(theirs.values.mean()),
            "borrowed": _means(reading, system, parent, "borrowed", places),
            "families": {family: _family(reading, system, parent, family) for family in FAMILIES},
            "known": _known(reading, system),
            "parent_known": _known(reading, parent),
            "tolerance": tolerance,
            "method": interval.method,
            "flag": interval.flag,
        },
        sentence=f"{system} makes up an answer to {percent(float(mine.values.mean()))} of {len(mine)}"
        f" near-miss questions, {parent} to {percent(float(theirs.values.mean()))}:"
        f" {points(interval.estimate)} points {between(interval, table.alpha)},"
        f" {_verdict(judged.status, tolerance)}.",
    )


def _family(reading: TableReading, system: str, parent: str, family: str) -> dict[str, Any] | None:
    return _means(reading, system, parent, "made_up", _places(reading, family))


def _means(
    reading: TableReading, system: str, parent: str, output: str, places: Sequence[int]
) -> dict[str, Any] | None:
    mine, theirs = reading.pick_pairs(system, parent, output, places)
    if not len(mine):
        return None
    return {"system": float(mine.values.mean()), "parent": float(theirs.values.mean()), "n": len(mine)}


def _verdict(status: FindingStatus, tolerance: float) -> str:
    bound = f"the {100 * tolerance:.1f} that are tolerated"
    if status == "alarm":
        return f"more than {bound}"
    return f"less than {bound}" if status == "clear" else f"not shown to be above or below {bound}"


def _asked(reading: TableReading, made: Made) -> list[Finding]:
    """Once, at the first system that was asked: how many questions there are, and why not more."""
    places = _places(reading, ALL)
    names = (one.name for one in reading.table.systems)
    asked = next((name for name in names if len(reading.pick(name, "made_up", places))), None)
    if asked is None or not made.questions:
        return []
    total = sum(made.questions.values())
    kinds = ", ".join(f"{n} {variant.removeprefix(PREFIX)}" for variant, n in made.questions.items())
    return [
        Finding(
            name=f"{SUITE}.questions",
            system=asked,
            family=ALL,
            n=total,
            detail={
                "questions": dict(made.questions),
                "without_name": made.without_name,
                "eligible": made.eligible,
            },
            sentence=f"{total} near-miss questions were made ({kinds}); {made.without_name} of"
            f" {made.eligible} samples ask about no name that their gold passages hold.",
        )
    ]
