"""What a gate says: a state for every check with its evidence, one verdict over all, one exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from bakeoff.evals.records import Record

Policy = Literal["inconclusive", "pass", "fail"]


class State(StrEnum):
    """What a check came to. `inconclusive` is no pass: the data cannot tell."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


class Verdict(StrEnum):
    """What the gate came to; `incomplete`: cells of the run are open and no check fails already."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    INCOMPLETE = "incomplete"


EXIT_CODES = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.INCONCLUSIVE: 3, Verdict.INCOMPLETE: 4}


class CheckResult(Record):
    """One line of the checklist.

    `asks` is what was wanted, `reason` one sentence on why the state is what it is. `estimate`, `low` and
    `high` are the measured value and its two one-sided bounds at `level` each; `bound` is the one that
    decided, named by `bound_side`. `against` is the system that a paired check compares with, `n` counts
    samples (pairs), `coverage` the share of applicable samples that have a value. `needed_n`: how many would
    decide it, where more data would. `items` names samples, or what a signature is bound to. A line of kind
    `agreement` is no check of the config's: how well the judge agrees with people, in labels; `figures` has
    its raw agreement and what people and judge say yes to.
    """

    asks: str
    kind: Literal[
        "bound",
        "superiority",
        "non-inferiority",
        "quantile",
        "severity",
        "finding",
        "manual",
        "agreement",
    ]
    state: State
    reason: str
    against: str | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    bound: float | None = None
    bound_side: Literal["lower", "upper"] | None = None
    level: float | None = None
    n: int = 0
    coverage: float | None = None
    needed_n: int | None = None
    method: str = ""
    note: str = ""
    items: tuple[str, ...] = ()
    figures: Mapping[str, float] = Field(default_factory=dict)


class NotAsked(Record):
    """A check that a pre-merge run left out, since no changed path touches its suite; it does not count."""

    asks: str
    reason: str


class GateResult(Record):
    """The whole gate: all checks must pass (intersection–union), each one-sided at `alpha`, uncorrected.

    `complete`: the run has ended and none of its cells is open; `coverage` is the least that was required.
    """

    run: str
    name: str
    created: datetime
    candidate: str
    fingerprint: str
    baseline: str | None
    alpha: float
    coverage: float
    policy: Policy
    complete: bool
    open_cells: int
    verdict: Verdict
    exit_code: int
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()
    not_asked: tuple[NotAsked, ...] = ()


def conclude(states: Sequence[State], *, incomplete: bool, policy: Policy) -> tuple[Verdict, int]:
    """The verdict over all checks, and the exit code: fail (1) beats incomplete (4) beats inconclusive (3).

    `policy` says which exit code an inconclusive verdict has; the verdict stays what it is. It never makes an
    incomplete run pass, nor a failing check.
    """
    if State.FAIL in states:
        return Verdict.FAIL, EXIT_CODES[Verdict.FAIL]
    if incomplete:
        return Verdict.INCOMPLETE, EXIT_CODES[Verdict.INCOMPLETE]
    if State.INCONCLUSIVE in states:
        counted = {"pass": Verdict.PASS, "fail": Verdict.FAIL}.get(policy, Verdict.INCONCLUSIVE)
        return Verdict.INCONCLUSIVE, EXIT_CODES[counted]
    return Verdict.PASS, EXIT_CODES[Verdict.PASS]
