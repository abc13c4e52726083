"""From a config and its store to a plan: what the command line and the Python API share."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bakeoff.assemble import assemble
from bakeoff.evals.config import Config
from bakeoff.evals.datasets import read_samples
from bakeoff.evals.errors import BakeoffError, InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.gate_file import read_gate
from bakeoff.evals.planning import Aim, SamplePlan, Spread, plan_samples
from bakeoff.evals.registration import Plan
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.statistics import Clustering
from bakeoff.evals.store import open_store
from bakeoff.evals.store.table_reader import load_table
from bakeoff.evals.table import ScoreTable

DEMO_STORE = Path(".bakeoff/demo.db")


@dataclass(frozen=True)
class Pilot:
    """An earlier run, its scores and its findings."""

    run: RunRecord
    table: ScoreTable
    findings: Sequence[Finding]


def plan_config(
    config: Config | None,
    aim: Aim,
    *,
    run_id: str | None = None,
    stated: Spread | None = None,
    clusters: Clustering | None = None,
    samples: int | None = None,
    repeats: int | None = None,
) -> SamplePlan:
    """The plan from a stored run (the newest, unless one is named), or without any; no system is asked.

    A stated variance takes the place of the run's. `samples` are by default those of the data set, or of the
    run whose variance is used. Raises InputError.
    """
    pilot = _pilot(config, run_id)
    alone = pilot is None or stated is not None or clusters is not None
    domains = _domains(config) if alone and config is not None else None
    return plan_samples(
        aim,
        config=config,
        run=None if pilot is None else pilot.run,
        table=None if pilot is None else pilot.table,
        findings=() if pilot is None else pilot.findings,
        stated=stated,
        clusters=clusters,
        n=domains.total() if samples is None and domains is not None else samples,
        domains=domains,
        repeats=repeats,
        concurrency={} if pilot is None or config is None else _concurrency(config),
    )


def stated_aim(*, effect: float, margin: float | None, power: float, alpha: float) -> Aim:
    """The aim; InputError for a number that is out of range."""
    try:
        return Aim(effect=effect, margin=margin, power=power, alpha=alpha)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        message = fault["msg"][:1].lower() + fault["msg"][1:]
        raise InputError(f"{message}, not {fault['input']}", where=str(fault["loc"][0])) from None


def with_gate(config: Config, file: Path) -> Config:
    """The config with the gate of a file in place of its own."""
    return config.model_copy(update={"gate": read_gate(file, tuple(config.systems))})


def _pilot(config: Config | None, run_id: str | None) -> Pilot | None:
    """The run of that name; without a name the newest of the config, or of the demo, if there is one."""
    url = _store_url(config)
    if url is None:
        if run_id is not None:
            raise InputError("there is no store that could hold a run", todo="run `bakeoff run` first")
        return None
    store = open_store(url, create=False)
    try:
        if run_id is None:
            runs = store.list_runs(None if config is None else config.name)
            run = runs[0] if runs else None
        else:
            run = store.find_run(run_id)
        if run is None:
            return None
        return Pilot(run, load_table(store, run), store.findings(run.id))
    finally:
        store.close()


def _store_url(config: Config | None) -> str | None:
    """The config's store, or the demo's where there is no config; None where none has been made yet."""
    if config is None:
        return f"sqlite:///{DEMO_STORE.absolute().as_posix()}" if DEMO_STORE.exists() else None
    file = config.store.removeprefix("sqlite:///")
    return config.store if file == config.store or Path(file).exists() else None


def _domains(config: Config) -> Counter[str | None] | None:
    """The samples of the config's data set by domain; those of a hub are not fetched for this."""
    if config.dataset.hub is not None and os.environ.get("HF_HUB_OFFLINE", "") in ("", "0"):
        return None
    return Counter(sample.domain for sample in read_samples(config.dataset, config.folder))


def _concurrency(config: Config) -> dict[str, int]:
    """How many calls each system takes at once: the limit, or its own."""
    limit = config.limits.concurrency
    try:
        plan = assemble(config)
    except BakeoffError:
        return dict.fromkeys(config.systems, limit)  # a package is missing here: the run was made elsewhere
    asyncio.run(_close(plan))
    return {system.name: at_once(limit, getattr(system, "concurrency", None)) for system in plan.systems}


def at_once(limit: int, own: int | None) -> int:
    """Calls in flight, as the run has them: `limits.concurrency`, or fewer where the system takes fewer.

    >>> at_once(32, None), at_once(32, 1), at_once(4, 8)
    (32, 1, 4)
    """
    return min(limit, own or limit)


async def _close(plan: Plan) -> None:
    for system in plan.systems:
        await system.aclose()
    await plan.judge.aclose()
