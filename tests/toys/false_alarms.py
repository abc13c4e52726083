"""Four systems that are alike, compared once: the marks in their table, each of which is a false alarm.

`shipped` goes the whole way (config, `python` adapters, run, store, comparison); `tabled` hands the scores
of the same systems to the comparison, which takes a fifth of the time. Functions of a module, so that
processes of a pool can call them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta
from toys.noise import METRICS, PLUGIN, Noisy, ReadsScores, questions

from bakeoff import api
from bakeoff.assemble import known_plugins
from bakeoff.evals.comparison import Comparison, Verdict
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.records import Kind, Status
from bakeoff.evals.runs import RunHeader, RunRecord
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo

SYSTEMS = ("a", "b", "c", "d")
"""Three comparisons with `a`."""


@dataclass(frozen=True)
class World:
    """How many samples, in how many clusters (None: each for itself); `shift` sets the last system apart."""

    samples: int
    clusters: int | None = None
    shift: float = 0.0


@dataclass(frozen=True)
class Marks:
    """How many differences of a table are marked better or worse: of the eight metrics, and of the
    operational rows, where the clock measures real differences; and the effects of the eight.
    """

    metrics: int
    operations: int
    effects: tuple[float, ...]


def shipped(world: World, repetition: int) -> Marks:
    """One run from a config in a folder of its own, and its comparison."""
    if PLUGIN.name not in known_plugins().suites.plugins:
        known_plugins().suites.register(PLUGIN)
    with tempfile.TemporaryDirectory() as name:
        return _marks(api.run(_config(Path(name), world, repetition)))


def _config(folder: Path, world: World, repetition: int) -> Path:
    rows = questions(world.samples, world.clusters)
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    systems = {
        name: {"adapter": "python", "kind": "prompt", "target": "toys.noise:Noisy", "arguments": arguments}
        for name, arguments in _arguments(world, repetition).items()
    }
    config = {
        "name": "noise",
        "dataset": {"path": "questions.jsonl"},
        "systems": systems,
        "suites": [PLUGIN.name],
        "baseline": SYSTEMS[0],
        "seed": repetition,
        "store": f"sqlite:///{(folder / 'runs.db').as_posix()}",
    }
    path = folder / "bakeoff.yaml"
    path.write_text(json.dumps(config))
    return path


def _arguments(world: World, repetition: int) -> dict[str, dict[str, Any]]:
    """By system: what `Noisy` is made with."""
    clustered = world.clusters is not None
    shifts = dict.fromkeys(SYSTEMS, 0.0) | {SYSTEMS[-1]: world.shift}
    return {
        name: {"seed": f"{repetition} {name}", "clustered": clustered, "shift": shift}
        for name, shift in shifts.items()
    }


def tabled(world: World, repetition: int) -> Marks:
    """The comparison of the scores that the same systems would have got."""
    rows = questions(world.samples, world.clusters)
    systems = [Noisy(**arguments) for arguments in _arguments(world, repetition).values()]
    scores = np.array([[system.scores(row["question"]) for row in rows] for system in systems])
    statuses = np.full((*scores.shape[:2], 1), STATUS_CODES[Status.SCORED], dtype=np.int8)
    infos = tuple(SystemInfo(name=name, kind=Kind.PROMPT, fingerprint=name) for name in SYSTEMS)
    table = ScoreTable(
        infos,
        [SampleKey(row["id"], cluster=row.get("cluster")) for row in rows],
        [
            Column(PLUGIN.name, output, scores[:, :, [i]], statuses)
            for i, output in enumerate(ReadsScores.outputs)
        ],
    )
    now = datetime(2026, 1, 1, tzinfo=UTC)
    header = RunHeader(systems=infos, seed=repetition)
    run = RunRecord(id="noise-1", name="noise", epoch="1", created=now, updated=now, header=header)
    return _marks(compare_table(run, table, baseline=SYSTEMS[0]))


def _marks(found: Comparison) -> Marks:
    marked = {Verdict.BETTER, Verdict.WORSE}
    own = [d for row in found.metrics if row.metric in METRICS for d in row.differences]
    others = [d for row in found.metrics if row.metric not in METRICS for d in row.differences]
    return Marks(
        metrics=sum(d.verdict in marked for d in own),
        operations=sum(d.verdict in marked for d in others),
        effects=tuple(d.effect for d in own if d.effect is not None and d.p_adjusted is not None),
    )


def repeated(
    path: Callable[[World, int], Marks], world: World, repetitions: Iterable[int], workers: int = 2
) -> list[Marks]:
    """All repetitions, in their order, by as many processes."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(path, world), repetitions, chunksize=10))


def exact_interval(hits: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson's, at 95 %."""
    low = 0.0 if hits == 0 else float(beta.ppf(0.025, hits, n - hits + 1))
    high = 1.0 if hits == n else float(beta.ppf(0.975, hits + 1, n - hits))
    return low, high
