"""What a gate reads of a stored run, and how its names are found there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from bakeoff.evals import operations
from bakeoff.evals.cells import cluster_labels
from bakeoff.evals.errors import InputError
from bakeoff.evals.fairness.circumstances import Asked
from bakeoff.evals.findings import Finding
from bakeoff.evals.labels import Labels
from bakeoff.evals.looks import item_ranks
from bakeoff.evals.run_matching import content_marks
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store
from bakeoff.evals.store.dates import asked_dates
from bakeoff.evals.store.table_reader import load_table
from bakeoff.evals.table import Column, ScoreTable, SystemInfo

_QUANTILE = re.compile(r"(?P<head>.+)_p(?P<percent>\d{1,2}(?:\.\d+)?)(?P<tail>_.+)?")


@dataclass(frozen=True)
class Evidence:
    """One run: its header, its scores, its suites' findings, the tags and the content fingerprints of its
    samples by id, the dates of its systems' answers, people's labels.
    """

    run: RunRecord
    table: ScoreTable
    findings: Sequence[Finding] = ()
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, Asked] = field(default_factory=dict)
    people: Labels | None = None

    @cached_property
    def labels(self) -> list[Hashable]:
        """The cluster of every sample."""
        return cluster_labels(self.table.samples)

    @cached_property
    def ranks(self) -> list[int]:
        """The place of every sample's item in the order of a sequential run."""
        info = self.run.header.sequential
        return [] if info is None else item_ranks(self.table.samples, info.seed)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of every sample on axis 1 of the columns, by id."""
        return {sample.id: i for i, sample in enumerate(self.table.samples)}

    def system(self, name: str, where: str = "") -> SystemInfo:
        """A system of the run; InputError with the nearest name where there is none."""
        for system in self.table.systems:
            if system.name == name:
                return system
        raise unknown("system", name, [system.name for system in self.table.systems], self.run.id, where)

    def index(self, name: str) -> int:
        """A known system's place on axis 0 of the columns."""
        return [system.name for system in self.table.systems].index(name)

    def column(self, name: str, where: str = "") -> Column:
        """The column of a metric, `metric` or `suite.metric`; InputError where there is none, or several."""
        columns = [column for column in self.table.columns if column.slice is None]
        found = [column for column in columns if name in (column.output.name, column.key)]
        if not found:
            names = [n for column in columns for n in (column.output.name, column.key)]
            raise unknown("metric", name, list(dict.fromkeys(names)), self.run.id, where)
        if len(found) > 1:
            keys = ", ".join(column.key for column in found)
            raise InputError(
                f"several suites have a metric {name!r}", where=where, todo=f"write one of {keys}"
            )
        return found[0]

    def quantile(self, name: str) -> tuple[str, float] | None:
        """(`latency_s`, 0.95) for `latency_p95_s`; None where the name is a metric's, or of no such form."""
        names = {n for column in self.table.columns for n in (column.output.name, column.key)}
        return split_quantile(name, names)

    def judged(self, suite: str, metric: str | None = None) -> bool:
        """Whether a judge made these scores (any of the suite's where no metric is named).

        A run of before this was recorded does not say: there every suite but the kernel's own counts. Of a
        suite that the run does not know by that name, any judged score does.
        """
        outputs = self.run.header.outputs
        if self.run.header.judge is None:
            return False
        return any(
            (entry.suite != operations.SUITE) if entry.judged is None else entry.judged
            for entry in [entry for entry in outputs if entry.suite == suite] or outputs
            if metric in (None, entry.output.name)
        )


def split_quantile(name: str, names: Set[str]) -> tuple[str, float] | None:
    """(`latency_s`, 0.95) for `latency_p95_s`; None where it is one of the names itself, or made of none."""
    form = _QUANTILE.fullmatch(name)
    if form is None or name in names or not 0 < float(form["percent"]) < 100:
        return None
    whole = form["head"] + (form["tail"] or "")
    return (whole, float(form["percent"]) / 100) if whole in names else None


def read_evidence(store: Store, run: RunRecord, *, tags: bool = False, contents: bool = False) -> Evidence:
    """All that a gate needs of a run; the samples themselves are read only where their `tags` or `contents`
    are wanted.
    """
    return Evidence(
        run,
        load_table(store, run, whole=True),
        store.findings(run.id),
        read_tags(store, run) if tags else {},
        read_contents(store, run) if contents else {},
        asked_dates(store, run.id),
    )


def read_tags(store: Store, run: RunRecord) -> dict[str, Sequence[str]]:
    """The tags of the samples that have some, by id."""
    return {
        sample.id: sample.tags for batch in store.sample_batches(run.id) for sample, _ in batch if sample.tags
    }


def read_contents(store: Store, run: RunRecord) -> dict[str, str]:
    """The fingerprint of each sample's content, by id."""
    return dict(content_marks(store, run))


def unknown(what: str, name: str, known: Sequence[str], run_id: str, where: str = "") -> InputError:
    """The error for a name that the run does not hold, with the nearest one that it does."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    todo = f"did you mean {near[0]!r}?" if near else f"it holds: {', '.join(known[:12]) or 'none'}"
    return InputError(f"run {run_id!r} has no {what} {name!r}", where=where, todo=todo)
