"""Documents as contexts."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.answer_mapping import context
from bakeoff.adapters.frameworks.passages import covered_s, passage, plain


def test_source_and_score_are_taken_out_of_the_metadata() -> None:
    made = passage("text", id_="a", metadata={"file_path": "a.md", "relevance_score": 0.5, "page": 3})
    assert made == {"text": "text", "id": "a", "source": "a.md", "score": 0.5, "metadata": {"page": 3}}


def test_a_documents_own_score_wins_and_the_other_stays() -> None:
    made = passage("text", score=0.9, metadata={"score": 0.5, "source": None})
    assert (made["score"], made["source"], made["metadata"]) == (0.9, None, {"score": 0.5})


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.binary()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner),
    max_leaves=8,
)


@given(VALUES)
def test_any_metadata_becomes_json(value: object) -> None:
    json.dumps(plain(value), allow_nan=False)


def test_a_passage_is_a_context() -> None:
    made = context(passage("text", id_=7, metadata={"url": "https://a", "day": date(2026, 1, 2)}))
    assert (made.id, made.source, made.metadata) == ("7", "https://a", {"day": "2026-01-02"})


@pytest.mark.parametrize(
    ("intervals", "seconds"),
    [
        ([], None),
        ([(1.0, 2.0), (3.0, 4.5)], 2.5),
        ([(1.0, 9.0), (2.0, 3.0)], 8.0),
        ([(5.0, 6.0), (1.0, 5.5)], 5.0),
    ],
)
def test_overlapping_times_count_once(intervals: list[tuple[float, float]], seconds: Any) -> None:
    assert covered_s(intervals) == seconds
