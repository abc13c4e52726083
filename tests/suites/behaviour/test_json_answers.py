"""JSON answers and their schema; nothing is fetched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Sample
from bakeoff.suites.behaviour.json_answers import parse_json, read_schema, schema_rule

SAMPLE = Sample(id="s", question="q")
SCHEMA = {
    "type": "object",
    "required": ["id", "lines"],
    "properties": {"id": {"type": "integer"}, "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}}},
    "$defs": {"line": {"type": "string", "minLength": 1}},
}


@settings(deadline=None)
@given(st.integers(), st.lists(st.text(min_size=1)), st.sampled_from([None, 1, 4]))
def test_what_fits_is_kept_however_it_is_laid_out(number: int, lines: list[str], indent: int | None) -> None:
    text = json.dumps({"id": number, "lines": lines}, indent=indent)
    rule = schema_rule(SCHEMA, allow_fence=False)
    assert rule(SAMPLE, f"\n {text} ").kept
    assert not rule(SAMPLE, text[:-1]).kept
    assert not rule(SAMPLE, json.dumps({"lines": lines})).kept
    assert not rule(SAMPLE, f"Here you are: {text}").kept


def test_the_first_errors_are_told_with_their_place() -> None:
    ruling = schema_rule(SCHEMA, allow_fence=False)(SAMPLE, '{"id": "x", "lines": ["a", ""]}')
    errors = ruling.evidence["errors"]
    assert isinstance(errors, list)
    assert [str(error).split(":")[0] for error in errors] == ["$.id", "$.lines[1]"]


def test_a_fence_counts_only_where_it_is_allowed() -> None:
    text = '```json\n{"id": 1, "lines": []}\n```'
    assert schema_rule(SCHEMA, allow_fence=True)(SAMPLE, text).kept
    assert not schema_rule(SCHEMA, allow_fence=False)(SAMPLE, text).kept
    assert not schema_rule(SCHEMA, allow_fence=True)(SAMPLE, f"Here:\n{text}").kept


@pytest.mark.parametrize(
    "text", ["", "NaN", "[Infinity]", '{"a": 1, "a": 2}', "[" * 100_000, "9" * 5_000, "{'a': 1}", "1 2"]
)
def test_what_is_no_json_is_told_and_ends_nothing(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_json(text)
    ruling = schema_rule({}, allow_fence=False)(SAMPLE, text)
    assert not ruling.kept
    assert str(ruling.evidence["errors"]).startswith("['no JSON: ")


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "objekt"}, "is no JSON Schema"),
        ({"$ref": "https://example.invalid/schema.json"}, "leads out of the schema"),
        ({"properties": {"a": {"$ref": "#/$defs/gone"}}}, "leads nowhere"),
        ({"$ref": "#"}, "leads back to itself"),
    ],
)
def test_schemas_that_cannot_be_used_are_refused(schema: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        schema_rule(schema, allow_fence=False)


def test_a_schema_is_read_from_a_path_or_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "list.json").write_text("[]")
    assert read_schema("schema.json", tmp_path) == SCHEMA == read_schema(SCHEMA, tmp_path)
    with pytest.raises(InputError, match="no JSON object"):
        read_schema("list.json", tmp_path)
    with pytest.raises(InputError, match=r"suites\.behaviour\.json_schema: .* cannot be read"):
        read_schema("gone.json", tmp_path)
