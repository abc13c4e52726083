"""The fairness check in the gate: a comparison that something else voids decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bakeoff.evals.accepted.comparing import accepted_circumstances
from bakeoff.evals.accepted.record import NAME, Accepted
from bakeoff.evals.fairness.check import check_pairs, circumstances, voiding, why_void
from bakeoff.evals.fairness.wording import fairness_lines
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import CheckResult, State


def with_fairness(
    evidence: Evidence,
    candidate: str,
    checks: Sequence[CheckResult],
    accepted: Accepted | None = None,
    *,
    allow_unfair: bool,
) -> tuple[tuple[CheckResult, ...], list[str]]:
    """The checks, those against another system inconclusive where the comparison is void, unless that is
    allowed; and lines on what else differs, for the notes.
    """
    known = {system.name for system in evidence.table.systems}
    others = dict.fromkeys(check.against for check in checks if check.against in known)
    pairs = [(candidate, other) for other in others]
    around = circumstances(evidence.run.header, evidence.run.id, evidence.asked)
    notes = check_pairs(evidence.table, pairs, around)
    if accepted is not None:
        beside = replace(evidence.table, systems=[evidence.system(candidate), accepted.info], columns=[])
        pairs.append((candidate, NAME))
        around = {**around, NAME: accepted_circumstances(accepted)}
        notes = (*notes, *check_pairs(beside, pairs[-1:], around))
    voids = {theirs: why_void(found) for (_, theirs), found in voiding(notes).items()}
    if not allow_unfair:
        checks = [_undecided(check, voids.get(check.against or "")) for check in checks]
    return tuple(checks), fairness_lines(pairs, notes)


def _undecided(check: CheckResult, why: str | None) -> CheckResult:
    if why is None:
        return check
    reason = (
        f"{why} than {check.against} has; mend that, or set allow_unfair. What was measured: {check.reason}"
    )
    return check.model_copy(update={"state": State.INCONCLUSIVE, "reason": reason, "needed_n": None})
