"""What becomes of the suites' findings when they are read together: Holm's correction, family by family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bakeoff.evals.records import Finding
from bakeoff.evals.statistics import holm


def judge_findings(findings: Sequence[Finding], alpha: float) -> tuple[Finding, ...]:
    """The findings with adjusted p; an alarm whose adjusted p is not below `alpha` cannot tell.

    A family is what one suite says, with a p, of one system against one ancestor: that is what a reader
    decides on, and a further candidate in the run must not hide what is wrong with this one. The suite
    is the part of a finding's name before the first point.
    """
    families: dict[tuple[str, str, str | None], list[int]] = defaultdict(list)
    for i, finding in enumerate(findings):
        if finding.p is not None:
            families[finding.name.partition(".")[0], finding.system, finding.against].append(i)
    adjusted: dict[int, float] = {}
    for places in families.values():
        adjusted |= zip(places, holm([findings[i].p or 0.0 for i in places]).tolist(), strict=True)
    return tuple(_judged(finding, adjusted.get(i), alpha) for i, finding in enumerate(findings))


def _judged(finding: Finding, adjusted: float | None, alpha: float) -> Finding:
    if adjusted is None:
        return finding
    refuted = finding.status == "alarm" and not adjusted < alpha
    status = "cannot_tell" if refuted else finding.status
    return finding.model_copy(update={"p_adjusted": adjusted, "status": status})
