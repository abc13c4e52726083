"""What a finished run says, as its JSON report and its items, without what no two runs share."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.store import Store, open_store
from bakeoff.reports.items import json_lines
from bakeoff.reports.json import JsonReporter

TIMED = ("latency_s", "first_token_s")
JOINT = ("low", "high", "p_adjusted", "verdict")
"""Fields of a difference that come from the whole table's max-|t| distribution, timed rows included."""


def table(folder: Path) -> dict[str, Any]:
    """The newest run's comparison, in the form of `report --format json`, read without a new process."""
    with closing(_store(folder)) as store:
        found: dict[str, Any] = json.loads(JsonReporter().render(compare_run(store, store.find_run())))
        return found


def items(folder: Path) -> list[dict[str, Any]]:
    """The newest run's single scores, in the form of `report --items --format json`."""
    with closing(_store(folder)) as store:
        return [json.loads(line) for line in json_lines(store.items(store.find_run().id))]


def _store(folder: Path) -> Store:
    return open_store(f"sqlite:///{(folder / '.bakeoff' / 'runs.db').as_posix()}", create=False)


def without_time(comparison: dict[str, Any]) -> dict[str, Any]:
    """A comparison without dates, without measured times, and without what these have a part in."""
    kept = json.loads(json.dumps(comparison))
    for name in ("created", "epoch"):
        del kept["run"][name]
    kept["metrics"] = [row for row in kept["metrics"] if row["metric"] not in TIMED]
    for row in kept["metrics"]:
        for difference in row["differences"]:
            for name in JOINT:
                del difference[name]
    return dict(kept)


def untimed(scores: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Items without the measured times, whose rows only keep their status."""
    return [{**score, "value": None} if score["metric"] in TIMED else score for score in scores]


def row(comparison: dict[str, Any], metric: str) -> dict[str, Any]:
    """One metric's row of a comparison."""
    found: dict[str, Any] = next(row for row in comparison["metrics"] if row["metric"] == metric)
    return found
