"""The summary that GitHub shows on a job's page: the gate's Markdown, appended to the step's own file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.gate.result import GateResult
from bakeoff.reports.gate_summary import STEP_LIMIT, render


def is_wanted() -> bool:
    """Whether this runs in a step of GitHub Actions that takes a summary."""
    return os.environ.get("GITHUB_ACTIONS") == "true" and bool(os.environ.get("GITHUB_STEP_SUMMARY"))


def publish(result: GateResult, comparison: Comparison | None) -> None:
    """Append the summary, cut to what the step has left. Where it cannot be written, the verdict stands."""
    path = Path(os.environ["GITHUB_STEP_SUMMARY"])
    try:
        left = STEP_LIMIT - (path.stat().st_size if path.exists() else 0)
        with path.open("a", encoding="utf-8") as file:
            file.write(render(result, comparison, limit=left - 1) + "\n")
    except OSError as error:
        print(f"bakeoff: the step summary cannot be written ({error.strerror})", file=sys.stderr)
