"""Accuracy by the age of the fact: METHODS §5, the staleness curve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bakeoff.evals.findings import Finding
from bakeoff.suites.format_shift.wording import percent
from bakeoff.suites.table_reading import TableReading, between_rates

BUCKETS: tuple[tuple[str, int, int | None], ...] = (
    ("up to 30 days", 0, 30),
    ("31 to 90 days", 31, 90),
    ("91 to 365 days", 91, 365),
    ("over 365 days", 366, None),
)


def by_age(reading: TableReading, system: str, ages: Mapping[str, int], today: date | None) -> list[Finding]:
    """The share of right answers in each bucket of ages that has any."""
    found = []
    places = {sample.id: place for place, sample in enumerate(reading.table.samples)}
    for bucket, low, high in BUCKETS:
        inside = [
            places[id_]
            for id_, age in ages.items()
            if id_ in places and low <= age and (high is None or age <= high)
        ]
        picked = reading.pick(system, "right", inside)
        if not len(picked):
            continue
        interval = reading.rate(picked)
        found.append(
            Finding(
                name="freshness.by_age",
                system=system,
                family="age",
                slice=f"age={bucket}",
                effect=interval.estimate,
                low=interval.low,
                high=interval.high,
                n=len(picked),
                detail={"today": str(today), "method": interval.method, "flag": interval.flag},
                sentence=f"{system} is right on {percent(interval.estimate or 0.0)} of {len(picked)} facts"
                f" that are {bucket} old on {today} {between_rates(interval, reading.table.alpha)}.",
            )
        )
    return found
