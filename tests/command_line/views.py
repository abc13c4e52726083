"""What a finished run says, as its JSON report and its items, without what no two runs share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from command_line.driver import bakeoff

TIMED = ("latency_s", "first_token_s")
JOINT = ("low", "high", "p_adjusted", "verdict")
"""Fields of a difference that come from the whole table's max-|t| distribution, timed rows included."""


def table(folder: Path) -> dict[str, Any]:
    """The newest run's comparison, as `report --format json` prints it."""
    printed = bakeoff("report", "--format", "json", cwd=folder)
    assert printed.returncode == 0, printed.stderr
    found: dict[str, Any] = json.loads(printed.stdout)
    return found


def items(folder: Path) -> list[dict[str, Any]]:
    """The newest run's single scores, as `report --items --format json` prints them."""
    printed = bakeoff("report", "--items", "--format", "json", cwd=folder)
    assert printed.returncode == 0, printed.stderr
    return [json.loads(line) for line in printed.stdout.splitlines()]


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
