"""Scorer `json_schema`: is the answer JSON of the wanted shape, with the wanted values?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import Field, JsonValue, field_validator

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.answer_text import blocks
from bakeoff.suites.forgetting.scorers.mark import Mark


class SchemaSpec(Record):
    """`schema` (JSON Schema, draft 2020-12); `values`: top-level keys that must hold just these values."""

    json_schema: Mapping[str, JsonValue] = Field(alias="schema")
    values: Mapping[str, JsonValue] = Field(default_factory=dict)

    @field_validator("json_schema")
    @classmethod
    def _is_schema(cls, schema: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        fault = _checked(json.dumps(schema, sort_keys=True))[1]
        if fault is not None:
            raise ValueError(f"no JSON Schema: {fault}")
        return schema


def json_schema(spec: SchemaSpec, _reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where the answer is JSON that the schema accepts and holds the wanted values.

    The JSON is the only fenced block, or else the whole answer: text around bare JSON is no JSON.
    `detail` tells whether it parsed, was valid, and what was wrong first.
    """
    parsed, document = read_json(answer)
    if not parsed:
        return Mark(0.0, detail={"parsed": False, "valid": False, "problem": "not JSON"})
    problem = _first_problem(json.dumps(spec.json_schema, sort_keys=True), document)
    valid = problem is None
    if valid and not _holds(document, spec.values):
        problem = "valid, but not the values that were asked for"
    return Mark(float(problem is None), detail={"parsed": True, "valid": valid, "problem": problem})


def read_json(answer: str) -> tuple[bool, Any]:
    """Whether an answer is JSON, and the document; NaN, infinities and repeated keys are no JSON."""
    fenced = blocks(answer)
    text = fenced[0] if len(fenced) == 1 else answer
    try:
        return True, json.loads(text, parse_constant=_refuse, object_pairs_hook=_distinct)
    except (ValueError, RecursionError):
        return False, None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return dict(pairs)


@lru_cache(maxsize=4_096)
def _checked(schema: str) -> tuple[Any, str | None]:
    """The validator of a schema, and what is wrong with the schema itself; made once, for it takes 5 ms."""
    from jsonschema import Draft202012Validator, SchemaError

    parsed = json.loads(schema)
    try:
        Draft202012Validator.check_schema(parsed)
    except SchemaError as error:
        return None, error.message
    return Draft202012Validator(parsed), None


def _first_problem(schema: str, document: Any) -> str | None:
    found = _checked(schema)[0].iter_errors(document)
    errors = sorted(found, key=lambda error: (error.json_path, error.message))
    return f"{errors[0].json_path}: {errors[0].message}" if errors else None


def _holds(document: Any, values: Mapping[str, JsonValue]) -> bool:
    return not values or (
        isinstance(document, dict) and all(_same(document.get(key), value) for key, value in values.items())
    )


def _same(left: Any, right: Any) -> bool:
    """Equal as JSON: true is not 1, order of keys does not count."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
