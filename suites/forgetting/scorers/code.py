"""Scorer `code`: does the function that an answer defines return what it should?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field, JsonValue, field_validator

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.answer_text import blocks
from bakeoff.suites.forgetting.scorers.mark import Mark
from bakeoff.suites.forgetting.scorers.sandbox import call


class Case(Record):
    """One call: its positional arguments and what it must return, as JSON (a tuple is a list)."""

    arguments: tuple[JsonValue, ...]
    returns: JsonValue


class CodeSpec(Record):
    """`function`: the name to call. `wall_s`: seconds for all cases together."""

    function: str
    cases: tuple[Case, ...] = Field(min_length=1)
    wall_s: float = Field(default=5.0, gt=0, le=60)

    @field_validator("function")
    @classmethod
    def _is_name(cls, name: str) -> str:
        if not name.isidentifier():
            raise ValueError(f"{name!r} is no name of a function")
        return name


def code(spec: CodeSpec, _reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where every case returns what it should; runs the answer's code (`sandbox`, which see).

    The code is the last fenced block that defines the function, else the first block, else the whole
    answer. 3 and 3.0 are the same, true and 1 are not.
    """
    arguments = [[*case.arguments] for case in spec.cases]
    program = read_code(answer, spec.function)
    outcome = call(program, spec.function, arguments, wall_s=spec.wall_s)
    passed = [_same(got, case.returns) for got, case in zip(outcome.returned, spec.cases, strict=False)]
    right = outcome.error is None and len(passed) == len(spec.cases) and all(passed)
    detail = {"passed": sum(passed), "cases": len(spec.cases), "error": outcome.error}
    return Mark(float(right), detail=detail)


def read_code(answer: str, function: str) -> str:
    """The code in an answer, as `code` reads it."""
    fenced = blocks(answer)
    defining = [block for block in fenced if re.search(rf"^\s*def {re.escape(function)}\b", block, re.M)]
    return (defining[-1:] or fenced[:1] or [answer])[0]


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(got, bool) or isinstance(wanted, bool):
        return got is wanted
    if isinstance(got, list) and isinstance(wanted, list | tuple):
        return len(got) == len(wanted) and all(map(_same, got, wanted))
    if isinstance(got, dict) and isinstance(wanted, Mapping):
        return got.keys() == wanted.keys() and all(_same(got[key], wanted[key]) for key in got)
    return bool(got == wanted)
