"""The suite itself: changed facts, before and after an update, dated facts, and what they say together."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bakeoff.evals.documents import load_documents
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Document, DocumentState, Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.freshness.changed_fact import ChangedFact, changed_fact, holds_since
from bakeoff.suites.freshness.findings import Made, findings
from bakeoff.suites.freshness.metrics import before_metric, lag_metric, outcome_metric, right_metric
from bakeoff.suites.freshness.options import WHERE, Options
from bakeoff.suites.freshness.states import PutBack, put_back
from bakeoff.suites.freshness.variants import AFTER, BEFORE, in_state
from bakeoff.suites.reference.acceptable import acceptable_answers

Changed = Mapping[str, tuple[Sample, ChangedFact]]


@dataclass
class FreshnessSuite:
    """Asks changed facts as they are and, where documents can be replaced, before and after an update.

    `samples()` leaves in `made` what findings say of the data: ages, and which facts have no `before`.
    """

    options: Options
    metrics: Sequence[Metric]
    folder: Path = Path()
    name: str = "freshness"
    made: Made = field(default_factory=Made)

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """Changed and dated samples unchanged, then all changed ones before the update, then after it.

        That order makes the runner's last replacement of documents the update itself. Raises InputError
        for a malformed sample, and where none tells of a changed fact or a date.
        """
        changed, others = self._taking_part(materials)
        given = [*(sample for sample, _ in changed.values()), *others]
        days = {sample.id: holds_since(sample, self.options) for sample in given}
        self.made = _made(days, len(changed), self.options)
        return [*given, *self._asked_of_states(changed, materials.documents)]

    def findings(self, table: ScoreTable) -> list[Finding]:
        """What each system says of changed facts, what an update does, and accuracy by age."""
        return findings(table, self.made, self.options)

    def _taking_part(self, materials: Materials) -> tuple[Changed, list[Sample]]:
        """The changed facts by id, at most `size`, and all other dated samples with a reference."""
        changed: dict[str, tuple[Sample, ChangedFact]] = {}
        others = []
        for sample in materials.samples:
            fact = changed_fact(sample, self.options)
            if sample.origin is not None or not sample.answerable:
                continue
            if fact is not None:
                changed[sample.id] = (sample, fact)
            elif self.options.ages and sample.as_of is not None and acceptable_answers(sample):
                others.append(sample)
        if not changed and not others:
            raise InputError(
                f"no sample has the fields {self.options.old!r} and {self.options.new!r}, nor a date",
                where=WHERE,
                todo="give changed facts both values, name the fields that hold them, or leave the suite out",
            )
        seed = materials.seed if self.options.seed is None else self.options.seed
        drawn = sorted(changed, key=lambda id_: (random.Random(f"{seed}:freshness:{id_}").random(), id_))
        kept = set(drawn[: self.options.size])
        return {id_: pair for id_, pair in changed.items() if id_ in kept}, others

    def _asked_of_states(self, changed: Changed, documents: Sequence[Document]) -> list[Sample]:
        if self.options.before is not None and not documents:
            raise InputError(
                "documents before an update say nothing without those after it",
                where=f"{WHERE}.before",
                todo="name today's under `documents:`, or leave the option out",
            )
        if not documents or not changed:
            return []
        was = self._before(changed, documents)
        self.made = replace(
            self.made,
            has_documents=True,
            without_before=tuple(id_ for id_ in changed if id_ not in was.samples),
        )
        then, now = DocumentState(documents=was.documents), DocumentState(documents=tuple(documents))
        return [
            *(
                in_state(sample, BEFORE, then, fact.old)
                for sample, fact in changed.values()
                if sample.id in was.samples
            ),
            *(in_state(sample, AFTER, now, sample.reference) for sample, _ in changed.values()),
        ]

    def _before(self, changed: Changed, documents: Sequence[Document]) -> PutBack:
        stated = self.options.before
        if stated is None:
            return put_back(documents, changed)
        return PutBack(load_documents(self.folder / stated.path, stated.as_of), frozenset(changed))


def _made(days: Mapping[str, date | None], changed: int, options: Options) -> Made:
    known = {id_: day for id_, day in days.items() if day is not None}
    today = options.today or max(known.values(), default=None)
    if today is None or not options.ages:
        return Made(changed=changed)
    ages = {id_: (today - day).days for id_, day in known.items()}
    return Made(changed=changed, today=today, ages={id_: age for id_, age in ages.items() if age >= 0})


def build(options: Options, wiring: Wiring) -> Suite:
    """The suite with its metrics. InputError where a retraining time is that of no system, or where the
    documents before the update are nowhere.
    """
    if options.before is not None and not (wiring.folder / options.before.path).exists():
        raise InputError("does not exist", where=f"{WHERE}.before.path", todo="mend the path")
    unknown = sorted(set(options.retraining) - set(wiring.systems))
    if unknown and wiring.systems:
        raise InputError(
            f"there is no system {unknown[0]!r}",
            where=f"{WHERE}.retraining",
            todo=f"the systems are: {', '.join(wiring.systems)}",
        )
    metrics = (
        outcome_metric(options),
        before_metric(options),
        lag_metric(options),
        right_metric(options),
    )
    return FreshnessSuite(options, metrics, wiring.folder)


PLUGIN: Plugin[Suite] = Plugin("freshness", Options, build)
