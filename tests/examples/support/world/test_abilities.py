"""The families of general skills: held out, balanced, distinct, and clustered by what they ask."""

from __future__ import annotations

from collections import Counter

from bakeoff.examples.support.world.abilities import EACH, FAMILIES, ability_rows
from bakeoff.examples.support.world.rows import held_out

ROWS = ability_rows()


def test_each_family_has_as_many_items_in_any_prefix() -> None:
    assert Counter(row["family"] for row in ROWS) == dict.fromkeys(FAMILIES, EACH)
    for start in range(0, len(ROWS), len(FAMILIES)):
        assert {row["family"] for row in ROWS[start : start + len(FAMILIES)]} == set(FAMILIES)


def test_no_question_occurs_twice_and_none_was_trained_on() -> None:
    assert len({row["question"] for row in ROWS}) == len(ROWS) == len({row["id"] for row in ROWS})
    assert all(held_out(_key(row)) for row in ROWS if row["cluster"])


def test_wordings_of_one_fact_share_a_cluster() -> None:
    clusters = Counter(row["cluster"] for row in ROWS if row["family"] == "knowledge")
    assert 1 < len(clusters) < EACH


def _key(row: dict[str, str]) -> str:
    """What training held out: the fact where it has a key of its own, else this wording of it."""
    by_wording = row["family"] in ("knowledge", "yes_or_no")
    return row["question"] if by_wording else row["cluster"].split(": ", 1)[1]
