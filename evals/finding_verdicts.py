"""What becomes of the suites' findings when they are read together: each family of p corrected by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bakeoff.evals.findings import Correction, Finding
from bakeoff.evals.statistics import benjamini_hochberg, holm
from bakeoff.evals.statistics.multiplicity import FALSE_DISCOVERY_RATE

Family = tuple[str, str, str | None, Correction]


def judge_findings(findings: Sequence[Finding], alpha: float) -> tuple[Finding, ...]:
    """The findings with adjusted p; an alarm whose adjusted p is not below the level cannot tell.

    A family is what one suite says, with a p and by one correction, of one system against one ancestor: that
    is what a reader decides on, and a further candidate in the run must not hide what is wrong with this one.
    The suite is the part of a finding's name before the first point. The level is `alpha` for Holm, and q
    (`FALSE_DISCOVERY_RATE`) for Benjamini–Hochberg.
    """
    families: dict[Family, list[int]] = defaultdict(list)
    for i, finding in enumerate(findings):
        if finding.p is not None:
            suite = finding.name.partition(".")[0]
            families[suite, finding.system, finding.against, finding.correction].append(i)
    adjusted: dict[int, float] = {}
    for (*_, correction), places in families.items():
        adjust = holm if correction == "holm" else benjamini_hochberg
        adjusted |= zip(places, adjust([findings[i].p or 0.0 for i in places]).tolist(), strict=True)
    return tuple(_judged(finding, adjusted.get(i), alpha) for i, finding in enumerate(findings))


def _judged(finding: Finding, adjusted: float | None, alpha: float) -> Finding:
    if adjusted is None:
        return finding
    level = alpha if finding.correction == "holm" else FALSE_DISCOVERY_RATE
    refuted = finding.status == "alarm" and not adjusted < level
    status = "cannot_tell" if refuted else finding.status
    return finding.model_copy(update={"p_adjusted": adjusted, "status": status})
