from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.rag.headings import Section, sections

MANUAL = """\
Before all headings.

# Hubs #
The hub.
## Lights
Blue is well.
### Mini
It has one light.
# Valves
## Empty
## Closed ##

Turn it.
"""


def test_each_text_stands_under_its_headings() -> None:
    assert sections(MANUAL) == [
        Section((), "Before all headings."),
        Section(("Hubs",), "The hub."),
        Section(("Hubs", "Lights"), "Blue is well."),
        Section(("Hubs", "Lights", "Mini"), "It has one light."),
        Section(("Valves", "Empty"), "Empty"),
        Section(("Valves", "Closed"), "Turn it."),
    ]
    assert sections(MANUAL)[3].heading == "Hubs > Lights > Mini"


def test_a_level_may_be_left_out() -> None:
    found = sections("### Deep\none\n# Top\ntwo\n### Deep again\nthree")
    assert [section.path for section in found] == [("Deep",), ("Top",), ("Top", "Deep again")]


def test_what_only_looks_like_a_heading_is_text() -> None:
    text = (
        "#hashtag\n    # indented code\n####### seven\n#\n```sh\n# a comment\n```\n~~~\n# another\n```\n~~~\n"
    )
    assert sections(text) == [Section((), text.strip())]
    assert sections("```\n# a\n```\n# B\nb")[-1] == Section(("B",), "b")


def test_a_text_without_headings_is_one_section() -> None:
    assert sections("One.\n\nTwo.") == [Section((), "One.\n\nTwo.")]
    assert sections("  \n") == []


LINES = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 6), st.integers(0, 99)).map(lambda at: f"{'#' * at[0]} head{at[1]}"),
        st.integers(0, 99).map(lambda n: f"word{n} and more"),
        st.just(""),
        st.just("```"),
    ),
    max_size=30,
)


@given(LINES)
def test_nothing_of_a_text_is_lost(lines: list[str]) -> None:
    found = sections("\n".join(lines))
    bodies = [line for section in found for line in section.text.split("\n") if line.strip()]
    told = {title for section in found for title in section.path}
    fenced = False
    kept = []
    for line in lines:
        if line == "```":
            fenced = not fenced
        if line.startswith("#") and not fenced:
            assert line.lstrip("# ") in told
        elif line:
            kept.append(line)
    assert [line for line in bodies if line not in told] == kept
