"""Whether a run can be held against an accepted baseline, and which of their samples are the same.

A score is comparable where the same metric, judge and encoder made it. What is not, or too old, is refused
and not merely inconclusive: more samples would not mend it, and a person has to accept a newer run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from bakeoff.evals.accepted.record import Accepted, AcceptedColumn, status_of, value_of
from bakeoff.evals.errors import InputError
from bakeoff.evals.pairing import Mark, Pairing, pair
from bakeoff.evals.records import Status
from bakeoff.evals.runs import RunHeader, RunRecord, SuiteOutput
from bakeoff.evals.table import STATUS_CODES, Column

FEWEST = 0.5
"""The share of either side that must be paired; ours, no source gives one."""

TODO = "accept a run of now with `bakeoff gate --accept`"

ABSENT = STATUS_CODES[Status.ABSTAINED]
"""What the baseline has on a sample that it lacks: the metric applies, and no score can be had. It lowers the
coverage of a check, and no bound is put in its place."""


@dataclass(frozen=True)
class Matched:
    """A baseline beside a run: `pairing` matches the run's samples (ours) with the baseline's (theirs)."""

    accepted: Accepted
    pairing: Pairing
    samples: int


def match_accepted(
    accepted: Accepted, run: RunRecord, ours: Sequence[Mark], *, days: int, where: str
) -> Matched:
    """Pair a run with a baseline that is at most `days` older; InputError where it is stale, or fewer than
    half of its samples are in the run.
    """
    age = (as_utc(run.created) - accepted.run_created).days
    if age > days:
        what = f"its run ({accepted.run}) is {age} days older than run {run.id}; {days} are allowed"
        raise InputError(f"the accepted baseline is stale: {what}", where=where, todo=TODO)
    theirs = [(id_, content) for id_, content, _ in accepted.samples]
    found = pair(ours, theirs)
    if len(found.paired) < FEWEST * len(theirs):
        what = f"only {len(found.paired)} of its {len(theirs)} samples are in run {run.id} unchanged"
        raise InputError(f"the accepted baseline is of another item set: {what}", where=where, todo=TODO)
    return Matched(accepted, found, len(ours))


def as_utc(at: datetime) -> datetime:
    """The time in UTC, as which the store keeps those that carry no zone."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def comparable_column(matched: Matched, column: Column, header: RunHeader, where: str) -> Column:
    """The baseline's scores of a metric as a column of one system, beside the run's samples.

    InputError where the baseline does not hold it, or another metric, judge or encoder made its scores.
    """
    accepted = matched.accepted
    place = accepted.column(column.key)
    if place is None:
        held = ", ".join(one.key for one in accepted.columns)
        raise InputError(
            f"the accepted baseline has no {column.key}; it holds {held}", where=where, todo=TODO
        )
    theirs = accepted.columns[place]
    entry = next(
        one for one in header.outputs if (one.suite, one.output.name) == (column.suite, column.output.name)
    )
    reason = _incomparable(accepted, theirs, entry, header)
    if reason:
        raise InputError(
            f"{column.key} of the accepted baseline cannot be compared: {reason}", where=where, todo=TODO
        )
    return _aligned(matched, column, place)


def _incomparable(
    accepted: Accepted, theirs: AcceptedColumn, entry: SuiteOutput, header: RunHeader
) -> str | None:
    output = entry.output
    if (theirs.direction, theirs.low, theirs.high) != (output.direction, output.low, output.high):
        return "its direction or range has changed"
    if accepted.on_system_failure != header.on_system_failure:
        return "a system's own failures were then counted in another way (on_system_failure)"
    if theirs.fingerprint and entry.fingerprint and theirs.fingerprint != entry.fingerprint:
        return "the metric has changed, or its options have"
    mine = None if header.judge is None else header.judge.fingerprint
    judge = None if accepted.judge is None else accepted.judge.fingerprint
    if not (theirs.judged is False and entry.judged is False) and mine != judge:
        return f"{_named(accepted.judge)} judged it then, {_named(header.judge)} does now"
    mine = None if header.encoder is None else header.encoder.fingerprint
    encoder = None if accepted.encoder is None else accepted.encoder.fingerprint
    if not (theirs.encoded is False and entry.encoded is False) and mine != encoder:
        return f"{_named(accepted.encoder)} encoded it then, {_named(header.encoder)} does now"
    return None


def _named(tool: object) -> str:
    return getattr(tool, "name", "nobody")


def _aligned(matched: Matched, column: Column, place: int) -> Column:
    accepted = matched.accepted
    values = np.full((1, matched.samples, accepted.repeats), np.nan)
    statuses = np.full(values.shape, ABSENT, dtype=np.int8)
    for ours, theirs in matched.pairing.paired:
        for repeat, cell in enumerate(accepted.samples[theirs][2][place]):
            value = value_of(cell)
            values[0, ours, repeat] = np.nan if value is None else value
            statuses[0, ours, repeat] = STATUS_CODES[status_of(cell)]
    return Column(column.suite, column.output, values, statuses)
