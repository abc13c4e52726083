"""Sentences that name a conflict between sources, and sentences that do not."""

from __future__ import annotations

import pytest

from bakeoff.suites.context_stress.disagreement import says_that_sources_disagree

NAMING = [
    "The sources conflict: 24 or 36 months.",
    "There is a discrepancy between the two passages.",
    "The documents contradict each other on this point.",
    "The passages disagree about the date.",
    "The information given is inconsistent.",
    "One passage says 24 months, another says 36.",
    "One document states 12 euros while the other gives 15.",
    "Passage 1 gives 12 euros, passage 3 gives 15.",
    "[1] says 24 months whereas [2] says 36.",
    "The two versions differ in the fee.",
    "The passages give different values, 24 and 36.",
    "The figures do not match.",
    "The figures don't agree.",
    "These statements are contradictory.",
    "I can't say, because the excerpts are at odds.",
]
SILENT = [
    "24 months.",
    "The warranty is 24 months; there is no contradiction in the passages.",
    "The sources do not conflict.",
    "Without any inconsistency, all three say 24 months.",
    "A different charger is needed.",
    "One of the plans includes storage.",
    "Delivery takes three days; prices differ by country.",
    "The Ostrel 7 differs from the Ostrel 8 in weight.",
    "",
]


@pytest.mark.parametrize("text", NAMING)
def test_a_named_conflict(text: str) -> None:
    assert says_that_sources_disagree(text)


@pytest.mark.parametrize("text", SILENT)
def test_no_conflict_named(text: str) -> None:
    assert not says_that_sources_disagree(text)
