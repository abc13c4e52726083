"""What becomes of the suites' findings when all are read together: Holm's correction over the report."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.evals.records import Finding
from bakeoff.evals.statistics import holm


def judge_findings(findings: Sequence[Finding], alpha: float) -> tuple[Finding, ...]:
    """The findings with adjusted p; an alarm whose adjusted p is not below `alpha` cannot tell.

    The family is all findings of the report that state a p (DESIGN §9).
    """
    places = [i for i, finding in enumerate(findings) if finding.p is not None]
    adjusted = dict(zip(places, holm([findings[i].p or 0.0 for i in places]).tolist(), strict=True))
    return tuple(_judged(finding, adjusted.get(i), alpha) for i, finding in enumerate(findings))


def _judged(finding: Finding, adjusted: float | None, alpha: float) -> Finding:
    if adjusted is None:
        return finding
    refuted = finding.status == "alarm" and not adjusted < alpha
    status = "cannot_tell" if refuted else finding.status
    return finding.model_copy(update={"p_adjusted": adjusted, "status": status})
