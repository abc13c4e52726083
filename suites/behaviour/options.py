"""The options of suite `behaviour`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

WHERE = "suites.behaviour"
"""Where these options lie in a config, for error messages."""


class Part(BaseModel):
    """Base of the options: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Length(Part):
    """A band, both ends included. Words are what white space separates; characters are code points."""

    unit: Literal["words", "characters"] = "words"
    at_least: int = Field(default=0, ge=0)
    at_most: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _is_a_band(self) -> Length:
        if self.at_most is None and self.at_least == 0:
            raise ValueError("a length needs at_least or at_most")
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError("at_most is below at_least")
        return self


class Terms(Part):
    """Words or phrases that an answer must hold, all of them, and must not hold, none of them."""

    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    @field_validator("required", "forbidden")
    @classmethod
    def _have_words(cls, terms: tuple[str, ...]) -> tuple[str, ...]:
        if not all(term.strip() for term in terms):
            raise ValueError("a term is empty")
        return terms

    @model_validator(mode="after")
    def _agree(self) -> Terms:
        both = {term.casefold() for term in self.required} & {term.casefold() for term in self.forbidden}
        if both:
            raise ValueError(f"both required and forbidden: {', '.join(sorted(both))}")
        return self


class Terminology(Terms):
    """Terms for every sample; `extras["terminology"]` of a sample adds its own."""

    case_sensitive: bool = False


class Selector(Part):
    """The samples with one of these tags or of one of these domains."""

    tags: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _selects(self) -> Selector:
        if not self.tags and not self.domains:
            raise ValueError("name tags or domains")
        return self


class Pattern(Part):
    """What an answer must show on the samples of `must`, and must not show on those of `must_not`.

    `patterns` are regular expressions, searched for anywhere, case-insensitively; one is enough. `must_not:
    others` stands for all samples outside `must`.
    """

    patterns: tuple[str, ...] = Field(min_length=1)
    must: Selector | None = None
    must_not: Selector | Literal["others"] | None = None

    @field_validator("patterns")
    @classmethod
    def _compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_compiled(pattern) for pattern in patterns)

    @model_validator(mode="after")
    def _is_asked_somewhere(self) -> Pattern:
        if self.must is None and self.must_not in (None, "others"):
            raise ValueError("say with `must` or `must_not` on which samples")
        return self


class Options(Part):
    """What a config may say under `suites: [{behaviour: {…}}]`; at least one thing to measure is needed."""

    json_schema: str | Mapping[str, Any] | None = Field(
        default=None, description="a JSON Schema that the whole answer must fit: a path, or the schema itself"
    )
    allow_fence: bool = Field(
        default=False, description="accept JSON inside one ```json … ``` fence and nothing around it"
    )
    regex: str | None = Field(
        default=None,
        description="must be found in the answer; anchor it with \\A and \\Z for the whole answer",
    )
    sections: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="headings that must appear, in this order"
    )
    length: Length | None = Field(default=None, description="a band in words or characters")
    terminology: Terminology | None = Field(default=None, description="required and forbidden terms")
    style: bool = Field(default=False, description="likeness to the training answers; needs `training:`")
    escalation: Pattern | None = Field(default=None, description="where to hand over to people")
    refusal: Pattern | None = Field(default=None, description="where to refuse")
    rubric: str | None = Field(default=None, min_length=1, description="what the judge asks of an answer")
    consistency: bool = Field(default=False, description="agreement over repeats; needs `repeats:` ≥ 2")
    few_shot_parent: str | None = Field(
        default=None, description="the system that is the parent with its best prompt"
    )
    margin: float | None = Field(
        default=None, gt=0, lt=1, description="a loss below it is none: such a finding is `clear`"
    )

    @field_validator("regex")
    @classmethod
    def _compile(cls, pattern: str | None) -> str | None:
        return None if pattern is None else _compiled(pattern)

    @field_validator("sections")
    @classmethod
    def _have_names(cls, sections: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if sections is not None and not all(re.search(r"\w", heading) for heading in sections):
            raise ValueError("a heading has no letter or digit")
        return sections

    @model_validator(mode="after")
    def _measures_something(self) -> Options:
        wanted = (self.json_schema, self.regex, self.sections, self.length, self.terminology)
        judged = (self.escalation, self.refusal, self.rubric)
        if all(part is None for part in (*wanted, *judged)) and not (self.style or self.consistency):
            raise ValueError(
                "name something to measure: json_schema, regex, sections, length, terminology, style, "
                "escalation, refusal, rubric or consistency"
            )
        return self


def _compiled(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return pattern
