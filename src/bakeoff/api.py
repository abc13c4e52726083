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
from bakeoff.evals.store import Store, open_store


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
