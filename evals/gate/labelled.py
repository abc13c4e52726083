"""The labels that belong to one column of a run, each beside the judge's score of the same answer."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import combinations, groupby
from pathlib import Path

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.goals import number
from bakeoff.evals.labels import Answer, Label, Labels, Placed
from bakeoff.evals.records import Output, Status
from bakeoff.evals.table import STATUS_CODES, Column

Pair = tuple[float, float, Hashable]
"""Two verdicts on one answer, and the cluster of its sample."""


@dataclass(frozen=True)
class Scored:
    """One person's verdict and the judge's on the same answer."""

    answer: Answer
    cluster: Hashable
    rater: str
    verdict: float
    score: float


@dataclass(frozen=True)
class Labelled:
    """What can be compared, ordered by answer and rater, and how many labels cannot, by reason.

    `stale`: of another text than the run holds; `unscored`: the judge gave no score; `elsewhere`: of a
    sample, system or repeat that the run has not.
    """

    file: Path | str
    current: tuple[Scored, ...] = ()
    stale: int = 0
    unscored: int = 0
    elsewhere: int = 0

    def with_judge(self, *, shared: bool = False) -> list[Pair]:
        """Every label beside the judge's score; `shared`: of answers that several people labelled."""
        groups = [list(group) for _, group in groupby(self.current, key=lambda one: one.answer)]
        chosen = [one for group in groups for one in group if len(group) > 1 or not shared]
        return [(one.verdict, one.score, one.cluster) for one in chosen]

    def of_people(self) -> list[Pair]:
        """Every two people's verdicts on the same answer."""
        groups = groupby(self.current, key=lambda one: one.answer)
        return [(a.verdict, b.verdict, a.cluster) for _, group in groups for a, b in combinations(group, 2)]


def of_column(evidence: Evidence, column: Column) -> Labelled:
    """The labels of a metric. Raises InputError for one outside of the metric's range."""
    labels = evidence.people
    if labels is None:
        return Labelled("the gate")
    names = (column.output.name, column.key)
    mine = [one for one in labels.placed if one.label.metric in names]
    found = [_matched(evidence, labels, column, one) for one in mine]
    current = [one for one in found if isinstance(one, Scored)]
    return Labelled(
        labels.file,
        tuple(sorted(current, key=lambda one: (one.answer, one.rater))),
        found.count("stale"),
        found.count("unscored"),
        found.count("elsewhere"),
    )


def _matched(evidence: Evidence, labels: Labels, column: Column, placed: Placed) -> Scored | str:
    label = placed.label
    verdict = _in_range(float(label.value), column.output, placed.where)
    systems = {system.name: i for i, system in enumerate(evidence.table.systems)}
    i, j = systems.get(label.system), evidence.places.get(label.sample)
    if i is None or j is None or label.repeat >= column.values.shape[2]:
        return "elsewhere"
    answer = (label.system, label.sample, label.repeat)
    if not _same(labels.answers.get(answer), label):
        return "stale"
    if column.statuses[i, j, label.repeat] != STATUS_CODES[Status.SCORED]:
        return "unscored"
    score = float(column.values[i, j, label.repeat])
    return Scored(answer, evidence.labels[j], label.rater, verdict, score)


def _same(held: str | None, label: Label) -> bool:
    """Whether the run holds the text that was labelled, white space aside."""
    return held is not None and held.split() == label.answer.split()


def _in_range(value: float, output: Output, where: str) -> float:
    low, high = output.low, output.high
    if (low is not None and value < low) or (high is not None and value > high):
        ends = " to ".join("open" if end is None else number(end) for end in (low, high))
        raise InputError(f"value {number(value)} lies outside of {output.name}'s range, {ends}", where=where)
    return value
