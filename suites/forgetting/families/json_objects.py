"""Family `json`: facts in prose, to be written as JSON that a given schema accepts."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from pydantic import JsonValue

from bakeoff.suites.forgetting.families.family import Family, Item, generator
from bakeoff.suites.forgetting.families.names import PEOPLE, THINGS, WORDS, invented, series

Field = tuple[str, dict[str, Any], JsonValue, str]
"""A key, the schema of its value, the value, and the sentence that tells it."""

_COLOURS = ("red", "green", "blue", "white", "black", "yellow", "brown", "grey")


def _name(rng: Random) -> Field:
    name = f"{rng.choice(PEOPLE)} {invented(rng)}"
    return "name", {"type": "string", "minLength": 1}, name, f"The name is {name}."


def _age(rng: Random) -> Field:
    age = rng.randint(18, 95)
    return "age", {"type": "integer", "minimum": 0, "maximum": 120}, age, f"The age is {age} years."


def _email(rng: Random) -> Field:
    address = f"{rng.choice(WORDS)}.{rng.choice(WORDS)}@example.org"
    schema = {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"}
    return "email", schema, address, f"The e-mail address is {address}."


def _colour(rng: Random) -> Field:
    colour, allowed = rng.choice(_COLOURS), rng.sample(_COLOURS, 5)
    allowed = allowed if colour in allowed else [*allowed[:4], colour]
    return "colour", {"enum": [*allowed]}, colour, f"The colour is {colour}."


def _tags(rng: Random) -> Field:
    tags = rng.sample(WORDS, rng.randint(2, 4))
    schema = {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}
    return "tags", schema, [*tags], f"The tags are, in this order, {series(tags)}."


def _member(rng: Random) -> Field:
    member = rng.random() < 0.5
    tell = "Membership is active." if member else "Membership is not active."
    return "member", {"type": "boolean"}, member, tell


def _price(rng: Random) -> Field:
    price = rng.randint(100, 9_999) / 100
    return "price", {"type": "number", "exclusiveMinimum": 0}, price, f"The price is {price} euros."


def _code(rng: Random) -> Field:
    code = f"{rng.choice('ABCDEFGH')}{rng.choice('KLMNPQRS')}-{rng.randint(1_000, 9_999)}"
    return "code", {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"}, code, f"The code is {code}."


def _address(rng: Random) -> Field:
    town, number = invented(rng), rng.randint(1, 250)
    schema = {
        "type": "object",
        "properties": {"town": {"type": "string"}, "number": {"type": "integer"}},
        "required": ["town", "number"],
        "additionalProperties": False,
    }
    return "address", schema, {"town": town, "number": number}, f"It is house number {number} in {town}."


def _stock(rng: Random) -> Field:
    thing, count = rng.choice(THINGS), rng.randint(0, 400)
    schema = {
        "type": "object",
        "properties": {"item": {"type": "string"}, "count": {"type": "integer", "minimum": 0}},
        "required": ["item", "count"],
    }
    return "stock", schema, {"item": thing, "count": count}, f"In stock are {count} {thing}."


def _note(rng: Random) -> Field:
    word = rng.choice(WORDS)
    if rng.random() < 0.4:
        return "note", {"type": ["string", "null"]}, None, "There is no note: write null for it."
    return "note", {"type": ["string", "null"]}, word, f'The note is "{word}".'


_FIELDS: tuple[Callable[[Random], Field], ...] = (
    _name, _age, _email, _colour, _tags, _member, _price, _code, _address, _stock, _note,
)  # fmt: skip


def _item(rng: Random) -> Item:
    fields = [make(rng) for make in rng.sample(_FIELDS, rng.randint(3, 6))]
    schema: dict[str, JsonValue] = {
        "type": "object",
        "properties": {key: part for key, part, _, _ in fields},
        "required": [key for key, *_ in fields],
        "additionalProperties": False,
    }
    values = {key: value for key, _, value, _ in fields}
    told = " ".join(sentence for *_, sentence in rng.sample(fields, len(fields)))
    question = (
        "Write these facts as one JSON object that is valid against the schema below, and nothing else."
        f" {told}\n\nSchema:\n{json.dumps(schema)}"
    )
    return Item(question, json.dumps(values), "json_schema", {"schema": schema, "values": values})


JSON = Family(
    name="json",
    about="Three to six facts in prose, to be written as JSON that a given schema accepts.",
    written=False,
    chance=0.0,
    items=generator("json", _item),
)
