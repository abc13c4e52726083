"""Which value an answer holds, and which samples are refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Sample
from bakeoff.suites.freshness.changed_fact import ChangedFact, changed_fact, holds_since, standing
from bakeoff.suites.freshness.options import Options

FIELDS = Options()


def sample(**extras: Any) -> Sample:
    return Sample(id="q1", question="What does the Arvend weigh?", as_of=date(2024, 1, 1), extras=extras)


@pytest.mark.parametrize(
    ("old", "new", "answer", "held"),
    [
        ("65 metres", "245 metres", "It reaches 245 metres.", "new"),
        ("65 metres", "245 metres", "It reaches 65 m.", "old"),
        ("65 metres", "245 metres", "It was 65 metres and is 245 now.", "both"),
        ("65 metres", "245 metres", "It reaches 24 metres, or 6500.", "neither"),
        ("9 to 39 degrees", "1 to 39 degrees", "From 1 to 39 degrees", "new"),
        ("9 to 39 degrees", "1 to 39 degrees", "From 9 to 39 degrees", "old"),
        ("steel", "glass", "A case of Glass.", "new"),
        ("24 months", "24 weeks", "24 weeks", "new"),
        ("24 months", "24 weeks", "24 months", "old"),
        ("36 months", "36 months with Care+ 5", "36 months with Care+ 5", "new"),
        ("36 months", "36 months with Care+ 5", "36 months", "old"),
        ("36 months and 5 days", "36 months", "36 months and 5 days", "old"),
        ("36 months and 5 days", "36 months", "36 months", "new"),
        ("2024-03-01", "2025-03-01", "since 1 March 2025", "new"),
        ("1,000 euros", "900 euros", "it is 1000 euros", "old"),
    ],
)
def test_which_value_an_answer_holds(old: str, new: str, answer: str, held: str) -> None:
    assert standing(ChangedFact(old, new, None), "What is it?", answer) == held


def test_a_value_that_the_question_names_still_counts() -> None:
    fact = ChangedFact("24 months", "36 months", None)
    assert standing(fact, "Is it still 24 months?", "24") == "old"


@given(old=st.integers(0, 10**6), new=st.integers(0, 10**6))
def test_an_answer_of_one_number_is_one_or_the_other(old: int, new: int) -> None:
    if old != new:
        fact = ChangedFact(f"{old} grams", f"{new} grams", None)
        assert standing(fact, "What does it weigh?", f"It weighs {new} grams.") == "new"
        assert standing(fact, "What does it weigh?", f"It weighs {old} grams.") == "old"


def test_fields_are_read_as_the_options_name_them() -> None:
    fields = Options(old="was", new="now", changed="since")
    found = changed_fact(sample(was="1 g", now="2 g", since="2025-03-01T10:00:00"), fields)
    assert found == ChangedFact("1 g", "2 g", date(2025, 3, 1))
    assert changed_fact(sample(was="1 g", now="2 g"), FIELDS) is None


def test_a_fact_holds_since_its_change_else_since_its_own_date() -> None:
    assert holds_since(sample(old="1 g", new="2 g", changed="2025-03-01"), FIELDS) == date(2025, 3, 1)
    assert holds_since(sample(old="1 g", new="2 g"), FIELDS) == date(2024, 1, 1)
    assert holds_since(sample(), FIELDS) == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("extras", "what"),
    [
        ({"old": "1 g"}, "new must be a text"),
        ({"new": "1 g"}, "old must be a text"),
        ({"old": 1, "new": "2 g"}, "old must be a text"),
        ({"old": "--", "new": "2 g"}, "old must be a text"),
        ({"old": "The 2 g", "new": "2 G"}, "say the same"),
        ({"old": "1 g", "new": "2 g", "changed": "lately"}, "changed is no date"),
        ({"old": "1 g", "new": "2 g", "changed": 20250301}, "changed is no date"),
    ],
)
def test_a_malformed_sample_is_named(extras: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        changed_fact(sample(**extras), FIELDS)
    assert caught.value.where == "sample 'q1'"
