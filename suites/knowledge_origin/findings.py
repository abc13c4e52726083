"""What the scores say of each system: where its claims come from, and how many nothing supports."""

from __future__ import annotations

from pydantic import JsonValue

from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Status
from bakeoff.evals.statistics import Interval
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.system_rates import as_detail, column_of, in_words, rate_of, tolerated_finding

SUITE = "knowledge_origin"
SHARES, HALLUCINATION = "shares", "hallucination"
LABELS = ("claims_from_context", "claims_from_weights", "claims_wrong")


def findings(table: ScoreTable, tolerance: float) -> list[Finding]:
    """The shares of each system, and the hallucination rate of those that retrieve."""
    found = []
    for place in range(len(table.systems)):
        found += [_shares(table, place), *_hallucination(table, place, tolerance)]
    return found


def _shares(table: ScoreTable, place: int) -> Finding:
    system = table.systems[place].name
    rates = {name: rate_of(table, f"{SUITE}.{name}", place) for name in LABELS}
    context, weights, wrong = (None if one is None else one.interval for one in rates.values())
    silent = _silent(table, place)
    if context is None or weights is None or wrong is None:
        return Finding(
            name=f"{SUITE}.{SHARES}",
            system=system,
            family=SHARES,
            status="not_applicable",
            sentence=f"{system}: no answer makes claims that a reference could be held against{silent}.",
        )
    alpha = table.alpha
    detail: dict[str, JsonValue] = {
        name: as_detail(one.interval) for name, one in rates.items() if one is not None
    }
    return Finding(
        name=f"{SUITE}.{SHARES}",
        system=system,
        family=SHARES,
        effect=wrong.estimate,
        low=wrong.low,
        high=wrong.high,
        n=wrong.n,
        headline=True,
        detail=detail,
        sentence=f"Of what {system} claims, {in_words(context, alpha)} is right and in its passages,"
        f" {in_words(weights, alpha)} is right and in none of them, and {in_words(wrong, alpha)} is not in"
        f" the reference; {wrong.n} questions, each with the same weight{silent}.",
    )


def _silent(table: ScoreTable, place: int) -> str:
    """How many answers made no claims or got no verdict."""
    column = column_of(table, f"{SUITE}.claims_wrong")
    if column is None:
        return ""
    counts = {
        "made none": column.count(place, Status.ABSTAINED),
        "could not be judged": column.count(place, Status.JUDGE_FAILED),
        "failed": column.count(place, Status.SYSTEM_FAILED),
    }
    said = [
        f"{count} {'answer' if count == 1 else 'answers'} {what}" for what, count in counts.items() if count
    ]
    return f" ({', '.join(said)})" if said else ""


def _hallucination(table: ScoreTable, place: int, tolerance: float) -> list[Finding]:
    """Only of systems with passages: without any, what is wrong cannot be told from what is made up."""

    def words(system: str, interval: Interval) -> str:
        return (
            f"{in_words(interval, table.alpha)} of what {system} claims is neither in the reference"
            f" nor in a passage ({interval.n} questions)"
        )

    finding = tolerated_finding(table, f"{SUITE}.{HALLUCINATION}", place, tolerance, words)
    return [] if finding is None else [finding]
