"""What replacing the documents does, and how soon it shows."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.evals.findings import Finding
from bakeoff.evals.tolerance import tolerated_rate
from bakeoff.suites.format_shift.wording import percent
from bakeoff.suites.freshness.variants import AFTER, BEFORE
from bakeoff.suites.freshness.wording import duration, verdict
from bakeoff.suites.table_reading import TableReading, between_rates


def update(
    reading: TableReading, system: str, tolerance: float, without_before: Sequence[str]
) -> list[Finding]:
    """The share of old values after the update against what is tolerated; beside it what was right before."""
    table = reading.table
    after = reading.pick(system, "stale", reading.places(AFTER))
    if not len(after):
        sentence = f"{system}: no answer after an update of its documents."
        return [_finding("update", system, status="not_applicable", sentence=sentence)]
    judged = tolerated_rate(
        after.values, after.labels, tolerance=tolerance, alpha=table.alpha, seed=table.seed
    )
    interval = judged.interval
    fresh = reading.rate(reading.pick(system, "fresh", reading.places(AFTER))).estimate or 0.0
    before = reading.pick(system, "right_before", reading.places(BEFORE))
    right = reading.rate(before).estimate
    was = (
        f"right on {percent(right)} of {len(before)} facts before the update"
        if right is not None
        else "not asked before the update"
    )
    return [
        _finding(
            "update",
            system,
            effect=interval.estimate,
            low=interval.low,
            high=interval.high,
            p=judged.p,
            n=len(after),
            status=judged.status,
            headline=True,
            detail={
                "right_before": right,
                "n_before": len(before),
                "fresh_after": fresh,
                "tolerance": tolerance,
                "without_before": list(without_before),
                "method": interval.method,
            },
            sentence=f"{system} is {was} and says the new value of {percent(fresh)} after it; the old one"
            f" still of {percent(interval.estimate or 0.0)} of {len(after)}"
            f" {between_rates(interval, table.alpha)}, {verdict(judged.status, tolerance)}."
            f"{_left_out(without_before)}",
        )
    ]


def lag(reading: TableReading, system: str, retrained: Sequence[tuple[str, float]]) -> list[Finding]:
    """Seconds from the replacement of the documents to the first answer with the new value.

    Nothing is claimed of how long such an answer could have come earlier: questions are asked one after
    another, and the first right one may stand late among them. `retrained`: other systems' stated times.
    """
    places = reading.places(AFTER)
    right, stale = (reading.pick(system, name, places) for name in ("update_lag_s", "stale_lag_s"))
    if not len(right):
        return []
    first = float(right.values.min())
    last_stale = float(stale.values.max()) if len(stale) else None
    tail = "no answer held the old one" if last_stale is None else f"the last old one {duration(last_stale)}"
    beside = "".join(f"; retraining {name} takes {duration(s)}, by your word" for name, s in retrained)
    return [
        _finding(
            "update_lag",
            system,
            effect=first,
            n=len(right),
            detail={"unit": "seconds", "last_stale_s": last_stale, "retraining_s": dict(retrained)},
            sentence=f"{system} gave the first answer with a new value {duration(first)} after its documents"
            f" began to be replaced, {tail}{beside}.",
        )
    ]


def _left_out(without_before: Sequence[str]) -> str:
    count = len(without_before)
    if not count:
        return ""
    return (
        f" {count} {'fact has' if count == 1 else 'facts have'} no new value in a gold document to put back."
    )


def _finding(name: str, system: str, **fields: object) -> Finding:
    return Finding.model_validate({"name": f"freshness.{name}", "system": system, "family": AFTER, **fields})
