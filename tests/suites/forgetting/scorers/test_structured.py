"""JSON against a schema and wanted values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bakeoff.suites.forgetting.scorers import SCORERS, Mark, check_spec

SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "member": {"type": "boolean"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


def mark(answer: str, values: dict[str, JsonValue] | None = None) -> Mark:
    return SCORERS["json_schema"]({"schema": SCHEMA, "values": values or {}}, "", answer, False)


@pytest.mark.parametrize(
    "answer",
    [
        '{"name": "Ada", "age": 36}',
        ' {"age": 36,\n "name": "Ada"}\n',
        '```json\n{"name": "Ada", "age": 36}\n```',
        'Here it is:\n```\n{"name": "Ada", "age": 36}\n```\nDone.',
        '{"name": "Ada", "age": 36, "member": true}',
    ],
)
def test_valid(answer: str) -> None:
    assert mark(answer, {"name": "Ada", "age": 36}).value == 1


@pytest.mark.parametrize(
    ("answer", "parsed", "problem"),
    [
        ("", False, "not JSON"),
        ('Sure! {"name": "Ada", "age": 36}', False, "not JSON"),
        ("{'name': 'Ada', 'age': 36}", False, "not JSON"),
        ('{"name": "Ada", "age": NaN}', False, "not JSON"),
        ('{"name": "Ada", "age": 1, "age": 36}', False, "not JSON"),
        ('{"name": "Ada"}', True, "$: 'age' is a required property"),
        ('{"name": "Ada", "age": "36"}', True, "$.age: '36' is not of type 'integer'"),
        ('[{"name": "Ada", "age": 36}]', True, "$: [{'name': 'Ada', 'age': 36}] is not of type 'object'"),
        ('{"name": "Eve", "age": 36}', True, "valid, but not the values that were asked for"),
        ("[" * 100_000, False, "not JSON"),
    ],
)
def test_invalid(answer: str, parsed: bool, problem: str) -> None:
    made = mark(answer, {"name": "Ada"})
    assert made.value == 0
    assert (made.detail["parsed"], made.detail["problem"]) == (parsed, problem)


def test_true_is_not_one_and_a_missing_key_is_not_null() -> None:
    spec: dict[str, JsonValue] = {"schema": {"type": "object"}, "values": {"a": 1}}
    assert SCORERS["json_schema"](spec, "", '{"a": true}', False).value == 0
    assert SCORERS["json_schema"](spec, "", '{"a": 1}', False).value == 1
    spec = {"schema": {"type": "object"}, "values": {"a": None}}
    assert SCORERS["json_schema"](spec, "", '{"a": null}', False).value == 1
    assert SCORERS["json_schema"](spec, "", "{}", False).value == 0
    assert SCORERS["json_schema"](spec, "", "[]", False).value == 0


@given(st.text(), st.integers(), st.booleans())
def test_any_document_of_the_schema_scores_and_without_a_key_it_does_not(
    name: str, age: int, member: bool
) -> None:
    document: dict[str, JsonValue] = {"name": name, "age": age, "member": member}
    assert mark(json.dumps(document), document).value == 1
    assert mark(json.dumps(document, ensure_ascii=False, indent=2), document).value == 1
    assert mark(json.dumps({"name": name}), document).value == 0
    assert mark(json.dumps(document | {"age": age + 1}), document).value == 0


def test_a_reference_to_another_place_is_never_followed() -> None:
    told = check_spec("json_schema", {"schema": {"$ref": "http://127.0.0.1:9/s.json"}}, "{}")
    assert told == "the schema refers to 'http://127.0.0.1:9/s.json', which it does not hold"
    inner: dict[str, JsonValue] = {"$defs": {"n": {"type": "integer"}}, "$ref": "#/$defs/n"}
    assert check_spec("json_schema", {"schema": inner}, "3") is None


def test_a_broken_schema_is_named() -> None:
    told = check_spec("json_schema", {"schema": {"type": "strng"}}, "{}")
    assert told == "spec.schema: no JSON Schema: 'strng' is not valid under any of the given schemas"
    assert check_spec("json_schema", {"schema": "object"}, "{}") is not None
    assert check_spec("json_schema", {"schema": SCHEMA}, '{"name": "Ada", "age": 1}') is None
    assert (
        check_spec("json_schema", {"schema": SCHEMA}, "{}")
        == "the reference scores 0, not 1, by 'json_schema'"
    )
