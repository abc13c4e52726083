"""From a pydantic model to the request that asks for it."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, Field

from bakeoff.adapters.chat_endpoint import Refused
from bakeoff.adapters.judges.structured_output import Form, request_fields, strict_schema


class Leaf(BaseModel):
    title: str = Field(description="its own name")
    kind: Literal["a", "b"]


class Strict(BaseModel):
    leaves: list[Leaf]
    maybe: int | None


class Defaulted(BaseModel):
    needed: str
    optional: str = "x"


class Mapped(BaseModel):
    scores: dict[str, int]


class Nested(BaseModel):
    inner: Defaulted


def test_a_strict_schema_forbids_others_and_keeps_properties_named_like_keywords() -> None:
    schema = strict_schema(Strict)
    assert schema == {
        "type": "object",
        "additionalProperties": False,
        "required": ["leaves", "maybe"],
        "properties": {
            "leaves": {"type": "array", "items": {"$ref": "#/$defs/Leaf"}},
            "maybe": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        },
        "$defs": {
            "Leaf": {
                "type": "object",
                "additionalProperties": False,
                "required": ["title", "kind"],
                "properties": {
                    "title": {"type": "string", "description": "its own name"},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                },
            }
        },
    }


@pytest.mark.parametrize("schema", [Defaulted, Mapped, Nested])
def test_a_schema_beyond_strict_mode_is_sent_unstrict_and_whole(schema: type[BaseModel]) -> None:
    assert strict_schema(schema) is None
    form = request_fields(Form.SCHEMA, schema)["response_format"]["json_schema"]
    assert form == {"name": schema.__name__, "strict": False, "schema": schema.model_json_schema()}


def test_the_conversion_is_made_once_per_class() -> None:
    assert request_fields(Form.SCHEMA, Strict) is request_fields(Form.SCHEMA, Strict)


@pytest.mark.parametrize(
    ("form", "status", "param", "body", "expected"),
    [
        (Form.SCHEMA, 400, "response_format", "no", Form.TOOLS),
        (Form.SCHEMA, 422, None, '{"detail": "json_schema unknown"}', Form.TOOLS),
        (Form.SCHEMA, 400, None, "too many tokens", None),
        (Form.SCHEMA, 500, "response_format", "no", None),
        (Form.TOOLS, 400, "tools", "no", Form.JSON),
        (Form.TOOLS, 400, None, "function calling is not enabled", Form.JSON),
        (Form.JSON, 400, "response_format", "no", Form.PROMPT),
        (Form.PROMPT, 400, "response_format", "no", None),
    ],
)
def test_a_refusal_moves_to_the_next_form_only_when_it_is_about_the_form(
    form: Form, status: int, param: str | None, body: str, expected: Form | None
) -> None:
    assert form.next_after(Refused(status, body, param=param, body=body)) == expected
