"""The families that ship with bakeoff."""

from __future__ import annotations

from bakeoff.suites.forgetting.families.arithmetic import ARITHMETIC
from bakeoff.suites.forgetting.families.choices import COMMONSENSE, KNOWLEDGE
from bakeoff.suites.forgetting.families.code import CODE
from bakeoff.suites.forgetting.families.counterfactual import COUNTERFACTUAL
from bakeoff.suites.forgetting.families.family import Family
from bakeoff.suites.forgetting.families.instructions import INSTRUCTIONS
from bakeoff.suites.forgetting.families.json_objects import JSON
from bakeoff.suites.forgetting.families.multi_turn import MULTI_TURN
from bakeoff.suites.forgetting.families.reading import READING
from bakeoff.suites.forgetting.families.refusals import REFUSAL
from bakeoff.suites.forgetting.families.string_operations import STRINGS
from bakeoff.suites.forgetting.families.translation import TRANSLATION
from bakeoff.suites.forgetting.families.word_problems import WORD_PROBLEMS

FAMILIES: tuple[Family, ...] = (
    INSTRUCTIONS,
    ARITHMETIC,
    WORD_PROBLEMS,
    READING,
    COUNTERFACTUAL,
    COMMONSENSE,
    KNOWLEDGE,
    STRINGS,
    JSON,
    CODE,
    TRANSLATION,
    REFUSAL,
    MULTI_TURN,
)
