"""Findings in words: what is shown where room is short, and how a status reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bakeoff.evals.records import Finding
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
    """One line for each; `short` keeps headlines and alarms, and says how many it leaves out.

    Findings of a report that has neither are all shown.
    """
    wanted = [f for f in findings if f.headline or f.status == "alarm"]
    if not short or not wanted:
        wanted = list(findings)
    yield from map(finding_line, wanted)
    if len(wanted) < len(findings):
        yield f"{len(findings) - len(wanted)} further findings: --format markdown or json shows them"
