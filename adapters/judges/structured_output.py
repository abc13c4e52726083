"""Getting a verdict in the wanted form from a server that may lack structured outputs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bakeoff.adapters.chat_endpoint import Refused

M = TypeVar("M", bound=BaseModel)

VERDICT_FIELDS = ("verdict", "attributed", "noncommittal")
"""Fields of ragas' outputs that are yes (1) or no (0), though their type is any integer."""

LOOSE_KEYS = frozenset({"oneOf", "allOf", "not", "if", "prefixItems", "patternProperties"})

FENCE = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*", re.DOTALL)


class Form(IntEnum):
    """How the reply's form is asked for, from the strictest to the least."""

    SCHEMA = 0
    TOOLS = 1
    JSON = 2
    PROMPT = 3

    def next_after(self, refused: Refused) -> Form | None:
        """The form to try where the server lacks this one; None where the refusal is about something else."""
        if self is Form.PROMPT or refused.status not in (400, 422, 501):
            return None
        words = {
            Form.SCHEMA: "response_format|schema",
            Form.TOOLS: "tool|function",
            Form.JSON: "response_format|json",
        }
        named = f"{refused.param} {refused.body}"
        return Form(self + 1) if re.search(words[self], named, re.IGNORECASE) else None


class Unusable(Exception):
    """A reply that is no verdict of the wanted form; the text says what is wrong, for the judge to read."""


@cache
def request_fields(form: Form, schema: type[BaseModel]) -> Mapping[str, Any]:
    """The fields of a chat request that ask for the schema in that form."""
    name = re.sub(r"\W", "_", schema.__name__)[:64]
    if form is Form.SCHEMA:
        strict = strict_schema(schema)
        wanted = {"name": name, "strict": strict is not None, "schema": strict or schema.model_json_schema()}
        return {"response_format": {"type": "json_schema", "json_schema": wanted}}
    if form is Form.TOOLS:
        function = {
            "name": name,
            "description": "Hand in the verdict.",
            "parameters": schema.model_json_schema(),
        }
        choice = {"type": "function", "function": {"name": name}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": choice}
    return {"response_format": {"type": "json_object"}} if form is Form.JSON else {}


@cache
def schema_text(schema: type[BaseModel]) -> str:
    """The words that ask for the schema where the request cannot."""
    return (
        f"Reply with one JSON object that complies with this schema: {json.dumps(schema.model_json_schema())}"
    )


class _Loose(Exception):
    """A schema that strict mode does not take."""


def strict_schema(schema: type[BaseModel]) -> dict[str, Any] | None:
    """The JSON schema in the subset that OpenAI's strict mode takes, or None where it does not fit.

    Strict mode wants every property required and no others allowed, nothing beside a reference, and knows
    no open mappings, tuples or combinations but `anyOf`.
    """
    try:
        return _strict(schema.model_json_schema())
    except _Loose:
        return None


def _strict(node: Mapping[str, Any]) -> dict[str, Any]:
    if node.keys() & LOOSE_KEYS:
        raise _Loose
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    kept = {key: value for key, value in node.items() if key not in ("title", "default")}
    for key in ("properties", "$defs"):
        if key in node:
            kept[key] = {name: _strict(child) for name, child in node[key].items()}
    if "items" in node:
        kept["items"] = _strict(node["items"])
    if "anyOf" in node:
        kept["anyOf"] = [_strict(child) for child in node["anyOf"]]
    if node.get("type") == "object":
        properties = node.get("properties", {})
        if (
            not properties
            or properties.keys() != set(node.get("required", ()))
            or node.get("additionalProperties")
        ):
            raise _Loose
        kept["additionalProperties"] = False
    return kept


def parse(text: str, schema: type[M], inputs: BaseModel) -> M:
    """The verdict in a reply; `Unusable` says what is wrong with one that holds none."""
    fenced = FENCE.fullmatch(text)
    try:
        verdict = schema.model_validate_json(fenced[1] if fenced else text)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)[:3]
        told = "; ".join(f"{'.'.join(map(str, p['loc'])) or 'reply'}: {p['msg']}" for p in problems)
        raise Unusable(told) from None
    check_counts(verdict, inputs)
    check_verdicts(verdict)
    return verdict


def check_counts(verdict: BaseModel, inputs: BaseModel) -> None:
    """One verdict for each statement: a judge that drops one changes the score in silence."""
    asked, given = getattr(inputs, "statements", None), getattr(verdict, "statements", None)
    if isinstance(asked, list) and isinstance(given, list) and len(asked) != len(given):
        raise Unusable(f"{len(given)} verdicts came for {len(asked)} statements; give one for each, in order")


def check_verdicts(verdict: BaseModel) -> None:
    """Yes-or-no fields hold 1 or 0."""
    rows = [row for value in vars(verdict).values() if isinstance(value, list) for row in value]
    for item in (verdict, *rows):
        for name in VERDICT_FIELDS:
            value = getattr(item, name, None)
            if type(value) is int and value not in (0, 1):
                raise Unusable(f"{name} is {value}, but must be 0 or 1")
