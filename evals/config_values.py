"""Validates parts of a config against pydantic models, and tells what is wrong in our own words."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bakeoff.evals.config_errors import KeyPath, Problem, dotted, shortened, unknown_key
from bakeoff.evals.environment import Substituted, reveals, secrets_in
from bakeoff.evals.yaml_lines import resolve_scalar

M = TypeVar("M", bound=BaseModel)

_KINDS: Mapping[str, str] = {
    "int": "a whole number",
    "float": "a number",
    "string": "text (in quotes, where it looks like a number)",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "dict": "a mapping (key: value)",
    "mapping": "a mapping (key: value)",
    "model": "a mapping (key: value)",
    "model_attributes": "a mapping (key: value)",
    "date": "a date (YYYY-MM-DD)",
    "date_from_datetime": "a date (YYYY-MM-DD)",
    "path": "a path",
    "url": "a URL",
    "none": "empty (null)",
}
_BOUNDS: Mapping[str, str] = {
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "string_pattern_mismatch": "must match {pattern}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
}


class Values:
    """A config's values while they are checked; `problems` grows, nothing is raised."""

    def __init__(self, values: Substituted) -> None:
        self.tree: Mapping[str, Any] = values.tree
        self.problems: list[Problem] = list(values.problems)
        self._broken = {problem.path for problem in values.problems}
        self._origins = dict(values.origins)
        self._secrets = secrets_in(values)
        self._moves: Mapping[KeyPath, KeyPath] = {}

    @property
    def secrets(self) -> frozenset[str]:
        """Values from the environment and literal secrets: not to be shown or stored."""
        return frozenset(secret for found in self._secrets.values() for secret in found)

    def moved(self, moves: Mapping[KeyPath, KeyPath]) -> Values:
        """These values with some of them standing elsewhere, as a sweep puts them.

        `moves` maps the path of a value to the path where the file has it. Problems are noted here, at the
        file's path, and once only.
        """
        view = copy(self)
        view._moves = moves
        for there, written in moves.items():
            for found in (view._origins, view._secrets):
                below = {path: value for path, value in found.items() if self._is_below(path, written)}
                found |= {(*there, *path[len(written) :]): value for path, value in below.items()}
        return view

    def report(self, path: KeyPath, what: str, todo: str = "") -> None:
        """Note a problem, unless the value there is already known to be missing."""
        problem = Problem(self._written(path), what, todo)
        if problem.path not in self._broken and problem not in self.problems:
            self.problems.append(problem)

    def _written(self, path: KeyPath) -> KeyPath:
        for there, written in self._moves.items():
            if self._is_below(path, there):
                return (*written, *path[len(there) :])
        return path

    def is_secret(self, path: KeyPath) -> bool:
        """Whether the value at that key must not be shown."""
        return path in self._secrets

    def shown(self, path: KeyPath, value: object, lead: str = ", not ") -> str:
        """The value as an error shows it (`, not 'abc'`), or nothing where it may be secret."""
        if isinstance(value, dict | list) or any(self._is_below(secret, path) for secret in self._secrets):
            return ""
        return lead + shortened(value)

    def validate(
        self, model: type[M], part: Mapping[str, Any], at: KeyPath, known: Sequence[str] = ()
    ) -> M | None:
        """The part as an instance of the model; None, with problems noted, where it does not fit.

        Validated strictly as JSON: `true` is no number and `"3"` none either, except in values that the
        environment gave, which are always text. `known` lists keys beside the model's own.
        """
        try:
            return model.model_validate_json(json.dumps(part), strict=True)
        except ValidationError as error:
            first = error
        try:
            typed = self._typed(part, at, first)
            return model.model_validate_json(json.dumps(typed), strict=True)
        except ValidationError as error:
            self._tell(model, part, at, known, error)
        return None

    def _typed(self, part: Any, at: KeyPath, error: ValidationError) -> Any:
        """The part with the environment's texts read as YAML scalars where text did not fit."""
        failed = {(*at, *_real(part, item)) for item in error.errors()} & set(self._origins)

        def walk(value: Any, path: KeyPath) -> Any:
            if isinstance(value, dict):
                return {key: walk(child, (*path, key)) for key, child in value.items()}
            if isinstance(value, list):
                return [walk(child, (*path, index)) for index, child in enumerate(value)]
            if path not in failed:
                return value
            typed = resolve_scalar(value)
            return value if isinstance(typed, float) and not math.isfinite(typed) else typed

        return walk(part, at)

    def _tell(
        self, model: type[BaseModel], part: Any, at: KeyPath, known: Sequence[str], error: ValidationError
    ) -> None:
        faults: dict[KeyPath, list[tuple[str, str]]] = {}
        found = [((*at, *_real(part, item)), item) for item in error.errors(include_url=False)]
        for path, item in found:
            if item["type"] == "too_short" and any(p != path and self._is_below(p, path) for p, _ in found):
                continue  # pydantic does not count items that are wrong themselves
            fault = self._fault(model, item, path, known if len(path) == len(at) + 1 else ())
            if fault not in faults.setdefault(path, []):
                faults[path].append(fault)
        for path, told in faults.items():
            # The branches of a union each complain about the same key: one problem, joined by "or".
            what = " or ".join(dict.fromkeys(what for what, _ in told))
            self.report(path, what, next((todo for _, todo in told if todo), ""))

    def _fault(
        self, model: type[BaseModel], item: ErrorDetails, path: KeyPath, known: Sequence[str]
    ) -> tuple[str, str]:
        kind, context = item["type"], item.get("ctx", {})
        if kind == "extra_forbidden":
            return unknown_key(str(path[-1]), [*known, *_keys_at(model, item["loc"][:-1])])
        if kind == "missing":
            return "is missing", _description(model, item["loc"])
        shown = self.shown(path, item["input"])
        if kind in _BOUNDS:
            return _BOUNDS[kind].format(**context) + shown, ""
        base = kind.removesuffix("_type").removesuffix("_parsing").removesuffix("_from_float")
        if kind != base and base in _KINDS:
            return f"must be {_KINDS[base]}{shown}", ""
        message = str(context.get("error", item["msg"]))
        for place, secrets in self._secrets.items():
            if self._is_below(place, path) and any(reveals(message, secret) for secret in secrets):
                return f"is not accepted; the reason would quote {dotted(place)} and is withheld", ""
        return message, ""

    @staticmethod
    def _is_below(path: KeyPath, top: KeyPath) -> bool:
        return path[: len(top)] == top


def _real(part: Any, item: ErrorDetails) -> KeyPath:
    """Where the error lies, without pydantic's marks of unions; a missing key is the last element."""
    path: list[str | int] = []
    location = item["loc"]
    for index, step in enumerate(location):
        inside = (isinstance(part, dict) and step in part) or (
            isinstance(part, list) and isinstance(step, int) and step < len(part)
        )
        if inside:
            part = part[step]
        elif item["type"] != "missing" or index < len(location) - 1:
            continue
        path.append(step)
    return tuple(path)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation mentions, through unions, lists and mappings."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _models_at(model: type[BaseModel], location: Sequence[str | int]) -> list[type[BaseModel]]:
    models = [model]
    for step in location:
        fields = [
            info.annotation
            for here in models
            for name, info in here.model_fields.items()
            if step in (name, info.alias)
        ]
        models = [found for annotation in fields for found in _models_in(annotation)] or models
    return models


def _keys_at(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The keys that the model at that location knows, as the config writes them."""
    return [
        info.alias or name for here in _models_at(model, location) for name, info in here.model_fields.items()
    ]


def _description(model: type[BaseModel], location: Sequence[str | int]) -> str:
    """A missing field's own description, if it has one."""
    for here in _models_at(model, location[:-1]):
        for name, info in here.model_fields.items():
            if location[-1] in (name, info.alias):
                return info.description or ""
    return ""
