"""What a family makes of a sample, and what it may know while doing so."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bakeoff.evals.records import Rendering, Sample, Turn

Wants = Literal["as_trained", "json", "list", "one_word", "language"]


@dataclass(frozen=True)
class Draft:
    """A variant before its meaning was checked; None leaves that part as the sample has it.

    `wants` is the form of answer that it asks for, `key` the JSON key that it names, `format` the id of
    the format that it is written in.
    """

    question: str | None = None
    conversation: tuple[Turn, ...] | None = None
    rendering: Rendering | None = None
    wants: Wants = "as_trained"
    key: str | None = None
    format: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Why a family has no variant of a sample."""

    why: str


@dataclass(frozen=True)
class Frame:
    """What stands around every prompt of the training file: its template."""

    before: str
    after: str


@dataclass(frozen=True)
class Given:
    """What only the user knows, or the training file; a family that lacks its part refuses.

    `system_prompt` is the one that the systems work under, `reworded_prompt` the same in other words;
    `language` and `instruction` ask for answers in another language ("de", "Antworte auf Deutsch.").
    """

    system_prompt: str | None = None
    reworded_prompt: str | None = None
    language: str | None = None
    instruction: str | None = None
    frame: Frame | None = None


NOTHING_GIVEN = Given()

Vary = Callable[[Sample, random.Random, Given], Draft | Refusal]


@dataclass(frozen=True)
class Family:
    """A way of asking the same thing in another form.

    `english_only`: its rules, or the words that it adds, are English. `needs_rendering`: it replaces the
    system's own template or system prompt, so that the system must accept renderings. `deterministic`: it
    draws nothing, so every sample gets the same change (one template, K = 1 in METHODS.md §3).
    """

    name: str
    about: str
    vary: Vary
    english_only: bool = False
    needs_rendering: bool = False
    deterministic: bool = False
    ignores_case: bool = False
