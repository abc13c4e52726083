"""The scorers by name, and the check of what a family's file tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from bakeoff.suites.forgetting.scorers.code import CodeSpec, code
from bakeoff.suites.forgetting.scorers.instructions import InstructionsSpec, instructions
from bakeoff.suites.forgetting.scorers.letters import LetterSpec, letter
from bakeoff.suites.forgetting.scorers.mark import Mark
from bakeoff.suites.forgetting.scorers.numbers import NumberSpec, number
from bakeoff.suites.forgetting.scorers.refusals import RefusalSpec, refusal
from bakeoff.suites.forgetting.scorers.structured import SchemaSpec, json_schema, schema_fault
from bakeoff.suites.forgetting.scorers.texts import (
    ContainsSpec,
    ExactSpec,
    ListSpec,
    RegexSpec,
    contains,
    exact,
    listed,
    regex,
)

Scorer = Callable[[Mapping[str, JsonValue], str, str, bool], Mark]
"""(spec, reference, answer, abstained) → mark; raises pydantic's ValidationError on a wrong spec."""

S = TypeVar("S", bound=BaseModel)


def _reading(model: type[S], score: Callable[[S, str, str, bool], Mark]) -> Scorer:
    """The scorer, taking its spec as the mapping that a file holds."""

    def scorer(spec: Mapping[str, JsonValue], reference: str, answer: str, abstained: bool) -> Mark:
        return score(model.model_validate(spec), reference, answer, abstained)

    scorer.__doc__ = score.__doc__
    return scorer


SCORERS: Mapping[str, Scorer] = {
    "exact": _reading(ExactSpec, exact),
    "contains": _reading(ContainsSpec, contains),
    "number": _reading(NumberSpec, number),
    "letter": _reading(LetterSpec, letter),
    "regex": _reading(RegexSpec, regex),
    "list": _reading(ListSpec, listed),
    "json_schema": _reading(SchemaSpec, json_schema),
    "instructions": _reading(InstructionsSpec, instructions),
    "code": _reading(CodeSpec, code),
    "refusal": _reading(RefusalSpec, refusal),
}


def check_spec(scorer: str, spec: Mapping[str, JsonValue], reference: str) -> str | None:
    """What is wrong with a scorer's name, its spec or the reference, in a few words; None if nothing.

    The reference must score 1 by its own scorer; this runs the reference's code where the scorer is
    `code`.

    >>> check_spec("number", {}, "about ten")
    "the reference 'about ten' holds no number"
    """
    if scorer not in SCORERS:
        return f"no scorer {scorer!r}; there are {', '.join(SCORERS)}"
    fault = _schema_fault(spec) if scorer == "json_schema" else None
    if fault is not None:
        return f"spec.schema: no JSON Schema: {fault}"
    try:
        mark = SCORERS[scorer](spec, reference, reference, False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        return f"spec.{place}: {message}" if place else f"spec: {message}"
    except ValueError as error:
        return str(error)
    return None if mark.value == 1 else f"the reference scores {mark.value:g}, not 1, by {scorer!r}"


def _schema_fault(spec: Mapping[str, JsonValue]) -> str | None:
    schema = spec.get("schema")
    return schema_fault(schema) if isinstance(schema, dict) else None
