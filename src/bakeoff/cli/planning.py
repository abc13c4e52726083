"""`plan`: how many samples for which effect, before they are paid for."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bakeoff.assemble import assemble, read_config
from bakeoff.cli.planning_text import draw
from bakeoff.evals.config import Config
from bakeoff.evals.datasets import read_samples
from bakeoff.evals.errors import BakeoffError, InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.planning import Aim, SamplePlan, Spread, plan_samples, stated_spread
from bakeoff.evals.runner import Plan
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.statistics import Clustering, clustering_by_icc
from bakeoff.evals.store import open_store
from bakeoff.evals.store.table_reader import load_table
from bakeoff.evals.table import ScoreTable

DEMO_STORE = Path(".bakeoff/demo.db")
CANNOT_TELL = 3
LEAST_EFFECT = 0.001


@dataclass(frozen=True)
class Wishes:
    """The options of `bakeoff plan` as they were typed; None where left out."""

    effect: str | None = None
    margin: str | None = None
    power: str | None = None
    alpha: str | None = None
    discordant: str | None = None
    sd: str | None = None
    cluster_size: str | None = None
    icc: str | None = None
    samples: str | None = None
    repeats: str | None = None


@dataclass(frozen=True)
class Pilot:
    """An earlier run, its scores and its findings."""

    run: RunRecord
    table: ScoreTable
    findings: Sequence[Finding]


def plan_run(path: Path, run_id: str | None, wishes: Wishes, *, as_json: bool) -> int:
    """Print the plan; 0, or 3 where a check of the config's gate cannot be decided."""
    config = None if path == Path("bakeoff.yaml") and not path.exists() else read_config(path)
    aim, stated, clusters = _aim(wishes, config), _stated(wishes), _clusters(wishes)
    n, repeats = _whole(wishes.samples, "--samples", 10**7), _whole(wishes.repeats, "--repeats", 1000)
    pilot = _pilot(config, run_id)
    alone = pilot is None or stated is not None or clusters is not None
    domains = _domains(config) if alone and config is not None else None
    if n is None and domains is not None:
        n = domains.total()
    plan = plan_samples(
        aim,
        config=config,
        run=None if pilot is None else pilot.run,
        table=None if pilot is None else pilot.table,
        findings=() if pilot is None else pilot.findings,
        stated=stated,
        clusters=clusters,
        n=n,
        domains=domains,
        repeats=repeats,
        concurrency={} if pilot is None or config is None else _concurrency(config),
    )
    print(plan.model_dump_json(indent=2) if as_json else draw(plan))
    return _code(plan)


def _code(plan: SamplePlan) -> int:
    return CANNOT_TELL if any(check.decidable is False for check in plan.checks) else 0


def _aim(wishes: Wishes, config: Config | None) -> Aim:
    aim = Aim(alpha=0.05 if config is None else config.alpha)
    given = {
        "effect": _number(wishes.effect, "--effect", least=LEAST_EFFECT, most=1.0),
        "margin": _number(wishes.margin, "--margin", least=LEAST_EFFECT, most=1.0),
        "power": _number(wishes.power, "--power", least=0.5, most=0.999),
        "alpha": _number(wishes.alpha, "--alpha", least=1e-6, most=0.5),
    }
    return aim.model_copy(update={name: value for name, value in given.items() if value is not None})


def _stated(wishes: Wishes) -> Spread | None:
    discordant = _number(wishes.discordant, "--discordant", most=1.0)
    sd = _number(wishes.sd, "--sd", most=1e6)
    if discordant is not None and sd is not None:
        raise InputError("--discordant and --sd say the same thing", todo="give one of them")
    if discordant is None and sd is None:
        return None
    return stated_spread(discordant=discordant, sd=sd, clusters=_clusters(wishes))


def _clusters(wishes: Wishes) -> Clustering | None:
    size = _number(wishes.cluster_size, "--cluster-size", least=1.0, most=1e6)
    icc = _number(wishes.icc, "--icc", least=0.0, most=1.0)
    if (size is None) != (icc is None):
        raise InputError(
            "--cluster-size and --icc go together",
            todo="give both: --icc 1 is the worst case, in which a cluster says no more than one sample",
        )
    return None if size is None or icc is None else clustering_by_icc(icc, size)


def _number(text: str | None, option: str, *, least: float | None = None, most: float) -> float | None:
    """The number of an option, above 0 where no `least` is given; InputError in one line."""
    if text is None:
        return None
    allowed = f"above 0 and at most {most:g}" if least is None else f"from {least:g} to {most:g}"
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"{text!r} is no number", where=option, todo=f"give one {allowed}") from None
    if not (value > 0 if least is None else value >= least) or not value <= most:
        raise InputError(f"{text} is out of range", where=option, todo=f"give a number {allowed}")
    return value


def _whole(text: str | None, option: str, most: int) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= most:
        raise InputError(f"{text!r} is no whole number", where=option, todo=f"give one from 1 to {most:,}")
    return int(text)


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
