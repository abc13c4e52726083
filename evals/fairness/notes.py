"""What the fairness check says: one note for each thing in which two systems differ."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from bakeoff.evals.records import Record


class Level(StrEnum):
    """What a difference between two systems means for their comparison.

    `by design`: it is what kind and parent say. `differs`: it could explain a part of what is measured.
    `voids`: what is measured cannot be told from it. `not visible`: one of them does not say.
    """

    BY_DESIGN = "by design"
    DIFFERS = "differs"
    VOIDS = "voids"
    NOT_VISIBLE = "not visible"


Reach = Literal["all", "judged", "encoded"]
"""Which metrics a note is about: all, those that a judge, or an encoder, had a part in."""


class FairnessNote(Record):
    """system against baseline in one aspect; `ours` and `theirs` are what each has, in words."""

    system: str
    baseline: str
    aspect: str
    ours: str = ""
    theirs: str = ""
    level: Level
    sentence: str
    reach: Reach = "all"
