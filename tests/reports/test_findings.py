"""Findings in words: status, adjusted p, and what is left out where room is short."""

from __future__ import annotations

import pytest

from bakeoff.evals.findings import Finding
from bakeoff.reports.findings import finding_line, finding_lines


def finding(sentence: str, **fields: object) -> Finding:
    return Finding.model_validate(
        {"name": "x.y", "system": "s", "family": "f", "sentence": sentence, **fields}
    )


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "it fell"),
        ({"status": "alarm", "p_adjusted": 0.0004}, "it fell (ALARM, p<0.001)"),
        ({"status": "clear", "p_adjusted": 0.5}, "it fell (clear, p=0.500)"),
        ({"status": "cannot_tell"}, "it fell (cannot tell)"),
        ({"p_adjusted": 0.25}, "it fell (p=0.250)"),
    ],
)
def test_a_line_tells_status_and_adjusted_p(fields: dict[str, object], line: str) -> None:
    assert finding_line(finding("it fell", **fields)) == line


def test_short_keeps_headlines_and_lonely_alarms_and_counts_the_rest() -> None:
    findings = [
        finding("one"),
        finding("two", headline=True),
        finding("three", status="alarm"),
        finding("four", status="clear"),
        finding("five", status="alarm", name="x.z"),
        finding("six", status="alarm", name="x.z", headline=True),
    ]
    assert list(finding_lines(findings, short=True)) == [
        "two",
        "three (ALARM)",
        "six (ALARM)",
        "3 further findings, 1 of them alarms: --format markdown or json shows them",
    ]
    assert len(list(finding_lines(findings, short=False))) == 6


def test_without_headlines_all_are_shown() -> None:
    assert list(finding_lines([finding("one"), finding("two")], short=True)) == ["one", "two"]


def test_looks_in_vain_are_one_line_for_each_system() -> None:
    look = {"name": "domains.worst_domain", "correction": "bh", "p": 0.4, "status": "cannot_tell"}
    findings = [
        finding("one", **look),
        finding("two", **look),
        finding("three", **{**look, "status": "alarm", "p_adjusted": 0.01}),
        finding("four", **{**look, "system": "t"}),
        finding("too few", **{**look, "p": None}),
    ]
    assert list(finding_lines(findings, short=False)) == [
        "three (ALARM, p=0.010)",
        "too few (cannot tell)",
        "domains.worst_domain, s: 2 further looks raised no alarm (--format json lists them)",
        "domains.worst_domain, t: 1 further looks raised no alarm (--format json lists them)",
    ]
