"""From two systems, or two runs, down to the items that changed most on a metric, with both answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import sample_means
from bakeoff.evals.changed_items import (
    Change,
    ChangedItem,
    ChangedItems,
    ItemAnswer,
    ItemSide,
    is_worse,
    most_changed,
)
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.records import Response, Status
from bakeoff.evals.run_matching import match_runs
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.statistics import paired_differences
from bakeoff.evals.store import Store
from bakeoff.evals.store.item_reader import read_samples, read_scores
from bakeoff.evals.store.table_reader import load_table
from bakeoff.evals.table import STATUS_CODES, Column


@dataclass(frozen=True)
class Side:
    """One system's scores in one run, sample by sample in the order that both sides share.

    `name` is what the reader sees; `means` (samples,) is NaN where there is no score, `applies` says
    whether there could be one.
    """

    run: RunRecord
    system: str
    name: str
    ids: Sequence[str]
    means: NDArray[np.float64]
    applies: NDArray[np.bool_]


def changed_items(
    store: Store, names: Sequence[str], metric: str, *, limit: int = 10, run_id: str | None = None
) -> ChangedItems:
    """The `limit` samples whose score on `metric` changed most from the first name to the second.

    The names are systems of a run (`run_id`, the newest by default), or two runs: then every system that
    both hold counts. `metric` is `exact_match`, or `suite.exact_match` where several suites have one. Raises
    InputError for unknown names, and where the runs share no system or sample.
    """
    if len(names) != 2:
        raise InputError("changed items are those between two names", todo="give two systems, or two runs")
    if limit < 1:
        raise InputError("at least one item must be asked for", where="--changed")
    known = {run.id for run in store.list_runs()}
    if run_id is None and all(name in known for name in names):
        first, second = (store.find_run(name) for name in names)
        column, pairs = _of_runs(store, first, second, metric)
        return _drill(store, names, None, column, pairs, limit)
    run = store.find_run(run_id)
    column, pairs = _of_systems(store, run, names, metric)
    return _drill(store, names, run.id, column, pairs, limit)


def _of_systems(
    store: Store, run: RunRecord, names: Sequence[str], metric: str
) -> tuple[Column, list[tuple[Side, Side]]]:
    held = Evidence(run, load_table(store, run))
    column, everything = held.column(metric), range(len(held.table.samples))
    before, after = (_side(held, column, name, name, everything) for name in names)
    return column, [(before, after)]


def _of_runs(
    store: Store, first: RunRecord, second: RunRecord, metric: str
) -> tuple[Column, list[tuple[Side, Side]]]:
    ours, other = (Evidence(run, load_table(store, run)) for run in (first, second))
    column = ours.column(metric)
    same = other.column(column.key)
    theirs = {system.name for system in second.header.systems}
    common = [system.name for system in first.header.systems if system.name in theirs]
    places = match_runs(store, [first, second]).places
    if not common or not places:
        raise InputError(
            f"the runs have no {'sample' if common else 'system'} in common",
            todo="compare runs of the same systems over the same data set",
        )
    here, there = zip(*places, strict=True)
    return column, [
        (
            _side(ours, column, name, f"{name}@{first.id}", here),
            _side(other, same, name, f"{name}@{second.id}", there),
        )
        for name in common
    ]


def _side(held: Evidence, column: Column, system: str, name: str, places: Sequence[int]) -> Side:
    row, chosen = held.index(held.system(system).name), list(places)
    outside = column.statuses[row][chosen] == STATUS_CODES[Status.NOT_APPLICABLE]
    ids = [held.table.samples[place].id for place in chosen]
    means = sample_means(column.values[row])[chosen]
    return Side(held.run, system, name, ids, means, ~outside.all(axis=1))


def _drill(
    store: Store,
    names: Sequence[str],
    run: str | None,
    column: Column,
    pairs: Sequence[tuple[Side, Side]],
    limit: int,
) -> ChangedItems:
    direction = column.output.direction
    changes = [change for before, after in pairs for change in _changes(before, after)]
    scored = sum(int((~np.isnan(a.means) & ~np.isnan(b.means)).sum()) for a, b in pairs)
    worse = sum(is_worse(one.change, direction) for one in changes)
    return ChangedItems(
        before=names[0],
        after=names[1],
        run=run,
        suite=column.suite,
        metric=column.output.name,
        direction=direction,
        scored=scored,
        unscored=sum(int((a.applies & b.applies).sum()) for a, b in pairs) - scored,
        worse=worse,
        better=len(changes) - worse,
        items=tuple(_items(store, column, pairs, most_changed(changes, direction, limit))),
    )


def _changes(before: Side, after: Side) -> list[Change]:
    differences = paired_differences(after.means, before.means)
    return [
        Change(before.system, before.ids[i], after.ids[i], float(differences[i]))
        for i in np.flatnonzero(~np.isnan(differences) & (differences != 0)).tolist()
    ]


def _items(
    store: Store, column: Column, pairs: Sequence[tuple[Side, Side]], chosen: Sequence[Change]
) -> list[ChangedItem]:
    sides = {before.system: (before, after) for before, after in pairs}
    samples = read_samples(store, pairs[0][0].run.id, [one.before for one in chosen])
    was = _answers(store, column, pairs[0][0].run, [one.before for one in chosen])
    now = _answers(store, column, pairs[0][1].run, [one.after for one in chosen])
    items = []
    for one in chosen:
        before, after = sides[one.system]
        sample = samples[one.before]
        items.append(
            ChangedItem(
                id=one.before,
                change=one.change,
                worse=is_worse(one.change, column.output.direction),
                domain=sample.domain,
                question=sample.question,
                conversation=sample.conversation,
                reference=sample.reference,
                before=_shown(before, one.before, was),
                after=_shown(after, one.after, now),
            )
        )
    return items


Answers = dict[tuple[str, str], tuple[ItemAnswer, ...]]


def _answers(store: Store, column: Column, run: RunRecord, ids: Sequence[str]) -> Answers:
    """(system, sample) → its answers, repeat by repeat, with their scores."""
    scores = read_scores(store, run.id, ids, suite=column.suite, output=column.output.name)
    responses = store.responses_of(run.id, ids)
    found: Answers = {}
    for system, sample, repeat in sorted(scores):
        score = scores[system, sample, repeat]
        response = responses.get((system, sample, repeat), (None, None))[0]
        answer = ItemAnswer(
            repeat=repeat,
            **_said(response),
            value=score.value,
            status=score.status,
            reason=score.reason,
            detail=score.detail,
        )
        found[system, sample] = (*found.get((system, sample), ()), answer)
    return found


def _said(response: Response | None) -> dict[str, object]:
    if response is None:
        return {}
    error = None if response.error is None else f"{response.error.kind}: {response.error.message}"
    return {
        "text": response.text,
        "error": error,
        "contexts": response.contexts,
        "citations": response.citations,
    }


def _shown(side: Side, sample: str, answers: Answers) -> ItemSide:
    mean = float(side.means[side.ids.index(sample)])
    return ItemSide(name=side.name, sample=sample, value=mean, answers=answers[side.system, sample])
