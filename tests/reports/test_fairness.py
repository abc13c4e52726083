"""The fairness check on top of the tables."""

from __future__ import annotations

from toys.comparisons import golden

from bakeoff.evals.comparison import Comparison, Difference, Verdict
from bakeoff.evals.fairness.notes import FairnessNote, Level
from bakeoff.reports.fairness import shown_fairness
from bakeoff.reports.markdown import MarkdownReporter
from bakeoff.reports.terminal import TerminalOptions, TerminalReporter
from bakeoff.reports.wording import difference_lines

NOTE = FairnessNote(
    system="rag",
    baseline="base",
    aspect="decoding",
    ours="temperature 1",
    theirs="temperature 0",
    level=Level.VOIDS,
    sentence="decoding: temperature 1 against temperature 0 [sic]",
)


def noted(*notes: FairnessNote) -> Comparison:
    return golden().model_copy(update={"fairness": notes})


def test_a_comparison_without_notes_and_traits_is_as_it_was() -> None:
    assert shown_fairness(golden()) == []
    assert TerminalReporter(TerminalOptions()).render(golden()).decode().lstrip().startswith("support [bot]")


def test_where_traits_are_known_and_nothing_differs_that_is_said() -> None:
    systems = tuple(one.model_copy(update={"traits": {"model": "m"}}) for one in golden().systems)
    comparison = golden().model_copy(update={"systems": systems})
    assert shown_fairness(comparison) == ["rag against base: nothing else differs that the adapters can see."]


def test_the_lines_stand_above_the_table() -> None:
    comparison = noted(NOTE)
    (line,) = shown_fairness(comparison)
    assert line == "rag against base: VOID by decoding: temperature 1 against temperature 0 [sic]."
    drawn = TerminalReporter(TerminalOptions()).render(comparison).decode()
    assert drawn.startswith(f"• {line}")
    written = MarkdownReporter().render(comparison).decode().splitlines()
    assert written[2].replace("\\", "") == f"- {line}"
    assert "\\[sic\\]" in written[2]
    assert (written[1], written[3], written[4][:8]) == ("", "", "| metric")


def test_a_void_difference_shows_its_mark_in_place_of_a_verdict() -> None:
    difference = Difference(
        system="rag",
        baseline="base",
        effect=0.1,
        low=0.05,
        high=0.15,
        p_adjusted=0.01,
        verdict=Verdict.CANNOT_TELL,
        voided=True,
        note="void: another decoding",
    )
    assert difference_lines(difference)[1:] == ["p=0.010 ⊘ void", "void: another decoding"]
