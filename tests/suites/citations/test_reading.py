"""What counts as a citation, of which sentence it is, and what does not count."""

from __future__ import annotations

from typing import Any

import pytest
from citing.answers import contexts
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.rag.prompt import CONTEXT_FORMAT
from bakeoff.adapters.rag.prompt import citations as generated_citations
from bakeoff.evals.records import Citation, Context, Failure, Response
from bakeoff.suites.citations.names import looks_like_id
from bakeoff.suites.citations.reading import Reading, read, said

PASSAGES = contexts("one", "two", "three")  # ids d1#0, d2#0, d3#0, of the documents d1, d2, d3

Shown = list[tuple[str, list[str]]]


def reading(text: str, **fields: Any) -> Reading:
    return read(Response(**{"text": text, "contexts": PASSAGES, **fields}))


def shown(text: str, **fields: Any) -> Shown:
    """Each sentence with what it cites: numbers of passages, from 1; a dangling citation by its label."""
    return [
        (
            sentence.text,
            [
                "+".join(str(place + 1) for place in cited.places) or f"?{cited.label}"
                for cited in sentence.cited
            ],
        )
        for sentence in reading(text, **fields).sentences
    ]


@pytest.mark.parametrize(
    ("marker", "cites"),
    [
        ("[1]", ["1"]),
        ("[1, 2]", ["1", "2"]),
        ("[1; 2]", ["1", "2"]),
        ("[1][2]", ["1", "2"]),
        ("[1], [2]", ["1", "2"]),
        ("[1] and [2]", ["1", "2"]),
        ("[1-3]", ["1", "2", "3"]),
        ("[1–2]", ["1", "2"]),
        ("[2][1][2]", ["2", "1"]),
        ("[4]", ["?4"]),
        ("[0]", ["?0"]),
        ("[^2]", ["2"]),
        ("[^x]", ["?^x"]),
        ("[d2#0]", ["2"]),
        ("[d2]", ["2"]),
        ("[d1#0, d3#0]", ["1", "3"]),
        ("[d1#0, p. 4]", ["1"]),
        ("[d9#0]", ["?d9#0"]),
        ("[d1#0, d9#0]", ["1", "?d9#0"]),
        ("[billing-refunds]", ["?billing-refunds"]),
        ("[faq.md]", ["?faq.md"]),
        ("(d2)", ["2"]),
        ("(d2, d3#0)", ["2", "3"]),
        ("([1], [2])", ["1", "2"]),
        ("(see [1])", ["1"]),
        ("(source: d2)", ["2"]),
        ("[Source: d2]", ["2"]),
        ("[Doc 3]", ["3"]),
        ("[source 2, source 3]", ["2", "3"]),
        ("【2†source】", ["2"]),
        ("[1](https://example.org/a)", ["1"]),
        ("[1](d3)", ["3"]),
        ("²", ["2"]),
        ("¹ ³", ["1", "3"]),
        ("⁹", ["?9"]),
    ],
)
@pytest.mark.parametrize("form", ["It runs for days {}. So it is.", "It runs for days. {} So it is."])
def test_markers(marker: str, cites: list[str], form: str) -> None:
    assert shown(form.format(marker)) == [("It runs for days.", cites), ("So it is.", [])]


@pytest.mark.parametrize(
    "text",
    [
        "He wrote [sic] so.",
        "Press [CTRL] and [F5] or [Ctrl-C].",
        "Write args[7] or xs[0] or xs[i].",
        "Use `rows[1]` here.",
        "Try\n```\nrows = [1]\n```",
        "It matches [A-Z] and [a-z0-9 ].",
        "It is [...] long […].",
        "See (1) and (2) and (a).",
        "It was so (2024-01-01) [2024-01-01].",
        "An area of 20 m² or 3 cm³ or x² or 10².",
        "A [word] and [two words] and [e.g.] this.",
        "A [link](https://example.org) to it.",
        "- [ ] open\n- [x] done",
        "It lies in [0.5, 1.5].",
        "It took [roughly, 9] days.",
    ],
)
def test_other_brackets_are_no_citations(text: str) -> None:
    found = reading(text)
    assert not found.cites
    assert found.plain == text


def test_a_bracket_glued_to_a_word_cites_only_what_there_is() -> None:
    assert shown("It runs for days[2].") == [("It runs for days.", ["2"])]
    assert shown("It runs for days[7].") == [("It runs for days[7].", [])]


def test_words_of_a_link_to_a_passage_stay() -> None:
    assert shown("As [the manual](d2) says, it runs.") == [("As the manual says, it runs.", ["2"])]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("One is so.[1] Two is so.[2]", [("One is so.", ["1"]), ("Two is so.", ["2"])]),
        ("One is so. [1][2]\nTwo is so.", [("One is so.", ["1", "2"]), ("Two is so.", [])]),
        ("One is so.\n[2] Two is so.", [("One is so.", []), ("Two is so.", ["2"])]),
        ("One is so.\n\n[2]", [("One is so.", ["2"])]),
        ("[2] says that one is so.", [("says that one is so.", ["2"])]),
        ("One is so. As [2] says, two is so.", [("One is so.", []), ("As says, two is so.", ["2"])]),
        ("One [1], and two [2].", [("One, and two.", ["1", "2"])]),
        ("1. One is so [1].\n2. Two is so.", [("1. One is so.", ["1"]), ("2. Two is so.", [])]),
        ("One is so!\n---\n[3]", [("One is so!", ["3"])]),
    ],
)
def test_a_marker_belongs_to_the_sentence_before_or_to_its_own_line(text: str, wanted: Shown) -> None:
    assert shown(text) == wanted


BODY = "One is so [1]. Two is so [2]."


@pytest.mark.parametrize(
    ("listed", "first", "second"),
    [
        ("[1]: d3\n[2]: d2#0", "3", "2"),
        ("[^1]: d3", "3", "2"),
        ("1. d3\n2. d1", "3", "1"),
        ("[1] d3\n[2] d1", "3", "1"),
        ("1) https://example.org/x", "?1", "2"),
        ("[1]: https://example.org/x", "?1", "2"),
        ("Sources:\n[1] The second book, d2\n[2] d1", "2", "1"),
        ("**References**\n\n1. d3 (page 4)\n2. A book without a known name", "3", "2"),
        ("## Sources\n- d1\n- d2", "1", "2"),
        ("Sources: d3, d1", "1", "2"),
        ("Source: [3]", "1", "2"),
    ],
)
def test_a_list_of_sources_is_no_sentence_and_says_what_numbers_mean(
    listed: str, first: str, second: str
) -> None:
    for gap in ("\n\n", "\n"):
        assert shown(f"{BODY}{gap}{listed}\n") == [("One is so.", [first]), ("Two is so.", [second])]


@pytest.mark.parametrize(
    "listed", ["\nSources: d3, d9-x", "\n\nSources:\n- d3\n- d9-x", " Sources: [d3], d9-x."]
)
def test_a_list_alone_cites_for_the_whole_answer(listed: str) -> None:
    text = f"One is so. Two is so.{listed}"
    assert shown(text) == [("One is so.", ["3", "?d9-x"]), ("Two is so.", ["3", "?d9-x"])]
    assert reading(text).whole


def test_steps_and_remarks_are_no_list_of_sources() -> None:
    assert [text for text, _ in shown("Do this:\n1. Press it.\n2. Hold it.")] == [
        "Do this:",
        "1. Press it.",
        "2. Hold it.",
    ]
    assert [text for text, _ in shown("References\n\nThis is a text.")] == ["References", "This is a text."]
    remark = "It is so. Sources: d1, and the manual of the year before."
    assert "".join(text for text, _ in shown(remark)).replace(" ", "") == remark.replace(" ", "")
    assert [text for text, _ in shown("Sources: d1")] == ["Sources: d1"]


def test_a_title_or_an_address_names_a_passage_in_a_list() -> None:
    about = {"title": "The Kettle", "url": "https://example.org/k"}
    passages = (Context(text="x"), Context(text="Boils.", metadata=about))
    for target in ("The kettle", "https://example.org/k", "Handbook (https://example.org/k)"):
        assert shown(f"It boils [1].\n\nSources:\n[1] {target}", contexts=passages) == [("It boils.", ["2"])]
    assert read(Response(text="x", contexts=passages)).passages.texts == ("x", "Title: The Kettle\nBoils.")


def test_an_id_that_is_a_number_wins_over_the_count() -> None:
    passages = tuple(Context(text=text, id=text) for text in ("3", "2", "7"))
    assert shown("So [3]. It [7]. Is [1].", contexts=passages) == [
        ("So.", ["1"]),
        ("It.", ["3"]),
        ("Is.", ["1"]),
    ]


CHUNKS = (
    Context(text="a", id="k#1", source="k"),
    Context(text="b", id="l#1", source="l"),
    Context(text="c", id="k#2", source="k"),
)


def cite(text: str, *citations: tuple[str, int | None, int | None]) -> Shown:
    made = tuple(Citation(source=source, start=start, end=end) for source, start, end in citations)
    return shown(text, citations=made, contexts=CHUNKS)


def test_a_number_in_parentheses_is_none_even_where_it_is_an_id() -> None:
    assert shown("It is so (3).", contexts=(Context(text="x", id="3"),)) == [("It is so (3).", [])]


def test_a_structured_citation_names_a_document_before_a_passage() -> None:
    passages = (Context(text="a", id="k", source="x"), Context(text="b", id="y", source="k"))
    cited = (Citation(source="k", start=0, end=3),)
    assert shown("One.", contexts=passages, citations=cited) == [("One.", ["2"])]
    assert shown("One [k].", contexts=passages) == [("One.", ["1"])]


def test_structured_citations_of_spans_name_all_passages_of_their_source() -> None:
    text = "One is so. Two is so."
    assert cite(text, ("k", 0, 10), ("l#1", 11, 21)) == [("One is so.", ["1+3"]), ("Two is so.", ["2"])]
    assert cite(text, ("k", 0, 21)) == [("One is so.", ["1+3"]), ("Two is so.", ["1+3"])]
    assert cite(text, ("zz", 0, 10)) == [("One is so.", ["?zz"]), ("Two is so.", [])]
    assert cite(text, ("l", 4, None)) == [("One is so.", ["2"]), ("Two is so.", [])]
    assert cite(text, ("l", 10, 10)) == [("One is so.", ["2"]), ("Two is so.", [])]


def test_structured_citations_without_a_place_count_where_nothing_else_cites() -> None:
    assert cite("[2] One is so.", ("k", 0, 14)) == [("One is so.", ["2", "1+3"])]
    assert cite("One is so. Two is so.", ("k", None, None)) == [
        ("One is so.", ["1+3"]),
        ("Two is so.", ["1+3"]),
    ]
    assert cite("One is so [2]. Two is so.", ("k", None, None)) == [("One is so.", ["2"]), ("Two is so.", [])]
    assert cite("One is so.", ("k", 99, 120)) == [("One is so.", ["1+3"])]


def test_a_marker_and_the_structure_upon_it_are_one_citation() -> None:
    """The generator adapter cites the source of each marker, at the marker's offsets."""
    assert cite("One is so [k#2].", ("k", 10, 15)) == [("One is so.", ["3"])]
    assert cite("One [k#2, l#1].", ("k", 4, 14), ("l", 4, 14)) == [("One.", ["3", "2"])]
    assert cite("One [k#2, l#9].", ("k", 4, 14)) == [("One.", ["3", "?l#9"])]
    assert cite("One [1].", ("l", 4, 7)) == [("One.", ["2"])], "where they differ, the structure says it"
    assert cite("One [7].", ("l", 4, 7)) == [("One.", ["2"])]
    assert cite("One [1].", ("unknown", 4, 7)) == [("One.", ["1"])]


def test_a_response_without_contexts_dangles_and_one_without_text_is_empty() -> None:
    assert shown("One [1]. Two [k-1].", contexts=None) == [("One.", ["?1"]), ("Two.", ["?k-1"])]
    assert reading("").sentences == ()


def test_what_looks_like_an_id() -> None:
    for name in (
        "a-b",
        "x",
        "a1",
        "F12",
        "ctrl-shift-t",
        "1.5",
        "2024-01-01",
        "a b-1",
        "...",
        "n.d.",
        "-a1-",
    ):
        assert not looks_like_id(name), name
    for name in ("KB-12", "setup#3", "faq.md", "docs/a", "a_b", "doc12"):
        assert looks_like_id(name), name


@given(st.lists(st.sampled_from(["One is", "so", ". ", "[k#2]", "[l#1, k#1]", "[l#9]", "\n"]), max_size=12))
def test_what_the_generator_adapter_cites_is_what_its_markers_cite(parts: list[str]) -> None:
    text = " ".join(parts)
    told = generated_citations(text, CHUNKS, CONTEXT_FORMAT)
    assert shown(text, contexts=CHUNKS, citations=told) == shown(text, contexts=CHUNKS)


PARTS = st.sampled_from(
    [
        "One is so",
        ". ",
        "[1]",
        "[2, 9]",
        "[d1]",
        "\n",
        "Sources:",
        "[1]: d3",
        "`",
        "²",
        "(d2)",
        "](",
        "[",
        "- ",
        "é",
    ]
)
MESSY = st.one_of(st.text(max_size=80), st.lists(PARTS, max_size=20).map("".join))
CITATIONS = st.lists(
    st.builds(
        Citation,
        source=st.sampled_from(["d1", "d2#0", "zz", ""]),
        start=st.one_of(st.none(), st.integers(-2, 90)),
        end=st.one_of(st.none(), st.integers(-2, 90)),
    ),
    max_size=3,
)


@given(MESSY, CITATIONS)
def test_no_text_is_too_odd_and_sentences_are_the_text_without_markers(
    text: str, cited: list[Citation]
) -> None:
    found = reading(text, citations=tuple(cited))
    said = "".join("".join(one.text for one in found.sentences).split())
    plain = iter("".join(found.plain.split()))
    assert all(any(own == other for other in plain) for own in said), "in order, nothing added"
    letters = [c for c in found.plain if c.isalnum()]
    assert [c for c in said if c.isalnum()] == letters, "nothing with a letter or digit lost"
    assert len(found.plain) <= len(text)


WORDS = st.lists(st.sampled_from(["Rain", "falls", "on", "the", "plain"]), min_size=2, max_size=6)
MARKS = st.lists(st.integers(1, 4), max_size=3)


@given(st.lists(st.tuples(WORDS, MARKS, st.booleans()), min_size=1, max_size=5), st.permutations(range(3)))
def test_renumbering_contexts_and_markers_together_changes_nothing(
    said: list[tuple[list[str], list[int], bool]], order: list[int]
) -> None:
    def written(number: dict[int, int]) -> str:
        lines = []
        for words, marks, after in said:
            markers = "".join(f"[{number.get(mark, mark)}]" for mark in marks)
            lines.append(f"{' '.join(words)}. {markers}" if after else f"{' '.join(words)} {markers}.")
        return " ".join(lines)

    def cited(numbers: dict[int, int], passages: tuple[Context, ...]) -> list[tuple[str, list[str]]]:
        found = reading(written(numbers), contexts=passages)
        texts = found.passages.texts
        return [
            (one.text, sorted(texts[c.places[0]] if c.places else "?" for c in one.cited))
            for one in found.sentences
        ]

    plain = cited({}, PASSAGES)
    moved = cited({old + 1: new + 1 for new, old in enumerate(order)}, tuple(PASSAGES[old] for old in order))
    assert moved == plain


def test_what_is_said_is_free_of_marks_and_lists_of_sources() -> None:
    held = (Context(text="x", id="page-3"), Context(text="y", id="b"))
    answer = Response(text="It lasts 24 months [1][page-3], or 30². [^2]\n\nSources: page-3", contexts=held)
    assert said(answer) == "It lasts 24 months, or 30²."
    assert said(Response(text="[24]")) == "[24]"
    assert said(Response(text=None, error=Failure(kind="error", message="it broke"))) == ""
