"""Accepted baselines made by hand."""

from __future__ import annotations

import json
from typing import Any

from bakeoff.evals.accepted.record import Accepted, Cell
from bakeoff.evals.identity import digest

Tree = dict[str, Any]
"""A baseline's content as JSON has it, without its hash."""


def column(metric: str, **changes: Any) -> Tree:
    plain = {
        "suite": "reference",
        "metric": metric,
        "direction": "higher",
        "low": 0.0,
        "high": 1.0,
        "fingerprint": digest(metric),
        "judged": False,
        "encoded": True,
    }
    return {**plain, **changes}


def tree(cells: list[list[list[Cell]]], **changes: Any) -> Tree:
    """A baseline of two metrics; `cells` by sample, metric and repeat."""
    content = {
        "version": 1,
        "candidate": "bot",
        "kind": "rag",
        "fingerprint": "f1",
        "traits": {"model": "m", "decoding": {"temperature": 0.5}},
        "run": "support-7",
        "run_created": "2026-11-01T10:00:00Z",
        "accepted": "2026-11-02T11:30:00Z",
        "by": "Ada",
        "verdict": "pass",
        "versions": {"bakeoff": "0.1.0"},
        "alpha": 0.05,
        "seed": 3,
        "repeats": len(cells[0][0]),
        "on_system_failure": "worst",
        "judge": {"name": "judge", "fingerprint": "j1"},
        "encoder": None,
        "columns": [column("exact_match"), column("latency", low=None, high=None, direction="lower")],
        "samples": [[f"q{i}", digest(i), row] for i, row in enumerate(cells)],
    }
    return {**content, **changes}


def sealed(content: Tree) -> str:
    return json.dumps({**content, "check": digest(content)})


def made(content: Tree) -> Accepted:
    return Accepted.model_validate_json(sealed(content), strict=True)


BASE = tree([[[1.0], [0.25]], [[0.0], ["abstained"]], [["judge_failed"], [17.5]]])
"""Three samples, with a score, an abstention and a judge's failure among them."""
