from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.rag.prompt import (
    CONTEXT_FORMAT,
    check_context_format,
    citations,
    names_passages,
    render_contexts,
)
from bakeoff.evals.records import Citation, Context

KETTLE = Context(
    text="It boils {text} fast.",
    id="kettle#1",
    source="kettle",
    metadata={"title": "The kettle", "as_of": "2024-05-01", "heading": "Use"},
)
LAMP = Context(text="It burns.", id="lamp#2", source="lamp")
BARE = Context(text="No id.")


def test_every_place_is_filled_once() -> None:
    every = "{number}|{id}|{source}|{title}|{heading}|{as_of}|{text}|{}"
    assert render_contexts([KETTLE, BARE], every) == (
        "1|kettle#1|kettle|The kettle|Use|2024-05-01|It boils {text} fast.|{}\n\n2|2|||||No id.|{}"
    )
    assert render_contexts([], CONTEXT_FORMAT) == ""


@pytest.mark.parametrize(
    ("template", "said"),
    [("[{id}]", "must contain {text}"), ("{page} {text}", "unknown place {page}; known: ")],
)
def test_a_format_that_cannot_work_is_refused(template: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_context_format(template)


@pytest.mark.parametrize(
    ("answer", "cited"),
    [
        ("It boils fast [kettle#1].", [("kettle", "[kettle#1]")]),
        ("Both [kettle#1][lamp#2].", [("kettle", "[kettle#1]"), ("lamp", "[lamp#2]")]),
        (
            "Both [kettle#1, lamp#2; kettle#1].",
            [("kettle", MARK := "[kettle#1, lamp#2; kettle#1]"), ("lamp", MARK)],
        ),
        ("Twice [lamp#2] and [lamp#2]", [("lamp", "[lamp#2]"), ("lamp", "[lamp#2]")]),
        ("Spaces [ lamp#2 ]", [("lamp", "[ lamp#2 ]")]),
        ("Partly known [lamp#2, lamp#9]", [("lamp", "[lamp#2, lamp#9]")]),
        ("Unnamed [3]", [("3", "[3]")]),
        ("Nothing known [lamp#9] [lamp] [1] [] lamp#2 [lamp\n#2]", []),
        ("", []),
    ],
)
def test_markers_that_name_a_passage_are_citations(answer: str, cited: list[tuple[str, str]]) -> None:
    found = citations(answer, [KETTLE, LAMP, BARE], CONTEXT_FORMAT)
    assert [(one.source, answer[one.start : one.end]) for one in found] == cited


def test_only_what_the_format_shows_can_be_named() -> None:
    by_number = citations("[2] [kettle#1]", [KETTLE, LAMP], "({number}) {text}")
    assert by_number == (Citation(source="lamp", start=0, end=3),)
    by_source = citations("[lamp]", [KETTLE, LAMP], "{source}: {text}")
    assert by_source == (Citation(source="lamp", start=0, end=6),)
    assert citations("[1]", [KETTLE], "{text}") == ()
    assert [names_passages(template) for template in ("{text}", "{title} {text}", "{id} {text}")] == [
        False,
        False,
        True,
    ]


@given(st.text(alphabet="[]ab#1,; \n", max_size=40))
def test_citations_lie_in_the_answer_and_are_whole_markers(answer: str) -> None:
    for citation in citations(
        answer, [Context(text="t", id="a#1"), Context(text="t", id="b")], CONTEXT_FORMAT
    ):
        assert citation.start is not None
        assert citation.end is not None
        marker = answer[citation.start : citation.end]
        assert marker[0] + marker[-1] == "[]"
        assert citation.source in marker
