"""Findings in words: what is shown where room is short, and how a status reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bakeoff.evals.findings import Finding
from bakeoff.reports.wording import p_value

MARKS = {
    "alarm": "ALARM",
    "clear": "clear",
    "cannot_tell": "cannot tell",
    "not_applicable": "n/a",
    "found": "",
}


def finding_line(finding: Finding) -> str:
    """The sentence with its adjusted p and what that makes of it."""
    told = [MARKS[finding.status]] if MARKS[finding.status] else []
    if finding.p_adjusted is not None:
        told.append(p_value(finding.p_adjusted))
    return finding.sentence + (f" ({', '.join(told)})" if told else "")


def finding_lines(findings: Sequence[Finding], *, short: bool) -> Iterator[str]:
    """One line for each; `short` keeps the headlines, and alarms that no headline stands for.

    What is left out is counted. Findings of a report that has neither are all shown. What explored and found
    nothing is one line for each name and system, since it may be hundreds.
    """
    wanted = [finding for finding in findings if finding.headline or _alone(finding, findings)]
    if not short or not wanted:
        wanted = [finding for finding in findings if not _in_vain(finding)]
        yield from map(finding_line, wanted)
        yield from _vain_lines(findings)
        return
    yield from map(finding_line, wanted)
    if len(wanted) < len(findings):
        alarms = sum(f.status == "alarm" for f in findings) - sum(f.status == "alarm" for f in wanted)
        yield (
            f"{len(findings) - len(wanted)} further findings, {alarms} of them alarms: "
            "--format markdown or json shows them"
        )


def _in_vain(finding: Finding) -> bool:
    """Whether it is one of many looks at the data, and raises nothing."""
    return finding.correction == "bh" and finding.p is not None and finding.status != "alarm"


def _vain_lines(findings: Sequence[Finding]) -> Iterator[str]:
    counts = Counter((finding.name, finding.system) for finding in findings if _in_vain(finding))
    for (name, system), count in counts.items():
        yield f"{name}, {system}: {count} further looks raised no alarm (--format json lists them)"


def _alone(finding: Finding, findings: Sequence[Finding]) -> bool:
    """Whether an alarm has no headline of its name, about the same systems, that raises it as well."""
    return finding.status == "alarm" and not any(
        other.headline
        and other.status == "alarm"
        and (other.name, other.system, other.against) == (finding.name, finding.system, finding.against)
        for other in findings
    )
