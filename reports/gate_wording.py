"""How a gate's verdict and its evidence read, in every report of it alike."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.evals.gate.goals import number
from bakeoff.evals.gate.result import CheckResult, GateResult, State, Verdict
from bakeoff.reports.wording import percent

WORDS = {State.PASS: "pass", State.FAIL: "FAIL", State.INCONCLUSIVE: "cannot tell"}
NOT_ASKED = "not asked"
ORDER = (State.FAIL, State.INCONCLUSIVE, State.PASS)

WHY = (
    "All checks must pass. Each is decided by its own one-sided bound at {alpha:g}, uncorrected: a candidate "
    "that misses one requirement passes all of them with at most that probability (intersection–union)."
)


def verdict_line(result: GateResult) -> str:
    """One line that says it all: the verdict, how many checks it rests on, what it counts as."""
    total = len(result.checks)
    failed, open_ones = of_state(result, State.FAIL), of_state(result, State.INCONCLUSIVE)
    who = f"{result.candidate} in run {result.run}"
    if result.verdict is Verdict.PASS and not total:
        return f"PASS: {who}, nothing was asked (no changed path touches what the gate checks)"
    if result.verdict is Verdict.PASS:
        return f"PASS: {who}, {_checks(total)} passed"
    if result.verdict is Verdict.FAIL:
        also = f", {len(open_ones)} cannot be decided" if open_ones else ""
        return f"FAIL: {who}, {len(failed)} of {_checks(total)} failed{also}"
    if result.verdict is Verdict.INCOMPLETE:
        return f"INCOMPLETE: {who}, {missing(result)}"
    counted = "" if result.policy == "inconclusive" else f" (counts as {result.policy})"
    return f"INCONCLUSIVE: {who}, {len(open_ones)} of {_checks(total)} cannot be decided{counted}"


def missing(result: GateResult) -> str:
    """Why the run is not complete."""
    return f"{result.open_cells} scores are still open" if result.open_cells else "it has not ended"


def _checks(count: int) -> str:
    return "1 check" if count == 1 else f"{count} checks"


def of_state(result: GateResult, state: State) -> list[CheckResult]:
    """The checks in that state, in the config's order."""
    return [check for check in result.checks if check.state is state]


def evidence(check: CheckResult) -> str:
    """What was measured: value, bound, n, coverage, interval; empty for what nobody measures."""
    return "; ".join(_evidence(check))


def _evidence(check: CheckResult) -> Iterator[str]:
    if check.estimate is not None:
        what = "difference" if check.kind in ("superiority", "non-inferiority") else "measured"
        what = {"severity": "worst answer", "agreement": "kappa"}.get(check.kind, what)
        yield f"{what} {number(check.estimate)}"
    if check.bound_side is not None and check.n:
        bound = "none" if check.bound is None else number(check.bound)
        level = "" if check.level is None else f" (one-sided {check.level:g})"
        yield f"{check.bound_side} bound {bound}{level}"
    if check.n:
        yield f"n={check.n}"
    if check.coverage is not None and check.coverage < 1:
        yield f"coverage {percent(check.coverage)}"
    if check.method and check.n:
        yield check.method
    if check.note:
        yield check.note


def needed(check: CheckResult) -> str:
    """How many samples would decide the check, where that is known."""
    if check.needed_n is None:
        return ""
    what = "labels" if check.kind == "agreement" else "samples"
    return (
        f"about {check.needed_n} {what} would decide it with probability 0.8, "
        "if the measured value is the true one"
    )


def footer(result: GateResult) -> Iterator[str]:
    """What stands under every checklist."""
    yield WHY.format(alpha=result.alpha)
    baseline = f"; baseline {result.baseline}" if result.baseline is not None else ""
    yield (
        f"Run {result.run} of {result.created:%Y-%m-%d %H:%M} UTC; candidate {result.candidate} "
        f"({result.fingerprint[:12]}){baseline}; coverage of at least {percent(result.coverage)} required."
    )
    yield from result.notes
