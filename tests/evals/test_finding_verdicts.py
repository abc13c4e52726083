"""Holm over the report's findings, and what it does to their alarms."""

from __future__ import annotations

import pytest

from bakeoff.evals.finding_verdicts import judge_findings
from bakeoff.evals.records import Finding, FindingStatus


def finding(p: float | None, status: FindingStatus = "alarm") -> Finding:
    return Finding(name="x.y", system="s", family="f", p=p, status=status, sentence="s fell")


def test_all_findings_with_a_p_are_one_family() -> None:
    judged = judge_findings([finding(0.01), finding(None), finding(0.03), finding(0.04, "clear")], 0.05)
    assert [f.p_adjusted for f in judged] == pytest.approx([0.03, None, 0.06, 0.06], nan_ok=True)
    assert [f.status for f in judged] == ["alarm", "alarm", "cannot_tell", "clear"]


def test_an_alarm_at_the_level_itself_is_withdrawn() -> None:
    assert judge_findings([finding(0.05)], 0.05)[0].status == "cannot_tell"
    assert judge_findings([finding(0.049)], 0.05)[0].status == "alarm"


def test_nothing_else_is_touched() -> None:
    before = finding(None, "found")
    assert judge_findings([before], 0.05) == (before,)
    assert judge_findings([], 0.05) == ()
