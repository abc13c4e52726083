"""`compare A B --metric M`: the items behind a difference."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bakeoff.cli.reporting import open_stored
from bakeoff.evals.drill_down import changed_items
from bakeoff.evals.errors import InputError
from bakeoff.reports.changed_items import FORMATS, to_terminal

SHOWN = 10
"""Items where --changed does not say how many."""


def show_changed(
    names: Sequence[str],
    run_id: str | None,
    metric: str | None,
    limit: int | None,
    format_name: str,
    *,
    config: Path,
    store_url: str | None,
) -> int:
    """Print the items whose score on the metric changed most; texts are cut where a terminal reads."""
    if metric is None:
        raise InputError("--changed needs a metric", todo="name it: --metric exact_match")
    draw = FORMATS.get(format_name)
    if draw is None:
        raise InputError(
            f"changed items cannot be written as {format_name}", todo=f"use one of {', '.join(FORMATS)}"
        )
    store = open_stored(config, store_url)
    try:
        wanted = SHOWN if limit is None else limit
        found = changed_items(store, names, metric, limit=wanted, run_id=run_id)
    finally:
        store.close()
    if draw is to_terminal:
        sys.stdout.write(to_terminal(found, shutil.get_terminal_size((100, 0)).columns))
    else:
        sys.stdout.write(draw(found))
    return 0
