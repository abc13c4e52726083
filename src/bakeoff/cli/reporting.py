"""`report` and `compare`: draw what the store holds."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from bakeoff.assemble import known_plugins, read_config
from bakeoff.deciding import compare_accepted
from bakeoff.evals.accepted.record import NAME
from bakeoff.evals.comparison import Comparison, ItemScore
from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder
from bakeoff.evals.run_pairs import compare_runs
from bakeoff.evals.store import Store, open_store
from bakeoff.reports.items import csv_lines, json_lines
from bakeoff.reports.terminal import draw

ITEM_FORMATS = {"csv": csv_lines, "json": json_lines}


def report_run(
    identifier: str | None,
    format_name: str,
    output: Path | None,
    *,
    items: bool,
    config: Path,
    store_url: str | None,
    all_pairs: bool = False,
) -> int:
    """Draw one stored run."""
    store = open_stored(config, store_url)
    try:
        run = store.find_run(identifier)
        if items:
            _write_items(store.items(run.id), format_name, output)
            return 0
        comparison = compare_run(store, run, all_pairs=all_pairs)
    finally:
        store.close()
    print_comparison(comparison, format_name, output)
    return 0


def compare_names(
    names: Sequence[str],
    run_id: str | None,
    format_name: str,
    *,
    config: Path,
    store_url: str | None,
    all_pairs: bool = False,
) -> int:
    """Compare systems of one run, or with the accepted baseline, or whole runs where all names are runs.

    `all_pairs`: every two of these systems; of all the run's where none is named.
    """
    if NAME in names and store_url is None:
        if all_pairs:
            raise InputError("--all-pairs compares systems of one run", todo=f"leave {NAME} out")
        systems = [name for name in names if name != NAME]
        print_comparison(compare_accepted(config, run_id=run_id, systems=systems or None), format_name)
        return 0
    if len(names) < 2 and not (all_pairs and not names):
        raise InputError("compare needs at least two names", todo="give systems of one run, or runs")
    store = open_stored(config, store_url)
    try:
        known = {run.id for run in store.list_runs()}
        if run_id is None and names and all(name in known for name in names):
            if all_pairs:
                raise InputError("--all-pairs compares systems of one run, not runs", todo="leave it out")
            comparison = compare_runs(store, [store.find_run(name) for name in names])
        else:
            run = store.find_run(run_id)
            baseline, systems = (names[0], names) if names else (None, None)
            comparison = compare_run(store, run, baseline=baseline, systems=systems, all_pairs=all_pairs)
    finally:
        store.close()
    print_comparison(comparison, format_name)
    return 0


def print_comparison(comparison: Comparison, format_name: str, output: Path | None = None) -> None:
    """Draw on the terminal with colours where it has them, or write a reporter's bytes."""
    if format_name == "terminal" and output is None and sys.stdout.isatty():
        console = Console()
        console.print(draw(comparison, console.width))
        return
    plugin = known_plugins().reporters.get(format_name, where="--format")
    content = plugin.build(plugin.options(), _bare_wiring()).render(comparison)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        _write(output, content)


def _write_items(items: Iterator[ItemScore], format_name: str, output: Path | None) -> None:
    lines = ITEM_FORMATS.get(format_name)
    if lines is None:
        raise InputError(
            f"--items cannot be written as {format_name}", todo="use --format csv or --format json"
        )
    if output is None:
        for line in lines(items):
            sys.stdout.write(line)
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines(items))
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(output)) from error


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(path)) from error


def open_stored(config: Path, store_url: str | None) -> Store:
    """The store of the URL, else of the config, else the demo's where only that is here."""
    if store_url is not None:
        return open_store(store_url, create=False)
    demo = Path(".bakeoff/demo.db")
    if not config.exists() and config == Path("bakeoff.yaml") and demo.exists():
        return open_store(f"sqlite:///{demo.absolute().as_posix()}", create=False)
    return open_store(read_config(config, asks=False).store, create=False)


def _bare_wiring() -> Wiring:
    def no_encoder() -> Encoder:
        raise AssertionError("a report needs no encoder")

    return Wiring(folder=Path.cwd(), encoder=no_encoder)
