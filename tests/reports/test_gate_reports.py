"""The gate's reports: the verdict first, every number where it belongs, no mark-up from strangers."""

from __future__ import annotations

import json
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from toys.gate_results import FAILED, PASSED, UNDECIDED, UNSIGNED, golden

from bakeoff.evals.gate.result import GateResult, Policy, Verdict
from bakeoff.reports import gate_json, gate_junit, gate_markdown, gate_terminal
from bakeoff.reports.gate_annotations import commands
from bakeoff.reports.gate_wording import evidence, needed, verdict_line


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (golden(PASSED, verdict=Verdict.PASS, exit_code=0), "PASS: rag in run bot-7, 1 check passed"),
        (golden(), "FAIL: rag in run bot-7, 1 of 4 checks failed, 2 cannot be decided"),
        (golden(PASSED, FAILED), "FAIL: rag in run bot-7, 1 of 2 checks failed"),
        (
            golden(PASSED, UNDECIDED, verdict=Verdict.INCONCLUSIVE, exit_code=3),
            "INCONCLUSIVE: rag in run bot-7, 1 of 2 checks cannot be decided",
        ),
        (
            golden(UNDECIDED, verdict=Verdict.INCONCLUSIVE, policy="pass", exit_code=0),
            "INCONCLUSIVE: rag in run bot-7, 1 of 1 check cannot be decided (counts as pass)",
        ),
        (
            golden(PASSED, verdict=Verdict.INCOMPLETE, open_cells=5, complete=False, exit_code=4),
            "INCOMPLETE: rag in run bot-7, 5 scores are still open",
        ),
        (
            golden(PASSED, verdict=Verdict.INCOMPLETE, complete=False, exit_code=4),
            "INCOMPLETE: rag in run bot-7, it has not ended",
        ),
    ],
)
def test_the_first_line_is_the_verdict(result: GateResult, line: str) -> None:
    assert verdict_line(result) == line
    assert gate_terminal.render(result).splitlines()[0] == line
    assert line in gate_markdown.render(result).splitlines()[0].replace("\\", "")


def test_evidence_shows_what_decides() -> None:
    assert (
        evidence(PASSED)
        == "measured 0.9011; lower bound 0.8712 (one-sided 0.05); n=214; coverage 97%; Wilson"
    )
    assert evidence(FAILED) == (
        "difference -0.0411; upper bound -0.0323 (one-sided 0.05); n=199; t; fewer than 10 clusters"
    )
    assert evidence(UNDECIDED) == "measured 1.91; upper bound none (one-sided 0.05); n=41; order statistics"
    assert evidence(UNSIGNED) == ""


def test_the_terminal_lists_every_check_in_the_configs_order() -> None:
    lines = gate_terminal.render(golden()).splitlines()
    marks = [line[:13] + line[13:].split()[0] for line in lines[1:] if line[:4] in ("pass", "FAIL", "cann")]
    assert marks == [
        "pass         faithfulness",
        "FAIL         bertscore_f1",
        "cannot tell  latency_p95_s",
        "cannot tell  manual:",
    ]
    text = "\n".join(lines)
    for shown in (
        "about 59 samples would decide it",
        "intersection–union",
        "coverage of at least 95%",
        "ffffffffffff",
    ):
        assert shown in text
    assert "one-sided bound at 0.05" in text
    assert "Judge: gpt." in text


def test_nothing_that_strangers_wrote_breaks_a_line() -> None:
    lines = gate_terminal.render(golden(UNSIGNED)).splitlines()
    assert lines[2:4] == [
        "cannot tell  manual: <b>review</b> | \ufffd %0A",
        "             not signed for rag yet",
    ]
    assert all(line.isprintable() for line in lines)


def test_the_drawn_checklist_says_the_same() -> None:
    buffer = StringIO()
    Console(file=buffer, width=400, color_system=None).print(gate_terminal.draw(golden()), highlight=False)
    drawn = " ".join(buffer.getvalue().split())
    assert drawn == " ".join(gate_terminal.render(golden()).split())


def test_markdown_keeps_what_was_shown_and_what_was_not_apart() -> None:
    text = gate_markdown.render(golden())
    lines = text.splitlines()
    assert lines[0].startswith("**❌ FAIL: ")
    failed, cannot, folded = (text.index(part) for part in ("**Failed**", "**Cannot tell**", "<details>"))
    assert failed < text.index("bertscore\\_f1") < cannot < text.index("latency\\_p95\\_s") < folded
    assert folded < text.index("faithfulness of rag")
    assert text.count("<details>") == text.count("</details>") == 2
    assert "<summary>Passed: 1</summary>" in text


def test_markdown_takes_no_mark_up_from_strangers() -> None:
    text = gate_markdown.render(golden())
    assert "<b>" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [line.replace("\\|", "").count("|") for line in rows] == [4] * 5


def test_json_holds_every_field() -> None:
    result = golden()
    tree = json.loads(gate_json.render(result))
    assert GateResult.model_validate(tree) == result
    assert (tree["verdict"], tree["exit_code"], tree["checks"][2]["bound"]) == ("fail", 1, None)


def test_json_has_no_infinities() -> None:
    endless = UNDECIDED.model_copy(update={"estimate": float("inf"), "low": float("inf")})
    text = gate_json.render(golden(endless)).decode()
    assert "Infinity" not in text
    assert json.loads(text)["checks"][0]["estimate"] is None


# ── JUnit ───────────────────────────────────────────────────────────────────────────────────────

ALLOWED = {
    "testsuites": ({"name", "time", "tests", "failures", "disabled", "errors"}, ["testsuite"]),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"},
        ["properties", "testcase", "system-out", "system-err"],
    ),
    "testcase": ({"name", "classname", "time"}, ["skipped", "error", "failure", "system-out", "system-err"]),
    "failure": ({"message", "type"}, []),
    "error": ({"message", "type"}, []),
    "skipped": ({"message"}, []),
    "system-out": (set(), []),
}
"""Attributes and children, in this order, that Jenkins' schema and GitLab's reader know."""


def check_junit(content: bytes) -> ET.Element:
    """The document's root, its structure asserted from top to bottom."""
    root = ET.fromstring(content)
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = ALLOWED[element.tag]
        assert set(element.attrib) <= attributes, element.tag
        order = [children.index(child.tag) for child in element]
        assert order == sorted(order), element.tag
    suite = root.find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.attrib[name]) == sum(case.find(tag) is not None for case in cases)
    assert int(suite.attrib["tests"]) == len(cases)
    assert all(case.get("name") and case.get("classname") for case in cases)
    return root


@pytest.mark.parametrize(
    ("policy", "outcomes"),
    [
        ("inconclusive", [None, "failure", "error", "error"]),
        ("pass", [None, "failure", "skipped", "skipped"]),
        ("fail", [None, "failure", "failure", "failure"]),
    ],
)
def test_junit_has_a_case_for_each_check(policy: Policy, outcomes: list[str | None]) -> None:
    root = check_junit(gate_junit.render(golden(policy=policy)))
    cases = list(root.iter("testcase"))
    assert [case.get("name") for case in cases][:2] == [PASSED.asks, FAILED.asks]
    found = [next((child.tag for child in case if child.tag != "system-out"), None) for case in cases]
    assert found == outcomes
    failure = cases[1].find("failure")
    assert failure is not None
    assert failure.get("message") == FAILED.reason
    assert "difference -0.0411" in (failure.text or "")
    assert "0.9011" in (cases[0].findtext("system-out") or "")


def test_junit_survives_what_xml_cannot_hold() -> None:
    hostile = UNSIGNED.model_copy(update={"reason": "\x00\x1b]]> & < \ud800 \ufffe ok"})
    root = check_junit(gate_junit.render(golden(hostile)))
    case = next(root.iter("testcase"))
    assert case.get("name") == "manual: <b>review</b> | \ufffd %0A"


def test_junit_says_that_the_run_is_incomplete() -> None:
    result = golden(PASSED, verdict=Verdict.INCOMPLETE, open_cells=5, complete=False, exit_code=4)
    root = check_junit(gate_junit.render(result))
    assert root.get("errors") == "1"
    error = next(root.iter("error"))
    assert (error.get("message"), error.get("type")) == ("5 scores are still open", "incomplete")


# ── GitHub ──────────────────────────────────────────────────────────────────────────────────────


def test_annotations_name_what_does_not_pass() -> None:
    lines = list(commands(golden()))
    assert lines == [
        f"::error title=bakeoff gate%3A {FAILED.asks}::{FAILED.reason}",
        f"::warning title=bakeoff gate%3A {UNDECIDED.asks}::{UNDECIDED.reason}. {needed(UNDECIDED)}",
        "::warning title=bakeoff gate%3A manual%3A <b>review</b> | \x07 %250A::not signed%0Afor rag yet",
    ]


def test_annotations_of_a_pass_and_of_an_incomplete_run() -> None:
    passed = golden(PASSED, verdict=Verdict.PASS, exit_code=0)
    assert list(commands(passed)) == ["::notice title=bakeoff gate::PASS: rag in run bot-7, 1 check passed"]
    left = golden(PASSED, verdict=Verdict.INCOMPLETE, open_cells=5, complete=False, exit_code=4)
    assert list(commands(left)) == [
        "::error title=bakeoff gate::INCOMPLETE: rag in run bot-7, 5 scores are still open"
    ]
    assert next(commands(golden(UNDECIDED, policy="fail"))).startswith("::error ")
