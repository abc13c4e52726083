"""What every checker of one verifiable instruction is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from bakeoff.evals.records import Record

Relation = Literal["at_least", "at_most", "exactly"]


class Nothing(Record):
    """The checker takes no parameter."""


class Count(Record):
    """So many, in this relation; a count of 0 is a count like any other (METHODS.md §4, IFEval)."""

    relation: Relation = "exactly"
    count: int = Field(ge=0)

    def admits(self, found: int) -> bool:
        """Whether that many were asked for."""
        if self.relation == "exactly":
            return found == self.count
        return found >= self.count if self.relation == "at_least" else found <= self.count


@dataclass(frozen=True)
class Check:
    """`follows(text, parameters)`, with the parameters as an instance of `parameters`."""

    parameters: type[Record]
    follows: Callable[[str, Any], bool]

    def __call__(self, text: str, given: Mapping[str, Any]) -> bool:
        return self.follows(text, self.parameters.model_validate(given))


def counting(count: Callable[[str], int]) -> Check:
    """A checker that asks for a number of something."""
    return Check(Count, lambda text, asked: asked.admits(count(text)))
