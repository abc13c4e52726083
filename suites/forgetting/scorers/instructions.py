"""Scorer `instructions`: does an answer follow every verifiable instruction, strictly and loosely?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, JsonValue, ValidationError, field_validator

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.checks.check import Check
from bakeoff.suites.forgetting.scorers.checks.language import LANGUAGE
from bakeoff.suites.forgetting.scorers.checks.length import LENGTH
from bakeoff.suites.forgetting.scorers.checks.shape import SHAPE
from bakeoff.suites.forgetting.scorers.checks.wording import WORDING
from bakeoff.suites.forgetting.scorers.mark import Mark

CHECKS: Mapping[str, Check] = {**LENGTH, **SHAPE, **WORDING, **LANGUAGE}


class InstructionsSpec(Record):
    """`instructions`: for each its checker under `check` (a key of `CHECKS`) and that one's parameters."""

    instructions: tuple[Mapping[str, Any], ...] = Field(min_length=1)

    @field_validator("instructions")
    @classmethod
    def _known(cls, instructions: tuple[Mapping[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
        for given in instructions:
            name = str(given.get("check"))
            if name not in CHECKS:
                raise ValueError(f"no check {name!r}; there are {', '.join(CHECKS)}")
            try:
                CHECKS[name].parameters.model_validate(_parameters(given))
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                raise ValueError(f"{name}.{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
        return instructions


def instructions(spec: InstructionsSpec, _reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where the answer follows all instructions (IFEval's prompt-level accuracy, METHODS.md §4).

    Strict: the answer as it is. Loose: each instruction is followed by at least one of eight readings
    (asterisks taken off or not; the first line, the last line, both or none dropped). An empty reading
    follows nothing. `detail` has each instruction's, so that the instruction level can be computed.
    """
    strict = [_follows(answer, given) for given in spec.instructions]
    variants = lenient_readings(answer)
    loose = [any(_follows(text, given) for text in variants) for given in spec.instructions]
    names = [str(given["check"]) for given in spec.instructions]
    detail: dict[str, JsonValue] = {"checks": [*names], "strict": [*strict], "loose": [*loose]}
    return Mark(float(all(strict)), float(all(loose)), detail)


def lenient_readings(answer: str) -> list[str]:
    """The eight readings of IFEval's loose accuracy, the answer itself first."""
    lines = answer.split("\n")
    cuts = [lines, lines[1:], lines[:-1], lines[1:-1]]
    kept = ["\n".join(cut).strip() if cut is not lines else answer for cut in cuts]
    return [*kept, *(text.replace("*", "") for text in kept)]


def _follows(text: str, given: Mapping[str, Any]) -> bool:
    return bool(text.strip()) and CHECKS[given["check"]](text, _parameters(given))


def _parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters but the checker's name: none is left out for being 0 or empty."""
    return {key: value for key, value in given.items() if key != "check"}
