"""A run that takes its items in a random order and stops as soon as its gate's verdict is certain."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bakeoff.evals import operations
from bakeoff.evals.collection import response_key
from bakeoff.evals.filling import Filler
from bakeoff.evals.gate.accepted import names_accepted
from bakeoff.evals.gate.evidence import Evidence, read_contents, read_tags
from bakeoff.evals.gate.result import GateResult
from bakeoff.evals.gate.sequential import certain, deciding
from bakeoff.evals.gate_config import GateConfig
from bakeoff.evals.looks import item_ranks, looks
from bakeoff.evals.protocols import Metric, Preparing
from bakeoff.evals.records import Sample
from bakeoff.evals.runs import RunRecord, SequentialInfo
from bakeoff.evals.store import Store, schema
from bakeoff.evals.store.table_reader import load_table


@dataclass(frozen=True)
class Sequential:
    """The gate that a run may stop for, and what it says of the evidence so far."""

    gate: GateConfig
    decide: Callable[[Evidence], GateResult]


@dataclass(frozen=True)
class Order:
    """The ids of all samples in the run's order (`ids`), the place of the item of each (`ranks`), how many
    items each look has seen (`ends`), and the ids that are asked only at the end, because a system's
    documents must be changed for them (`late`).
    """

    ids: Sequence[str]
    ranks: Sequence[int]
    ends: Sequence[int]
    late: frozenset[str] = field(default=frozenset())

    def between(self, start: int, end: int) -> list[str]:
        """The samples of the items from place `start` to before `end`."""
        return [name for name, rank in zip(self.ids, self.ranks, strict=True) if start <= rank < end]


def not_preparing(metric: Metric) -> bool:
    """Whether the metric scores each answer without having read the others."""
    return not isinstance(metric, Preparing)


def preparing(metric: Metric) -> bool:
    return not not_preparing(metric)


async def take_until_certain(
    sequential: Sequential, store: Store, record: RunRecord, filler: Filler
) -> RunRecord:
    """Fill a laid run look by look; its record, which says how many samples were taken and what was saved.

    A run that was killed does the same looks again, with the answers that are stored. Raises InputError
    where the gate names what the run does not have.
    """
    order, info = await asyncio.to_thread(_plan, sequential, store, record, filler)
    record = _with(store, record, info)
    checks = sequential.gate.checks
    tags = read_tags(store, record) if any(check.tag for check in checks) else {}
    contents = read_contents(store, record) if any(names_accepted(check) for check in checks) else {}
    start = 0
    for end in order.ends:
        new = [name for name in order.between(start, end) if name not in order.late]
        await filler.ask(len(new), new)
        await filler.score(len(new), new, not_preparing)
        start = end
        info = info.model_copy(update={"taken": len(order.between(0, end)), "looks": info.looks + 1})
        record = _with(store, record, info)
        if end == order.ends[-1]:
            break
        result = await asyncio.to_thread(_decide, sequential, store, record, tags, contents)
        verdict = certain(result)
        if verdict is not None:
            decided = {"stopped": True, "verdict": verdict, "reasons": deciding(result)}
            info = info.model_copy(update=decided)
            break
    await _finish(filler, order, start)
    saved = await asyncio.to_thread(_saved, store, record, filler, order.between(start, len(order.ids)))
    return _with(store, record, info.model_copy(update=saved))


def with_judged(record: RunRecord, judged: int) -> RunRecord:
    """The record, saying how many verdicts the judge was asked for."""
    info = record.header.sequential
    assert info is not None
    header = record.header.model_copy(update={"sequential": info.model_copy(update={"judged": judged})})
    return record.model_copy(update={"header": header})


def kept_sequential(earlier: RunRecord | None, total: int) -> SequentialInfo | None:
    """What a run that goes on, with all its samples, keeps of having been sequential: it was looked at, so
    bounds that allow for no look would come too late. None where it never was.
    """
    info = None if earlier is None else earlier.header.sequential
    if info is None or not info.looks:
        return None
    return SequentialInfo(seed=info.seed, total=total, taken=total, looks=info.looks + 1)


def _plan(
    sequential: Sequential, store: Store, record: RunRecord, filler: Filler
) -> tuple[Order, SequentialInfo]:
    config, seed = sequential.gate.sequential, record.header.seed
    assert config is not None
    keys = [key for key, _, _ in store.sample_keys(record.id)]
    ranks = item_ranks(keys, seed)
    ends = looks(np.bincount(ranks).tolist(), config.first, config.step)
    late, waiting = set(), _learning(filler)
    for sample, suites in _samples(store, record):
        if sample.request().documents is not None:
            late.add(sample.id)
            waiting |= {f"{o.suite}.{o.output.name}" for o in record.header.outputs if o.suite in suites}
    if late:  # what is measured of every answer is measured of these too
        waiting |= {f"{operations.SUITE}.{output.name}" for output in operations.OUTPUTS}
    info = SequentialInfo(seed=seed, total=len(keys), waiting=tuple(sorted(waiting)))
    return Order([key.id for key in keys], ranks, ends, frozenset(late)), info


def _learning(filler: Filler) -> set[str]:
    """The columns of metrics that must have read all answers before they score the first."""
    return {
        f"{suite.name}.{output.name}"
        for suite in filler.scorer.suites
        for metric in filter(preparing, suite.metrics)
        for output in metric.outputs
    }


def _samples(
    store: Store, record: RunRecord, only: Sequence[str] | None = None
) -> Iterator[tuple[Sample, list[str]]]:
    for batch in store.sample_batches(record.id, only=only):
        yield from batch


def _with(store: Store, record: RunRecord, info: SequentialInfo) -> RunRecord:
    header = record.header.model_copy(update={"sequential": info})
    record = record.model_copy(update={"header": header})
    store.update_run(record)
    return record


def _decide(
    sequential: Sequential,
    store: Store,
    record: RunRecord,
    tags: Mapping[str, Sequence[str]],
    contents: Mapping[str, str],
) -> GateResult:
    return sequential.decide(Evidence(record, load_table(store, record, whole=True), (), tags, contents))


async def _finish(filler: Filler, order: Order, taken: int) -> None:
    """What could not be had before the end, for the samples that were taken."""
    mine = order.between(0, taken)
    late = [name for name in mine if name in order.late]
    if late:
        await filler.ask(len(late), late)
        await filler.score(len(late), late, not_preparing)
    if _learning(filler):
        await filler.score(len(mine), mine, preparing)


def _saved(store: Store, record: RunRecord, filler: Filler, left: Sequence[str]) -> dict[str, int]:
    """The answers that the store does not hold of the samples left, and the judged scores of those."""
    judged = {
        suite.name: sum(metric.needs_judge for metric in suite.metrics) for suite in filler.scorer.suites
    }
    answers, scores = 0, 0
    for batch in store.sample_batches(record.id, only=left):
        keys: dict[str, int] = {}
        for sample, suites in batch:
            for key in _keys(sample, record, filler):
                keys[key] = keys.get(key, 0) + sum(judged.get(suite, 0) for suite in suites)
        held = store.known(schema.responses, keys)
        answers += len(keys) - len(held)
        scores += sum(count for key, count in keys.items() if key not in held)
    return {"asked": filler.collector.result.asked, "saved_answers": answers, "saved_scores": scores}


def _keys(sample: Sample, record: RunRecord, filler: Filler) -> Iterator[str]:
    for system in filler.systems:
        for repeat in range(filler.repeats):
            if sample.requires <= system.capabilities:
                request = sample.request(filler.collector.seed + repeat)
                yield response_key(system, request, repeat, record.epoch)
