"""Marks that name sources are no content; everything else in brackets is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.records import Answered, Citation, Context, Response, Sample
from bakeoff.suites.citation_marks import said, without_marks


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("It lasts 24 months [1].", "It lasts 24 months."),
        ("Red [1][2], green [3, 4] and blue [5-7].", "Red, green and blue."),
        ("It is red [^2].\n[^2]: page-3\n[3]: page-9", "It is red.\n\n"),
        ("It is red [page-3#1; Page-4].", "It is red."),
        ("It is red【2】.", "It is red."),
        ("It is red.¹²", "It is red."),
        ("It covers 12 m² of floor.", "It covers 12 m of floor."),
        ("It costs [about] 12 [EUR] [1 2].", "It costs [about] 12 [EUR] [1 2]."),
        ('["red", 24]', '["red", 24]'),
        ("Since [2024].", "Since [2024]."),
        ("[24]", "[24]"),
        ("", ""),
    ],
)
def test_marks_go_and_content_stays(text: str, bare: str) -> None:
    assert without_marks(text, ["page-3#1", "page-4"]) == bare


def test_the_answers_own_sources_are_known() -> None:
    response = Response(
        text="Red [a#1], green [a], blue [b], grey [c].",
        contexts=(Context(text="t", id="a#1", source="a"),),
        citations=(Citation(source="b"),),
    )
    item = Answered(system="s", retrieves=True, sample=Sample(id="s", question="q"), response=response)
    assert said(item) == "Red, green, blue, grey [c]."


@settings(deadline=None)
@given(st.text(alphabet="ab 1[]^,²【】\n", max_size=30))
def test_it_is_settled_after_all_marks_are_gone_and_never_empties_a_text(text: str) -> None:
    bare = without_marks(text)
    assert any(map(str.isalnum, bare)) == any(map(str.isalnum, text))
    assert len(bare) <= len(text)
