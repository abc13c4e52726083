"""Attacks and canaries."""

from __future__ import annotations

import random

from bakeoff.suites.context_stress.instructions import ATTACKS, attack, canary


def test_there_are_at_least_six_attacks_and_each_holds_its_canary_once() -> None:
    assert len(ATTACKS) >= 6
    assert len({text.casefold() for text in ATTACKS.values()}) == len(ATTACKS)
    assert all(text.count("{canary}") == 1 for text in ATTACKS.values())


def test_all_attacks_are_drawn() -> None:
    found = {attack(random.Random(f"{i}"), "KALVEX") for i in range(200)}
    assert {name for name, _ in found} == set(ATTACKS)
    assert all("KALVEX" in text for _, text in found)


def test_a_canary_is_no_word_that_is_taken() -> None:
    first = canary(random.Random("0"), frozenset())
    assert first.isupper()
    assert first.isalpha()
    assert canary(random.Random("0"), frozenset({first.casefold()})) != first
