"""What a run is made of before anybody is asked: its plan, its header, its samples laid in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import JsonValue

from bakeoff.evals import operations
from bakeoff.evals.comparison import EncoderInfo, JudgeInfo
from bakeoff.evals.config_model import Limits
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, digest_all
from bakeoff.evals.protocols import Encoder, Judge, Materials, Suite, System
from bakeoff.evals.records import Document, Sample
from bakeoff.evals.runs import LeftOut, RunHeader, RunRecord, SuiteOutput
from bakeoff.evals.scoring import info_of
from bakeoff.evals.sequential_run import kept_sequential
from bakeoff.evals.slices import SlicesConfig
from bakeoff.evals.store import Store
from bakeoff.evals.store.samples import SampleRow
from bakeoff.evals.store.store import BATCH
from bakeoff.evals.table_family import MetricNames
from bakeoff.evals.traits import Traits
from bakeoff.evals.versions import installed_versions


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that a run needs, wired. `samples` is a function, because several suites read them.

    `traits` are those that the user states, by system.
    """

    name: str
    systems: Sequence[System]
    suites: Sequence[tuple[Suite, Mapping[str, Any]]]
    samples: Callable[[], Iterable[Sample]]
    judge: Judge
    encoder: Encoder
    limits: Limits = field(default_factory=Limits)
    repeats: int = 1
    seed: int = 0
    alpha: float = 0.05
    baseline: str | None = None
    on_system_failure: Literal["worst", "exclude"] = "worst"
    documents: Sequence[Document] = ()
    training: Path | None = None
    slices: SlicesConfig | None = None
    left_out: Sequence[LeftOut] = ()
    family: MetricNames | None = None
    config: Mapping[str, JsonValue] = field(default_factory=dict)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    traits: Mapping[str, Traits] = field(default_factory=dict)


class Member(NamedTuple):
    """A sample while the run's samples are gathered. There may be many: kept small."""

    position: int
    fingerprint: bytes
    suites: tuple[str, ...]


def register(plan: Plan, store: Store, *, fresh: bool) -> RunRecord:
    """Lay the run's samples; equal ids from several suites must be equal samples."""
    header = _header(plan)
    fresh = fresh or _left_out_others(store, plan.name, header)
    earlier = None if fresh else next(iter(store.list_runs(plan.name)), None)
    record = store.next_run(plan.name, plan.config, header, fresh=fresh)
    members: dict[str, Member] = {}
    store.lay_run(record, _batches(_all_samples(plan, members)))
    content = digest_all(f"{name} {members[name].fingerprint.hex()}" for name in sorted(members))
    update = {
        "samples": len(members),
        "data_fingerprint": content,
        "sequential": kept_sequential(earlier, len(members)),
    }
    header = record.header.model_copy(update=update)
    record = record.model_copy(update={"header": header})
    store.update_run(record)
    return record


def _left_out_others(store: Store, name: str, header: RunHeader) -> bool:
    """Whether the newest run of that name left other suites out: then it is not the one to continue."""
    last = next(iter(store.list_runs(name)), None)
    return last is not None and last.header.left_out != header.left_out


def _batches(rows: Iterator[SampleRow]) -> Iterator[list[SampleRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _all_samples(plan: Plan, members: dict[str, Member]) -> Iterator[SampleRow]:
    for suite, options in plan.suites:
        materials = Materials(
            samples=plan.samples(),
            documents=plan.documents,
            training=plan.training,
            seed=plan.seed,
            options=options,
            encoder=plan.encoder,
            judge=plan.judge,
        )
        for sample in suite.samples(materials):
            yield _member(sample, suite.name, members)
    if not members and not (plan.left_out and not plan.suites):
        raise InputError("no suite of this run has a sample", todo="check `dataset:` and `suites:`")


def _member(sample: Sample, suite: str, members: dict[str, Member]) -> SampleRow:
    fingerprint = bytes.fromhex(digest(sample.compact()))
    known = members.get(sample.id, Member(len(members), fingerprint, ()))
    if known.fingerprint != fingerprint:
        raise InputError(
            f"suites {known.suites[0]!r} and {suite!r} both bring a sample {sample.id!r}, "
            "with different content",
            todo="give the variant an id of its own",
        )
    if suite in known.suites:
        raise InputError(f"suite {suite!r} brings sample {sample.id!r} twice")
    suites = (*known.suites, suite)
    members[sample.id] = Member(known.position, fingerprint, suites)
    return known.position, sample, fingerprint.hex(), list(suites)


def outputs(suites: Iterable[Suite]) -> tuple[SuiteOutput, ...]:
    """The columns of a run with these suites, the kernel's own first."""
    own = [
        SuiteOutput(suite=operations.SUITE, output=output, judged=False, encoded=False)
        for output in operations.OUTPUTS
    ]
    theirs = [
        SuiteOutput(
            suite=suite.name,
            output=output,
            judged=metric.needs_judge,
            encoded=metric.needs_encoder,
            fingerprint=metric.fingerprint,
        )
        for suite in suites
        for metric in suite.metrics
        for output in metric.outputs
    ]
    return (*own, *theirs)


def _header(plan: Plan) -> RunHeader:
    metrics = [metric for suite, _ in plan.suites for metric in suite.metrics]
    judge = plan.judge if any(metric.needs_judge for metric in metrics) else None
    encoder = plan.encoder if any(metric.needs_encoder for metric in metrics) else None
    return RunHeader(
        systems=tuple(info_of(one, plan.traits.get(one.name), plan.secrets) for one in plan.systems),
        outputs=outputs(suite for suite, _ in plan.suites),
        judge=judge
        and JudgeInfo(name=judge.name, fingerprint=judge.fingerprint, offline=judge.offline, note=judge.note),
        encoder=encoder and EncoderInfo(name=encoder.name, fingerprint=encoder.fingerprint),
        baseline=plan.baseline,
        seed=plan.seed,
        repeats=plan.repeats,
        alpha=plan.alpha,
        on_system_failure=plan.on_system_failure,
        versions=installed_versions(),
        slices=plan.slices,
        left_out=tuple(plan.left_out),
        family=plan.family,
    )
