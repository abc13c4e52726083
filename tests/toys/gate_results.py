"""One gate result in which every number differs, for the reports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bakeoff.evals.gate.result import CheckResult, GateResult, State, Verdict

PASSED = CheckResult(
    asks="faithfulness of rag at least 0.85",
    kind="bound",
    state=State.PASS,
    reason="the lower bound 0.871 clears 0.85",
    estimate=0.9011,
    low=0.8712,
    high=0.9313,
    limit=0.85,
    bound=0.8712,
    bound_side="lower",
    level=0.05,
    n=214,
    coverage=0.9725,
    method="Wilson",
)
FAILED = CheckResult(
    asks="bertscore_f1 of rag not worse than prompt by 0.02",
    kind="non-inferiority",
    state=State.FAIL,
    reason="even the upper bound -0.0323 is below -0.02",
    against="prompt",
    estimate=-0.0411,
    low=-0.0512,
    high=-0.0323,
    limit=-0.02,
    bound=-0.0323,
    bound_side="upper",
    level=0.05,
    n=199,
    coverage=1.0,
    method="t",
    note="fewer than 10 clusters",
)
UNDECIDED = CheckResult(
    asks="latency_p95_s of rag at most 2",
    kind="quantile",
    state=State.INCONCLUSIVE,
    reason="the bounds (1.7 to open) lie on both sides of 2",
    estimate=1.91,
    low=1.7,
    limit=2.0,
    bound_side="upper",
    level=0.05,
    n=41,
    coverage=1.0,
    needed_n=59,
    method="order statistics",
)
UNSIGNED = CheckResult(
    asks="manual: <b>review</b> | \x07 %0A",
    kind="manual",
    state=State.INCONCLUSIVE,
    reason="not signed\nfor rag yet",
)


def golden(*checks: CheckResult, **changes: Any) -> GateResult:
    """All four of them, or those given."""
    own: dict[str, Any] = {
        "run": "bot-7",
        "name": "bot",
        "created": datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        "candidate": "rag",
        "fingerprint": "f" * 32,
        "baseline": "prompt",
        "alpha": 0.05,
        "coverage": 0.95,
        "policy": "inconclusive",
        "complete": True,
        "open_cells": 0,
        "verdict": Verdict.FAIL,
        "exit_code": 1,
        "checks": checks or (PASSED, FAILED, UNDECIDED, UNSIGNED),
        "notes": ("Judge: gpt.",),
    }
    return GateResult.model_validate({**own, **changes})
