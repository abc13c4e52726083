"""Items of a deployment checklist that only a person can decide."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate.signoffs import Signoff
from bakeoff.evals.table import SystemInfo


def check_manual(
    draft: CheckResult, item: str, candidate: SystemInfo, signoffs: Sequence[Signoff]
) -> CheckResult:
    """Passes where the item is signed for the candidate as it is now; else it is open, so inconclusive."""
    here = [one for one in signoffs if one.item == item and one.candidate == candidate.name]
    valid = [one for one in here if one.fingerprint == candidate.fingerprint]
    if valid:
        last = max(valid, key=lambda one: one.at)
        note = f": {last.note}" if last.note else ""
        reason = f"signed by {last.by} on {last.at:%Y-%m-%d %H:%M} UTC{note}"
        return draft.model_copy(update={"state": State.PASS, "reason": reason, "items": (last.fingerprint,)})
    if here:
        last = max(here, key=lambda one: one.at)
        reason = (
            f"signed by {last.by} on {last.at:%Y-%m-%d} for another state of {candidate.name} "
            f"({last.fingerprint[:12]}, now {candidate.fingerprint[:12]}): sign again"
        )
    else:
        reason = f"not signed for {candidate.name} ({candidate.fingerprint[:12]}) yet"
    return draft.model_copy(update={"state": State.INCONCLUSIVE, "reason": reason})
