"""Holm, or Benjamini–Hochberg, over the report's findings, and what it does to their alarms."""

from __future__ import annotations

import pytest

from bakeoff.evals.finding_verdicts import judge_findings
from bakeoff.evals.findings import Finding, FindingStatus


def finding(
    p: float | None, status: FindingStatus = "alarm", name: str = "x.y", system: str = "s", against: str = "b"
) -> Finding:
    return Finding(
        name=name, system=system, against=against, family="f", p=p, status=status, sentence="s fell"
    )


def test_what_a_suite_says_of_two_systems_is_one_family() -> None:
    judged = judge_findings([finding(0.01), finding(None), finding(0.03), finding(0.04, "clear")], 0.05)
    assert [f.p_adjusted for f in judged] == pytest.approx([0.03, None, 0.06, 0.06], nan_ok=True)
    assert [f.status for f in judged] == ["alarm", "alarm", "cannot_tell", "clear"]


def test_another_suite_system_or_ancestor_is_another_family() -> None:
    others = [finding(0.03, name="z.y"), finding(0.03, system="t"), finding(0.03, against="c")]
    judged = judge_findings([finding(0.03), *others, finding(0.04, name="x.other")], 0.05)
    assert [f.p_adjusted for f in judged] == pytest.approx([0.06, 0.03, 0.03, 0.03, 0.06])
    assert [f.status for f in judged] == ["cannot_tell", "alarm", "alarm", "alarm", "cannot_tell"]


def test_an_alarm_at_the_level_itself_is_withdrawn() -> None:
    assert judge_findings([finding(0.05)], 0.05)[0].status == "cannot_tell"
    assert judge_findings([finding(0.049)], 0.05)[0].status == "alarm"


def exploring(p: float, system: str = "s") -> Finding:
    return finding(p, system=system).model_copy(update={"correction": "bh"})


def test_findings_that_explore_are_held_to_the_false_discovery_rate() -> None:
    judged = judge_findings([exploring(0.03), exploring(0.09), exploring(0.06), exploring(0.9)], 0.05)
    assert [f.p_adjusted for f in judged] == pytest.approx([0.12, 0.12, 0.12, 0.9])
    assert {f.status for f in judged} == {"cannot_tell"}
    judged = judge_findings([exploring(0.02), exploring(0.049)], 0.05)
    assert [f.p_adjusted for f in judged] == pytest.approx([0.04, 0.049])
    assert {f.status for f in judged} == {"alarm"}
    assert judge_findings([exploring(0.0999)], 0.05)[0].status == "alarm"
    assert judge_findings([exploring(0.1)], 0.05)[0].status == "cannot_tell"


def test_the_two_corrections_are_families_apart_and_so_are_systems() -> None:
    judged = judge_findings([finding(0.03), exploring(0.03), exploring(0.5), exploring(0.04, "t")], 0.05)
    assert [f.p_adjusted for f in judged] == pytest.approx([0.03, 0.06, 0.5, 0.04])


def test_nothing_else_is_touched() -> None:
    before = finding(None, "found")
    assert judge_findings([before], 0.05) == (before,)
    assert judge_findings([], 0.05) == ()
