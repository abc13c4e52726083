"""JUnit reports of all sorts of gates, held against a schema of what Jenkins and GitLab read."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from toys.any_gate import HOSTILE, gate_results
from toys.gate_results import FAILED, PASSED, UNDECIDED, UNSIGNED, golden
from xmlschema import XMLSchema, XMLSchemaValidationError

from bakeoff.evals.gate.result import GateResult, Policy, State, Verdict
from bakeoff.reports import gate_junit

SCHEMA = XMLSchema(Path(__file__).with_name("junit.xsd"))


def validated(result: GateResult) -> ET.Element:
    """The report's root, once the schema has accepted it; its counts are those of its cases."""
    root = ET.fromstring(gate_junit.render(result))
    SCHEMA.validate(root)
    for element in (root, *root.iter("testsuite")):
        cases = list(root.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            counted = sum(case.find(tag) is not None for case in cases)
            assert element.get(name) == (str(counted) if name != "skipped" or element is not root else None)
    return root


@pytest.mark.parametrize("policy", ["inconclusive", "pass", "fail"])
@pytest.mark.parametrize("complete", [True, False])
def test_each_kind_of_gate_is_valid(policy: Policy, complete: bool) -> None:
    validated(golden(policy=policy, complete=complete, open_cells=0 if complete else 7))


@settings(max_examples=150, deadline=None)
@given(gate_results())
@example(golden(UNSIGNED, UNSIGNED, verdict=Verdict.INCONCLUSIVE, exit_code=3))
def test_every_gate_is_valid_whatever_strangers_wrote(result: GateResult) -> None:
    root = validated(result)
    assert len(list(root.iter("testcase"))) == len(result.checks) + (not result.complete)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stands_in_every_place_and_breaks_none(text: str) -> None:
    check = UNDECIDED.model_copy(update={"asks": text, "reason": text, "note": text, "against": text})
    result = golden(check, PASSED, run=text, candidate=text, notes=(text,))
    root = validated(result)
    assert len(list(root.iter())) == 1 + 1 + 2 + 2 + 1  # no element of the text's own
    told = next(root.iter("error")).get("message") or ""
    kept = [c for c in text if c.isascii() and c.isprintable()]
    assert [c for c in told if c.isascii() and c.isprintable()] == kept


def test_checks_that_are_called_alike_stay_two() -> None:
    """GitLab shows only the first of two cases with one name: two severity lists of one length, say."""
    root = validated(golden(PASSED, FAILED, PASSED.model_copy(update={"state": State.FAIL}), PASSED))
    names = [case.get("name") for case in root.iter("testcase")]
    assert names == [PASSED.asks, FAILED.asks, f"{PASSED.asks} (2)", f"{PASSED.asks} (3)"]


def test_a_number_in_a_name_is_not_taken_twice() -> None:
    numbered = PASSED.model_copy(update={"asks": f"{PASSED.asks} (2)"})
    names = [case.get("name") for case in validated(golden(PASSED, numbered, PASSED)).iter("testcase")]
    assert names == [PASSED.asks, f"{PASSED.asks} (2)", f"{PASSED.asks} (3)"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('tests="4"', 'tests="four"'),
        ('tests="4"', ""),
        ("<failure ", "<fail "),
        ("</failure>", "</failure><failure message='x' type='fail'/>"),
        ('type="fail"', 'type="oops"'),
        ('time="0"', 'time="-1"'),
        ('timestamp="2026', 'timestamp="on 2026'),
        ('classname="bakeoff.gate.rag"', 'class="bakeoff.gate.rag"'),
        (FAILED.asks, PASSED.asks),
        ("<testcase", "<testcase skipped='1'"),
        ("</testsuites>", "<testcase name='x' classname='y' time='0'/></testsuites>"),
    ],
)
def test_the_schema_refuses_what_is_wrong(old: str, new: str) -> None:
    text = gate_junit.render(golden()).decode()
    assert old in text
    spoilt = text.replace(old, new).replace("</fail>", "</failure>")
    if old == "<failure ":
        spoilt = spoilt.replace("</failure>", "</fail>")
    with pytest.raises(XMLSchemaValidationError):
        SCHEMA.validate(ET.fromstring(spoilt))
