"""The Python API: what the commands do, as functions that return what the commands print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bakeoff.assemble import assemble, read_config
from bakeoff.evals import comparison_builder, drill_down, run_pairs, runner
from bakeoff.evals.changed_items import ChangedItems
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.planning import SamplePlan
from bakeoff.evals.store import Store, open_store
from bakeoff.planning import plan_config, stated_aim, with_gate


def load_config(path: Path | str) -> Config:
    """Read and check a config. Raises InputError with a line for every problem."""
    return read_config(path)


def run(config: Config | Path | str, *, fresh: bool = False) -> Comparison:
    """Ask and score what the store lacks, then compare.

    `comparison.run.open_cells` counts what could not be filled; running again fills it. `fresh` starts
    a new epoch. Must not be called from a running event loop. Raises InputError, RunIncomplete.
    """
    checked = checked_config(config)
    with opened_store(checked, create=True) as store:
        outcome = runner.run(assemble(checked), store, fresh=fresh)
        return comparison_builder.compare_run(store, outcome.run)


def compare(
    config: Config | Path | str,
    *,
    run_id: str | None = None,
    baseline: str | None = None,
    systems: Sequence[str] | None = None,
    all_pairs: bool = False,
) -> Comparison:
    """Compare the systems of a stored run (the newest by default); nothing is asked.

    All with `baseline`; with `all_pairs` every two of them.
    """
    with opened_store(checked_config(config, asks=False), create=False) as store:
        found = store.find_run(run_id)
        return comparison_builder.compare_run(
            store, found, baseline=baseline, systems=systems, all_pairs=all_pairs
        )


def compare_runs(config: Config | Path | str, run_ids: Sequence[str]) -> Comparison:
    """Compare stored runs with the first of them, system by system; nothing is asked."""
    with opened_store(checked_config(config), create=False) as store:
        return run_pairs.compare_runs(store, [store.find_run(run_id) for run_id in run_ids])


def changed_items(
    config: Config | Path | str,
    before: str,
    after: str,
    metric: str,
    *,
    limit: int = 10,
    run_id: str | None = None,
) -> ChangedItems:
    """The samples whose score on a metric changed most between two systems of a stored run, or two runs.

    Each comes with its question, reference, both answers and the evidence for both scores; losses first.
    Nothing is asked.
    """
    with opened_store(checked_config(config, asks=False), create=False) as store:
        return drill_down.changed_items(store, (before, after), metric, limit=limit, run_id=run_id)


def plan(
    config: Config | Path | str | None = None,
    *,
    run_id: str | None = None,
    effect: float = 0.05,
    margin: float | None = None,
    power: float = 0.80,
    alpha: float | None = None,
    samples: int | None = None,
    repeats: int | None = None,
    gate_file: Path | str | None = None,
) -> SamplePlan:
    """How many samples for which effect, and whether the gate can be decided; nothing is asked.

    The variance is that of a stored run (the config's newest by default), else METHODS' defaults. `effect` is
    the difference to find, `margin` the loss to exclude (None: each metric's own), `alpha` the config's by
    default. `plan.checks` says of each check of the gate whether it can be decided. Raises InputError.
    """
    checked = None if config is None else checked_config(config, asks=False)
    if gate_file is not None:
        if checked is None:
            raise InputError("a gate file needs a config", where="gate_file", todo="name the config too")
        checked = with_gate(checked, Path(gate_file))
    if alpha is None:
        alpha = 0.05 if checked is None else checked.alpha
    aim = stated_aim(effect=effect, margin=margin, power=power, alpha=alpha)
    for name, value in (("samples", samples), ("repeats", repeats)):
        if value is not None and value < 1:
            raise InputError(f"{value} is no number of {name}", where=name, todo="give one from 1 on")
    return plan_config(checked, aim, run_id=run_id, samples=samples, repeats=repeats)


def checked_config(config: Config | Path | str, *, asks: bool = True) -> Config:
    """The config itself, or that of a file; see `read_config` for `asks`."""
    return config if isinstance(config, Config) else read_config(config, asks=asks)


@contextmanager
def opened_store(config: Config, *, create: bool) -> Iterator[Store]:
    """The config's store, closed at the end."""
    store = open_store(config.store, create=create)
    try:
        yield store
    finally:
        store.close()
