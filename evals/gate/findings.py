"""Bounds on what a suite found: the finding's own interval must clear the limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bakeoff.evals.findings import Finding
from bakeoff.evals.gate.evidence import Evidence, unknown
from bakeoff.evals.gate.goals import Goal, number
from bakeoff.evals.gate.measuring import explain
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.statistics import Interval
from bakeoff.evals.statistics.scaling import scaled_n
from bakeoff.evals.table import OPEN

SEVERITY = (State.FAIL, State.INCONCLUSIVE, State.PASS)


def check_finding(
    evidence: Evidence, draft: CheckResult, check: CheckConfig, candidate: str, goal: Goal, where: str
) -> CheckResult:
    """Every finding of that name about the candidate must clear the limit; the worst of them is shown.

    A suite states a two-sided interval at the run's alpha. Its ends are taken as they are: as one-sided
    bounds they are at half of alpha, stricter than the gate's other checks, and the note says so.
    """
    named = [finding for finding in evidence.findings if finding.name == check.finding]
    if not named:
        names = list(dict.fromkeys(finding.name for finding in evidence.findings))
        raise unknown("finding", str(check.finding), names, evidence.run.id, where)
    mine = _chosen([finding for finding in named if finding.system == candidate], check)
    if not mine:
        reason = f"the suite says nothing of this about {candidate}"
        return draft.model_copy(update={"state": State.INCONCLUSIVE, "reason": reason})
    results = [_one(evidence, draft, finding, goal) for finding in mine]
    worst = min(results, key=lambda result: SEVERITY.index(result.state))
    if len(results) == 1:
        return worst
    count = sum(result.state is worst.state for result in results)
    reason = f"{count} of {len(results)} findings {_VERBS[worst.state]}, such as this one: {worst.reason}"
    return worst.model_copy(update={"reason": reason})


_VERBS = {State.FAIL: "fail", State.INCONCLUSIVE: "cannot tell", State.PASS: "pass"}


def _chosen(findings: Sequence[Finding], check: CheckConfig) -> list[Finding]:
    """Those that the check's further keys name; of several, the headlines where there are some."""
    kept = [
        finding
        for finding in findings
        if check.family in (None, finding.family)
        and check.slice in (None, finding.slice)
        and check.against in (None, finding.against)
    ]
    headlines = [finding for finding in kept if finding.headline]
    return headlines if headlines and check.family is None and check.slice is None else kept


def _one(evidence: Evidence, draft: CheckResult, finding: Finding, goal: Goal) -> CheckResult:
    state = goal.state(finding.low, finding.high)
    left_open = _open_cells(evidence, finding)
    interval = Interval(finding.effect, finding.low, finding.high, "the suite's", finding.n)
    reason = f"{explain(state, goal, interval)}. {finding.sentence}"
    if finding.low is None and finding.high is None:
        reason = f"the suite states no interval ({finding.status}). {finding.sentence}"
    if left_open and state is not State.INCONCLUSIVE:
        state, reason = State.INCONCLUSIVE, f"{left_open} scores of the suite are still open. {reason}"
    side = goal.deciding(state)
    alpha = evidence.table.alpha
    filled: dict[str, Any] = {
        "state": state,
        "reason": reason,
        "against": finding.against,
        "estimate": finding.effect,
        "low": finding.low,
        "high": finding.high,
        "limit": goal.limit,
        "bound": finding.low if side == "lower" else finding.high,
        "bound_side": side,
        "level": alpha / 2,
        "n": finding.n,
        "needed_n": None if left_open or state is not State.INCONCLUSIVE else _needed(finding, goal, alpha),
        "method": "the suite's interval",
        "note": f"the suite's interval is two-sided: each end is one-sided at {number(alpha / 2)}, stricter",
    }
    return draft.model_copy(update=filled)


def _needed(finding: Finding, goal: Goal, alpha: float) -> int | None:
    if finding.effect is None:
        return None
    lower = (goal.side == "at least") == goal.holds(finding.effect)
    end = finding.low if lower else finding.high
    if end is None:
        return None
    return scaled_n(finding.n, finding.effect, end, goal.limit, alpha=alpha / 2)


def _open_cells(evidence: Evidence, finding: Finding) -> int:
    """Scores that are missing of the two systems in the finding's suite (in all, if none has that name)."""
    suite = finding.name.partition(".")[0]
    names = {system.name for system in evidence.table.systems}
    rows = [evidence.index(name) for name in {finding.system, finding.against or finding.system} & names]
    columns = evidence.table.columns
    own = [column for column in columns if column.suite == suite] or columns
    return sum(int(np.sum(column.statuses[rows] == OPEN)) for column in own)
