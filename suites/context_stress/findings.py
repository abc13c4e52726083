"""All findings of the suite, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Capability
from bakeoff.evals.table import ScoreTable, SystemInfo
from bakeoff.suites.context_stress.abstaining import abstaining
from bakeoff.suites.context_stress.arms import SUITE, Outcomes, read
from bakeoff.suites.context_stress.bounds import bounds
from bakeoff.suites.context_stress.conflicts import adherence, conflicts
from bakeoff.suites.context_stress.gathering import flood, split
from bakeoff.suites.context_stress.making import Made
from bakeoff.suites.context_stress.noise import noise
from bakeoff.suites.context_stress.options import Options
from bakeoff.suites.context_stress.orders import orders
from bakeoff.suites.context_stress.poisoning import poisoning

ALL = "all"
"""The family of what is said of the suite as a whole."""

_NEEDED = {"contexts": Capability.ACCEPTS_CONTEXTS, "documents": Capability.ACCEPTS_DOCUMENTS}
_OFFER = {
    "contexts": "take passages with a question (accepts_contexts)",
    "documents": "take another set of documents (accepts_documents)",
}


def findings(table: ScoreTable, options: Options, made: Made) -> list[Finding]:
    """What the scores of a run say, system by system, then what was asked. p is stated only by what may raise
    an alarm; Holm's correction is the comparison's."""
    if not any(column.suite == SUITE for column in table.columns):
        return []
    return [
        *(finding for info in table.systems for finding in _of_system(table, info, options, made)),
        *_variants(table, made),
    ]


def _of_system(table: ScoreTable, info: SystemInfo, options: Options, made: Made) -> list[Finding]:
    ways = [read(table, info.name, through, made.parts) for through in options.through]
    answered = [way for way in ways if way.answered]
    if not answered:
        return [_not_applicable(info, options.through)]
    return [finding for way in answered for finding in _of_way(way, options)]


def _of_way(outcomes: Outcomes, options: Options) -> list[Finding]:
    return [
        *bounds(outcomes),
        *noise(outcomes, options.tolerance),
        *abstaining(outcomes, options.tolerance),
        *flood(outcomes, options.tolerance),
        *split(outcomes, options.tolerance),
        *conflicts(outcomes, options.tolerance),
        *adherence(outcomes, options.tolerance),
        *orders(outcomes, options.tolerance),
        *poisoning(outcomes, options.poison_tolerance),
    ]


def _not_applicable(info: SystemInfo, through: Sequence[str]) -> Finding:
    if any(_NEEDED[way] in info.capabilities for way in through):
        why = "no variant of its questions was answered; a recording can only answer those that it holds"
    else:
        why = f"its adapter would have to {' or '.join(_OFFER[way] for way in through)}"
    return Finding(
        name=f"{SUITE}.not_applicable",
        system=info.name,
        family=ALL,
        status="not_applicable",
        sentence=f"{info.name} was not put under context stress: {why}.",
    )


def _variants(table: ScoreTable, made: Made) -> list[Finding]:
    """Once, at the first system: how many variants there are and what was left out."""
    if not table.systems or not (made.kept or made.dropped):
        return []
    kept, dropped = sum(made.kept.values()), sum(made.dropped.values())
    reasons: dict[str, dict[str, int]] = {}
    for (name, why), count in made.dropped.items():
        reasons.setdefault(name, {})[why] = count
    return [
        Finding(
            name=f"{SUITE}.variants",
            system=table.systems[0].name,
            family=ALL,
            n=kept,
            detail={"kept": dict(made.kept), "dropped": reasons},
            sentence=f"{kept} questions were asked over made passages; {dropped} could not be made"
            f"{_most(made)}.",
        )
    ]


def _most(made: Made) -> str:
    """The most frequent reason, of all probes together."""
    counts: dict[str, int] = {}
    for (_, why), count in made.dropped.items():
        counts[why] = counts.get(why, 0) + count
    if not counts:
        return ""
    why = max(counts, key=lambda reason: counts[reason])
    return f", most of them ({counts[why]}): {why}" if len(counts) > 1 else f": {why}"
