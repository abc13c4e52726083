"""The severity rule beside the mean: not one answer on a list may be worse than a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence, unknown
from bakeoff.evals.gate.goals import Goal
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate.series import Mask, Series, share
from bakeoff.evals.records import Output, Status
from bakeoff.evals.table import STATUS_CODES

SHOWN = 20
"""Items that are named; the others are counted."""


def severity_goal(output: Output, none_below: float | None, none_above: float | None, where: str) -> Goal:
    """What every single answer must keep; InputError for the end of the scale that is no failure."""
    if none_below is not None and output.direction == "higher":
        return Goal("at least", none_below)
    if none_above is not None and output.direction == "lower":
        return Goal("at most", none_above)
    better, right = ("lower", "none_above") if output.direction == "lower" else ("higher", "none_below")
    raise InputError(f"{better} is better for {output.name}", where=where, todo=f"use {right}")


def guarded(evidence: Evidence, tag: str | None, ids: Sequence[str] | None, where: str) -> Mask:
    """The samples on the list: of a tag, or of these ids, or all; InputError for names nobody has."""
    samples = evidence.table.samples
    if ids is not None:
        known = [sample.id for sample in samples]
        for name in ids:
            if name not in known:
                raise unknown("sample", name, known, evidence.run.id, where)
        return np.array([sample.id in ids for sample in samples])
    if tag is None:
        return np.ones(len(samples), dtype=bool)
    tags = {name for found in evidence.tags.values() for name in found}
    if tag not in tags:
        raise unknown("tag", tag, sorted(tags), evidence.run.id, where)
    return np.array([tag in evidence.tags.get(sample.id, ()) for sample in samples])


def check_severity(evidence: Evidence, draft: CheckResult, scores: Series, goal: Goal) -> CheckResult:
    """Fails on the first answer beyond the limit, at any repeat; undecided while an answer is not known.

    No confidence bound: the list itself is the question, not what it is a sample of.
    """
    samples = evidence.table.samples
    bad = ~np.isnan(scores.values) & (
        scores.values < goal.limit if goal.side == "at least" else scores.values > goal.limit
    )
    missing = np.isnan(scores.values) & (scores.statuses != STATUS_CODES[Status.NOT_APPLICABLE])
    failed = [samples[i].id for i in np.flatnonzero(bad.any(axis=1)).tolist()]
    unseen = [samples[i].id for i in np.flatnonzero(missing.any(axis=1)).tolist()]
    state, reason, items = _state(failed, unseen, int(scores.applicable.sum()), goal)
    present = scores.values[~np.isnan(scores.values)]
    worst = None if not len(present) else present.min() if goal.side == "at least" else present.max()
    filled: dict[str, Any] = {
        "state": state,
        "reason": reason,
        "estimate": None if worst is None else float(worst),
        "limit": goal.limit,
        "n": int(scores.applicable.sum()),
        "coverage": share(~np.isnan(scores.means), scores.applicable),
        "method": "every answer by itself",
        "items": tuple(items[:SHOWN]),
    }
    return draft.model_copy(update=filled)


def _state(
    failed: Sequence[str], unseen: Sequence[str], n: int, goal: Goal
) -> tuple[State, str, Sequence[str]]:
    beyond = f"{'below' if goal.side == 'at least' else 'above'} {goal.limit:g}"
    if failed:
        return State.FAIL, f"{len(failed)} of {n} samples have an answer {beyond}: {_named(failed)}", failed
    if not n:
        return State.INCONCLUSIVE, "the metric applies to none of the listed samples", ()
    if unseen:
        return State.INCONCLUSIVE, f"{len(unseen)} of {n} samples lack a score: {_named(unseen)}", unseen
    return State.PASS, f"none of {n} samples has an answer {beyond}", ()


def _named(items: Sequence[str]) -> str:
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(items[:SHOWN]) + more
