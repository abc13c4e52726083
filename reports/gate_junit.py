"""The gate as JUnit XML, which GitLab, Jenkins and others show as test results.

A failed check is a `failure`. One that cannot be decided is an `error`, which every server shows as not
passed: the check could not be carried out. Where the policy counts it as a pass it is `skipped`, where as a
fail a `failure`. What a pre-merge run left out is `skipped`. A run with open cells adds a test case of its
own, an `error`.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from bakeoff.evals.gate.result import CheckResult, GateResult, NotAsked, Policy, State
from bakeoff.reports.gate_wording import evidence, footer, missing, needed, verdict_line

OUTCOMES: dict[Policy, str] = {"inconclusive": "error", "pass": "skipped", "fail": "failure"}


def render(result: GateResult) -> bytes:
    """UTF-8 XML: one suite, one test case for each check, in the config's order."""
    cases = [_case(result, check) for check in result.checks]
    cases += [_not_asked(result, check) for check in result.not_asked]
    if not result.complete:
        cases.append(_incomplete(result))
    _number_namesakes(cases)
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    numbers = {name: str(count) for name, count in counts.items()}
    whole = {name: count for name, count in numbers.items() if name != "skipped"}  # Jenkins' schema has none
    root = ET.Element("testsuites", {"name": "bakeoff gate", **whole, "time": "0"})
    suite = ET.SubElement(
        root,
        "testsuite",
        {
            "name": _line(f"bakeoff gate {result.candidate}"),
            **numbers,
            "time": "0",
            "timestamp": f"{result.created:%Y-%m-%dT%H:%M:%S}",
            "hostname": "localhost",
        },
    )
    suite.extend(cases)
    ET.SubElement(suite, "system-out").text = _clean("\n".join([verdict_line(result), *footer(result)]))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _case(result: GateResult, check: CheckResult) -> ET.Element:
    case = _blank(result, check.asks)
    text = "\n".join(line for line in (check.reason, evidence(check), needed(check)) if line)
    if check.state is State.PASS:
        ET.SubElement(case, "system-out").text = _clean(text)
        return case
    outcome = "failure" if check.state is State.FAIL else OUTCOMES[result.policy]
    told = {"message": _clean(check.reason)}
    if outcome != "skipped":
        told["type"] = str(check.state)
    ET.SubElement(case, outcome, told).text = _clean(text)
    return case


def _not_asked(result: GateResult, check: NotAsked) -> ET.Element:
    case = _blank(result, check.asks)
    ET.SubElement(case, "skipped", {"message": _clean(check.reason)}).text = _clean(check.reason)
    return case


def _incomplete(result: GateResult) -> ET.Element:
    case = _blank(result, "the run is complete")
    message = missing(result)
    ET.SubElement(case, "error", {"message": message, "type": "incomplete"}).text = message
    return case


def _blank(result: GateResult, name: str) -> ET.Element:
    attributes = {
        "name": _line(name) or "unnamed",
        "classname": _line(f"bakeoff.gate.{result.candidate}"),
        "time": "0",
    }
    return ET.Element("testcase", attributes)


def _number_namesakes(cases: Sequence[ET.Element]) -> None:
    """`x`, `x (2)`: of cases with one name GitLab shows the first and drops the others."""
    taken: set[str] = set()
    for case in cases:
        name = asked = case.get("name", "")
        count = 1
        while name in taken:
            count += 1
            name = f"{asked} ({count})"
        taken.add(name)
        case.set("name", name)


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """The text without what XML 1.0 cannot hold, such as control characters and lone surrogates."""
    return "".join(c if _is_xml(ord(c)) else "\N{REPLACEMENT CHARACTER}" for c in text)


def _is_xml(code: int) -> bool:
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
