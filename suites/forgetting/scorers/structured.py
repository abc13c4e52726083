"""Scorer `json_schema`: is the answer JSON of the wanted shape, with the wanted values?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field, JsonValue

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.answer_text import blocks
from bakeoff.suites.forgetting.scorers.mark import Mark


class SchemaSpec(Record):
    """`schema` (JSON Schema, draft 2020-12); `values`: top-level keys that must hold just these values."""

    json_schema: Mapping[str, JsonValue] = Field(alias="schema")
    values: Mapping[str, JsonValue] = Field(default_factory=dict)


def json_schema(spec: SchemaSpec, _reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where the answer is JSON that the schema accepts and holds the wanted values.

    The JSON is the only fenced block, or else the whole answer: text around bare JSON is no JSON.
    `detail` tells whether it parsed, was valid, and what was wrong first.
    """
    parsed, document = read_json(answer)
    if not parsed:
        return Mark(0.0, detail={"parsed": False, "valid": False, "problem": "not JSON"})
    problem = _first_problem(spec.json_schema, document)
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


def schema_fault(schema: Mapping[str, JsonValue]) -> str | None:
    """What makes a schema no JSON Schema; too slow (about 10 ms) to be asked at every answer."""
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        return str(error.message)
    return None


def _first_problem(schema: Mapping[str, JsonValue], document: Any) -> str | None:
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    validator = Draft202012Validator(dict(schema), registry=Registry())  # which fetches nothing
    try:
        errors = sorted(validator.iter_errors(document), key=lambda error: (error.json_path, error.message))
    except Unresolvable as error:
        raise ValueError(f"the schema refers to {error.ref!r}, which it does not hold") from error
    return f"{errors[0].json_path}: {errors[0].message}" if errors else None


def _holds(document: Any, values: Mapping[str, JsonValue]) -> bool:
    return not values or (
        isinstance(document, dict)
        and all(key in document and _same(document[key], value) for key, value in values.items())
    )


def _same(left: Any, right: Any) -> bool:
    """Equal as JSON: true is not 1, order of keys does not count."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
