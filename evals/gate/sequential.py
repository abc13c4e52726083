"""The gate on a sequential run: bounds that hold at every look, and what has to wait for all samples."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import CheckResult, GateResult, State
from bakeoff.evals.looks import told
from bakeoff.evals.statistics import Bounds, Interval
from bakeoff.evals.statistics.betting import METHOD, betting_interval

Values = NDArray[np.float64]
CLUSTERED = f"{METHOD}, of cluster means"


def is_anytime(method: str) -> bool:
    """Whether an interval of that method holds at every look."""
    return method.startswith(METHOD)


def is_early(evidence: Evidence) -> bool:
    """Whether a sequential run has not taken all of its samples."""
    info = evidence.run.header.sequential
    return info is not None and info.taken < info.total


def anytime_interval(evidence: Evidence, values: Values, column: str, bounds: Bounds) -> Interval | None:
    """The interval of a mean by betting, each end one-sided at the run's alpha; `values`: one per sample.

    The values are taken in the order of the run, NaN left out; `column` is the key of theirs. None where the
    run is not sequential, and where there is no form that holds at any time: an open range, clusters of
    different sizes, a column that is complete only at the end. Clusters of one size count by their means.
    """
    info = evidence.run.header.sequential
    low, high = bounds
    if info is None or low is None or high is None or column in info.waiting:
        return None
    taken, clustered = _in_order(evidence, values)
    if taken is None or not len(taken):
        return None
    found = betting_interval(taken, low=low, high=high, alpha=2 * evidence.table.alpha)
    if not clustered:
        return found
    return replace(found, n=int((~np.isnan(values)).sum()), clusters=len(taken), method=CLUSTERED)


def _in_order(evidence: Evidence, values: Values) -> tuple[Values | None, bool]:
    """One value per item, in the order of the run, and whether items have several; None: of unequal sizes."""
    groups: dict[Hashable, list[float]] = {}
    present = np.flatnonzero(~np.isnan(values)).tolist()
    for i in sorted(present, key=lambda i: evidence.ranks[i]):
        groups.setdefault(evidence.ranks[i], []).append(float(values[i]))
    sizes = {len(group) for group in groups.values()}
    if len(sizes) > 1:
        return None, True
    return np.array([sum(group) / len(group) for group in groups.values()]), sizes != {1}


def hold(evidence: Evidence, result: CheckResult) -> CheckResult:
    """The result, made to wait where more samples are to come and nothing lets it be decided before.

    One bad answer fails a severity rule at once. A person's signature does not depend on samples.
    """
    bad_answer = result.kind == "severity" and result.state is State.FAIL
    if not is_early(evidence) or result.kind == "manual" or bad_answer or is_anytime(result.method):
        return result
    info = evidence.run.header.sequential
    assert info is not None
    why = "passes only with" if result.kind == "severity" else "has no anytime-valid form, so it waits for"
    wait = f"this check {why} all {info.total:,} samples; {info.taken:,} were taken"
    undecided = result.state is State.INCONCLUSIVE and result.reason
    update: dict[str, Any] = {
        "state": State.INCONCLUSIVE,
        "reason": result.reason if undecided else wait,
        "needed_n": None,
        "note": "; ".join(part for part in (result.note, wait if undecided else "") if part),
    }
    return result.model_copy(update=update)


def certain(result: GateResult) -> Literal["pass", "fail"] | None:
    """The verdict that more samples will not change; manual items neither delay nor decide it."""
    states = [check.state for check in result.checks if check.kind != "manual"]
    if State.FAIL in states:
        return "fail"
    return "pass" if states and set(states) == {State.PASS} else None


def deciding(result: GateResult) -> tuple[str, ...]:
    """What the checks asked that decided: those that fail, else all that a person need not sign."""
    checks = [check for check in result.checks if check.kind != "manual"]
    failed = [check for check in checks if check.state is State.FAIL]
    return tuple(check.asks for check in failed or checks)


def sequential_notes(evidence: Evidence) -> list[str]:
    """What a report of the gate says of a sequential run."""
    info = evidence.run.header.sequential
    if info is None:
        return []
    how = "Sequential run: means and differences of bounded metrics have bounds that hold at every look"
    if info.stopped:
        return [f"{how}. It {told(info)}."]
    return [f"{how}; {info.taken:,} of {info.total:,} samples were taken, in {info.looks} looks."]
