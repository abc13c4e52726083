"""JSON Schema: is the whole answer a JSON value that fits?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bakeoff.evals.errors import InputError
from bakeoff.suites.behaviour.options import WHERE
from bakeoff.suites.behaviour.rules import Rule, Ruling

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

OPTION = f"{WHERE}.json_schema"
SHOWN_ERRORS = 3
_FENCE = re.compile(r"\s*```(?:json|JSON)?[ \t]*\n(.*?)\n?\s*```\s*", re.DOTALL)


def read_schema(option: str | Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """The schema of the option, read from its file where it is a path. Raises InputError."""
    if not isinstance(option, str):
        return option
    path = folder / Path(option).expanduser()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as JSON ({error})", where=OPTION) from error
    if not isinstance(found, Mapping):
        raise InputError(f"{path} holds no JSON object", where=OPTION)
    return found


def schema_rule(schema: Mapping[str, Any], *, allow_fence: bool) -> Rule:
    """The rule that an answer is JSON of that schema.

    Raises InputError for a schema that is none, and for a `$ref` that leads out of it: nothing is fetched.
    `format` (date, e-mail …) is a remark in JSON Schema, and not checked.
    """
    validator = _validator(schema)

    def rule(_: Any, text: str) -> Ruling:
        try:
            value = parse_json(text, allow_fence=allow_fence)
        except ValueError as error:
            return Ruling(False, {"errors": [f"no JSON: {error}"]})
        problems = [_told(error) for error in _first(validator, value)]
        return Ruling(not problems, {"errors": [*problems]})

    return rule


def parse_json(text: str, *, allow_fence: bool = False) -> Any:
    """The JSON value that the whole text is. Raises ValueError, also for NaN and for repeated keys.

    >>> parse_json(' {"a": [1]} ')
    {'a': [1]}
    """
    fenced = _FENCE.fullmatch(text) if allow_fence else None
    try:
        return json.loads(
            fenced[1] if fenced else text, parse_constant=_refuse, object_pairs_hook=_without_repeats
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _validator(schema: Mapping[str, Any]) -> Validator:
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for
    from referencing import Registry

    made = validator_for(schema)
    try:
        made.check_schema(schema)
    except SchemaError as error:
        raise InputError(f"is no JSON Schema: {error.message}", where=OPTION) from error
    _check_references(schema)
    validator: Validator = made(schema, registry=Registry())  # an empty registry fetches nothing
    try:
        validator.is_valid({})
    except RecursionError as error:
        raise InputError("a $ref of the schema leads back to itself", where=OPTION) from error
    return validator


def _check_references(schema: Mapping[str, Any]) -> None:
    from referencing import Registry, Resource
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    root = Resource.from_contents(schema, default_specification=DRAFT202012)
    resolver = Registry().with_resource("", root).resolver()
    for reference in _references(schema):
        if not reference.startswith("#"):
            raise InputError(
                f"$ref {reference!r} leads out of the schema", where=OPTION, todo="put it inside, under $defs"
            )
        try:
            resolver.lookup(reference)
        except Unresolvable as error:
            raise InputError(f"$ref {reference!r} leads nowhere", where=OPTION) from error


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for one in part:
            yield from _references(one)


def _first(validator: Validator, value: Any) -> list[Any]:
    errors = sorted(validator.iter_errors(value), key=lambda error: error.json_path)
    return errors[:SHOWN_ERRORS]


def _told(error: Any) -> str:
    return f"{error.json_path}: {error.message[:200]}"


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found
