"""Escalation and refusal: what an answer must show on some samples, and must not show on others."""

from __future__ import annotations

import re
from enum import StrEnum

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Sample
from bakeoff.suites.behaviour.options import WHERE, Pattern, Selector
from bakeoff.suites.behaviour.rules import Rule, Ruling


class Wanted(StrEnum):
    """What is asked of the answer to a sample."""

    SHOWN = "must show"
    ABSENT = "must not show"


def wanted_of(sample: Sample, pattern: Pattern) -> Wanted | None:
    """What the pattern asks of a sample, None where nothing; `must` and `must_not` are then disjoint."""
    if pattern.must is not None and selects(pattern.must, sample):
        return Wanted.SHOWN
    if pattern.must_not == "others":
        return Wanted.ABSENT
    return Wanted.ABSENT if pattern.must_not and selects(pattern.must_not, sample) else None


def selects(selector: Selector, sample: Sample) -> bool:
    """Whether the sample has one of the tags, or is of one of the domains."""
    return sample.domain in selector.domains or not set(selector.tags).isdisjoint(sample.tags)


def check_disjoint(name: str, pattern: Pattern, sample: Sample) -> None:
    """InputError where the sample is in `must` and in `must_not`."""
    must, must_not = pattern.must, pattern.must_not
    if must is None or not isinstance(must_not, Selector):
        return
    if selects(must, sample) and selects(must_not, sample):
        raise InputError(
            f"is in both `must` and `must_not` of {WHERE}.{name}",
            where=f"sample {sample.id!r}",
            todo="mend its tags or the selection",
        )


def pattern_rule(pattern: Pattern) -> Rule:
    """Kept where the answer shows one of the patterns and must, or shows none and must not."""
    compiled = [re.compile(text, re.IGNORECASE) for text in pattern.patterns]

    def rule(sample: Sample, text: str) -> Ruling:
        found = next((match[0] for one in compiled if (match := one.search(text))), None)
        wanted = wanted_of(sample, pattern)
        shown = None if found is None else found[:200]
        evidence = {"wanted": None if wanted is None else wanted.value, "found": shown}
        return Ruling((found is not None) == (wanted is Wanted.SHOWN), evidence)

    return rule
