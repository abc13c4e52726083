"""The line that says how samples match."""

from __future__ import annotations

from toys.comparisons import golden

from bakeoff.evals.comparison import PairCount
from bakeoff.reports.markdown import MarkdownReporter
from bakeoff.reports.pairing import pairing_line, pairing_lines

WHOLE = PairCount(name="rag", against="base", paired=57)
PARTLY = PairCount(
    name="run-2",
    against="run-1",
    paired=40,
    only_name=3,
    only_against=2,
    by_content=7,
    ambiguous_name=6,
    ambiguous_against=5,
    ambiguous_ids=("a", "b", "c", "d", "e", "f"),
)


def test_every_count_is_told_and_some_ambiguous_ids() -> None:
    assert pairing_line(PARTLY) == (
        "40 samples (7 of them by content, under other ids) of run-2 with run-1; only in run-2: 3, "
        "only in run-1: 2, ambiguous: 6 and 5, left unpaired (a, b, c, d, e …)."
    )


def test_nothing_ambiguous_has_no_ids() -> None:
    line = pairing_line(PairCount(name="rag", against="base", paired=5, only_name=1))
    assert line == "5 samples of rag with base; only in rag: 1, only in base: 0, ambiguous: 0 and 0."


def test_whole_pairs_share_a_line() -> None:
    made = golden().model_copy(
        update={"pairings": (WHOLE, PARTLY, WHOLE.model_copy(update={"name": "tuned"}))}
    )
    lines = list(pairing_lines(made))
    assert len(lines) == 2
    assert lines[0] == f"Paired: {pairing_line(PARTLY)}"
    assert lines[1] == "Paired: all 57 samples of rag with base, tuned with base."
    assert "all 57 samples of rag with base" in MarkdownReporter().render(made).decode()
    assert list(pairing_lines(golden())) == []
