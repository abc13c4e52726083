"""The options of suite `format_shift`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, JsonValue

WHERE = "suites.format_shift"
"""Where these options lie in a config, for error messages."""


class Language(BaseModel):
    """Another language to ask for answers in; only the user can say how one asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="the language asked for, for example de")
    instruction: str = Field(min_length=1, description='what asks for it: "Antworte auf Deutsch."')


class Rewriting(BaseModel):
    """A language model that rewrites the questions in further styles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: Mapping[str, JsonValue] = Field(
        repr=False, description="the keys of any adapter: {adapter: openai, model: …}"
    )
    folder: Path = Field(description="where what it wrote is kept, relative to the config: commit it")
    styles: Mapping[str, str] | None = Field(
        default=None,
        min_length=1,
        description="your own styles, family: instruction; default: paraphrase, formal, learner",
    )


class Options(BaseModel):
    """What a config may say under `suites: [{format_shift: {…}}]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    families: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="which families of variants; default: all"
    )
    per_family: int = Field(
        default=200, ge=1, description="most variants of a family; 200 pairs find a change of 9 to 10 points"
    )
    crossed: bool = Field(
        default=True, description="also ask 50 items in each of 10 formats, for the worst format"
    )
    size: int | None = Field(
        default=None, ge=1, description="most of the given samples to make variants of; default: all"
    )
    domains: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="make variants of samples of these domains only, such as those in the trained template",
    )
    distance: bool = Field(
        default=True, description="measure how far each family is from the training file, where one is given"
    )
    seed: int | None = Field(default=None, description="seed of the variants; default: the run's")
    system_prompt: str | None = Field(
        default=None, description="the system prompt to reword; default: the training file's most frequent"
    )
    reworded_prompt: str | None = Field(
        default=None, description="the system prompt in your own other words; default: reworded by rules"
    )
    language: Language | None = Field(
        default=None, description="another language to ask for answers in; default: not asked"
    )
    rewriter: Rewriting | None = Field(
        default=None, description="a language model for paraphrases and other styles; default: none"
    )
