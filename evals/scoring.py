"""Score: give every stored answer to the metrics of its suites, and store what they make of it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter

from bakeoff.evals import operations
from bakeoff.evals.abstention import is_abstention
from bakeoff.evals.identity import KEY_SCHEME, canonical_json, digest
from bakeoff.evals.progress import Progress
from bakeoff.evals.protocols import Metric, Preparing, Suite, System, Tools
from bakeoff.evals.records import Answered, Capability, Response, Sample, Score, Status
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store, schema
from bakeoff.evals.table import SystemInfo
from bakeoff.evals.traits import Traits, seen_traits, with_stated, without_secrets

BATCHES_IN_FLIGHT = 2
"""Batches scored at once: the next one's calls fill the slots that the last calls of this one leave idle."""

_SCORES = TypeAdapter(dict[str, Score])


@dataclass(frozen=True)
class ScoredCell:
    """One answer, or its absence, as scoring sees it."""

    system: System
    sample: Sample
    suites: Sequence[str]
    repeat: int
    response: Response | None
    reason: str | None
    abstained: bool
    siblings: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return self.response is not None and self.response.error is not None

    def answered(self, *, siblings: bool = False) -> Answered:
        assert self.response is not None
        return Answered(
            system=self.system.name,
            retrieves=Capability.RETRIEVES in self.system.capabilities,
            sample=self.sample,
            response=self.response,
            repeat=self.repeat,
            abstained=self.abstained,
            siblings=self.siblings if siblings else (),
        )


Settled = tuple[list[ScoredCell], dict[str, Score], str | None]
"""Cells that share their scores, those scores, and the key under which they are kept."""


@dataclass
class Scorer:
    """Fills the scores of one run: of `only` these samples, in its order, by the `wanted` metrics."""

    store: Store
    run: RunRecord
    suites: Sequence[Suite]
    tools: Tools
    progress: Progress
    on_system_failure: str = "worst"
    open_cells: Counter[str] = field(default_factory=Counter)
    only: Sequence[str] | None = None
    wanted: Callable[[Metric], bool] = lambda _metric: True

    async def score(self, systems: Sequence[System], repeats: int) -> None:
        """Score all batches, a few at a time; memory holds no more than those."""
        await asyncio.to_thread(self._prepare, systems, repeats)
        slots = asyncio.Semaphore(BATCHES_IN_FLIGHT)

        async def one(batch: list[tuple[Sample, list[str]]]) -> None:
            try:
                await self._score_batch(batch, systems, repeats)
            finally:
                slots.release()

        async with asyncio.TaskGroup() as group:
            for batch in self.store.sample_batches(self.run.id, only=self.only):
                await slots.acquire()
                group.create_task(one(batch))

    def _prepare(self, systems: Sequence[System], repeats: int) -> None:
        """Let the metrics that learn from the run's answers read them."""
        infos = [info_of(system) for system in systems]
        for suite in self.suites:
            for metric in suite.metrics:
                if isinstance(metric, Preparing) and self.wanted(metric):
                    metric.prepare(infos, self._answers(suite.name, systems, repeats))

    def _answers(self, suite: str, systems: Sequence[System], repeats: int) -> Iterator[Answered]:
        for batch in self.store.sample_batches(self.run.id, only=self.only):
            members = [(sample, suites) for sample, suites in batch if suite in suites]
            for cell in self._load(members, systems, repeats):
                if cell.response is not None and not cell.failed:
                    yield cell.answered()

    async def _score_batch(
        self, batch: list[tuple[Sample, list[str]]], systems: Sequence[System], repeats: int
    ) -> None:
        cells = await asyncio.to_thread(self._load, batch, systems, repeats)
        await self._measure(cells)
        async with asyncio.TaskGroup() as group:
            for suite in self.suites:
                members = [cell for cell in cells if suite.name in cell.suites]
                for metric in filter(self.wanted, suite.metrics):
                    group.create_task(self._score_metric(suite.name, metric, members))

    def _load(
        self, batch: list[tuple[Sample, list[str]]], systems: Sequence[System], repeats: int
    ) -> list[ScoredCell]:
        held = self.store.responses_of(self.run.id, [sample.id for sample, _ in batch])
        cells = []
        for sample, suites in batch:
            for system in systems:
                for repeat in range(repeats):
                    found = held.get((system.name, sample.id, repeat))
                    if found is None:
                        continue  # open: no answer yet, so nothing to score
                    response, reason = found
                    cells.append(
                        ScoredCell(system, sample, suites, repeat, response, reason, _abstained(response))
                    )
        return _with_siblings(cells) if repeats > 1 else cells

    async def _measure(self, cells: list[ScoredCell]) -> None:
        rows = []
        for cell in cells:
            if cell.response is None:
                scores = {o.name: _not_applicable(cell) for o in operations.OUTPUTS}
            else:
                live = Capability.LIVE in cell.system.capabilities
                scores = operations.measure(cell.sample, cell.response, abstained=cell.abstained, live=live)
            rows += [self._row(cell, operations.SUITE, name, score, None) for name, score in scores.items()]
        await self.store.writer.put(schema.run_scores, rows, replace=True)

    async def _score_metric(self, suite: str, metric: Metric, cells: list[ScoredCell]) -> None:
        settled: list[Settled] = []
        by_key: dict[str, list[ScoredCell]] = {}
        for cell in cells:
            if cell.response is None:
                settled.append(([cell], {o.name: _not_applicable(cell) for o in metric.outputs}, None))
            elif cell.failed:
                settled.append(([cell], self._failed(metric, cell), None))
            else:
                by_key.setdefault(self._key(metric, cell), []).append(cell)
        held = await asyncio.to_thread(self.store.known, schema.scores, by_key)
        for key, payload in held.items():
            settled.append((by_key.pop(key), _SCORES.validate_json(payload), key))
        if by_key:
            settled += await self._ask(suite, metric, by_key)
        await self._settle(suite, settled)

    async def _ask(self, suite: str, metric: Metric, by_key: dict[str, list[ScoredCell]]) -> list[Settled]:
        twins = list(by_key.items())
        siblings = "siblings" in also_reads(metric)
        batch = [cells[0].answered(siblings=siblings) for _, cells in twins]
        results = await metric.score(batch, self.tools)
        settled: list[Settled] = []
        kept = []
        for (key, cells), scores in zip(twins, results, strict=True):
            if scores is None:
                self.open_cells[f"{suite}.{metric.name}"] += len(cells)
                self.progress.advance(suite, len(cells), failed=True)
                continue
            _check(suite, metric, scores)
            if any(score.status is Status.JUDGE_FAILED for score in scores.values()):
                # not kept under its key: the next run asks the judge again
                settled.append((cells, scores, None))
                continue
            kept.append({"key": key, "payload": _SCORES.dump_json(scores).decode()})
            settled.append((cells, scores, key))
        await self.store.writer.put(schema.scores, kept)
        return settled

    async def _settle(self, suite: str, settled: list[Settled]) -> None:
        rows = [
            self._row(cell, suite, name, score, key)
            for cells, scores, key in settled
            for cell in cells
            for name, score in scores.items()
        ]
        await self.store.writer.put(schema.run_scores, rows, replace=True)
        self.progress.advance(suite, sum(len(cells) for cells, _, _ in settled))

    def _row(
        self, cell: ScoredCell, suite: str, output: str, score: Score, key: str | None
    ) -> dict[str, Any]:
        return {
            "run": self.run.id,
            "sample": cell.sample.id,
            "system": cell.system.name,
            "repeat": cell.repeat,
            "suite": suite,
            "output": output,
            "status": score.status,
            "value": score.value,
            "reason": score.reason,
            "score": key,
        }

    def _key(self, metric: Metric, cell: ScoredCell) -> str:
        assert cell.response is not None
        return digest(
            [
                KEY_SCHEME,
                cell.response.content_fingerprint,
                cell.sample.evidence_fingerprint,
                metric.fingerprint,
                self.tools.judge.fingerprint if metric.needs_judge else "",
                self.tools.encoder.fingerprint if metric.needs_encoder else "",
                Capability.RETRIEVES in cell.system.capabilities,
                cell.abstained,
                *_also_read(metric, cell),
            ]
        )

    def _failed(self, metric: Metric, cell: ScoredCell) -> dict[str, Score]:
        """The system's own failure: worst value of a bounded output, else left out (DESIGN §6)."""
        assert cell.response is not None
        assert cell.response.error is not None
        outside = metric.inapplicable(cell.answered(siblings="siblings" in also_reads(metric)))
        if outside is not None:
            return {output.name: outside for output in metric.outputs}
        scores = {}
        for output in metric.outputs:
            counts = output.on_failure == "worst" and self.on_system_failure == "worst"
            value = output.worst if counts else None
            scores[output.name] = Score(
                status=Status.SYSTEM_FAILED, value=value, reason=cell.response.error.message
            )
        return scores


def info_of(
    system: System, stated: Traits | None = None, secrets: frozenset[str] = frozenset()
) -> SystemInfo:
    """What is known of a system once it is gone; `stated` are the traits that its user states."""
    traits = with_stated(seen_traits(system), stated or {}, f"systems.{system.name}.traits")
    return SystemInfo(
        name=system.name,
        kind=system.kind,
        parent=system.parent,
        fingerprint=system.fingerprint,
        capabilities=system.capabilities,
        traits=without_secrets(traits, secrets),
        content_addressed=system.content_addressed,
    )


def also_reads(metric: Metric) -> frozenset[str]:
    """What the metric reads beside the answer and the sample; see `Metric`."""
    return frozenset(getattr(metric, "also_reads", ()))


def _also_read(metric: Metric, cell: ScoredCell) -> list[list[str]]:
    """What belongs in the key of that metric's scores only, so that the others' keys stay as they are."""
    response = cell.response or Response(text="")
    reads: list[tuple[str, Callable[[], list[str]]]] = [
        ("tags", lambda: sorted(cell.sample.tags)),
        ("timing", lambda: [canonical_json(response.timing.model_dump())]),
        ("extras", lambda: [canonical_json(response.extras)]),
        ("system", lambda: [cell.system.name]),
        ("siblings", lambda: sorted(cell.siblings)),
    ]
    declared = also_reads(metric)
    return [[name, *read()] for name, read in reads if name in declared]


def _with_siblings(cells: list[ScoredCell]) -> list[ScoredCell]:
    """The cells, each with the texts of the other repeats of its system and sample."""
    groups: dict[tuple[str, str], list[ScoredCell]] = defaultdict(list)
    for cell in cells:
        if cell.response is not None and not cell.failed:
            groups[cell.system.name, cell.sample.id].append(cell)

    def texts(cell: ScoredCell) -> tuple[str, ...]:
        others = (one for one in groups[cell.system.name, cell.sample.id] if one.repeat != cell.repeat)
        return tuple(one.response.text or "" for one in others if one.response is not None)

    return [replace(cell, siblings=texts(cell)) for cell in cells]


def _abstained(response: Response | None) -> bool:
    if response is None or response.text is None:
        return False
    return is_abstention(response.text) if response.abstained is None else response.abstained


def _not_applicable(cell: ScoredCell) -> Score:
    return Score(status=Status.NOT_APPLICABLE, reason=cell.reason)


def _check(suite: str, metric: Metric, scores: dict[str, Score]) -> None:
    wanted = {output.name for output in metric.outputs}
    if set(scores) != wanted:
        raise TypeError(f"metric {suite}.{metric.name} returned {sorted(scores)}, declares {sorted(wanted)}")
