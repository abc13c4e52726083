"""Slices in reports: all where they are few, the telling ones where they are many, never one unmentioned."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from toys.comparisons import golden

from bakeoff.evals.comparison import Comparison, MetricRow, Verdict
from bakeoff.reports.markdown import MarkdownReporter
from bakeoff.reports.slices import ROOM, shown_slices
from bakeoff.reports.terminal import TerminalOptions, TerminalReporter
from bakeoff.reports.wording import footer_lines


def with_slices(ps: Sequence[float | None]) -> Comparison:
    """The golden comparison with a slice of its first metric for each p; None: cannot tell."""
    whole = golden().metrics[0]
    rows: list[MetricRow] = []
    for i, p in enumerate(ps):
        verdict = Verdict.CANNOT_TELL if p is None else Verdict.WORSE
        difference = whole.differences[0].model_copy(update={"verdict": verdict, "p_adjusted": p})
        rows.append(
            whole.model_copy(update={"slice": f"domain=d{i}", "note": "", "differences": (difference,)})
        )
    first, *others = golden().metrics
    return golden().model_copy(update={"metrics": (first, *rows, *others)})


def names(comparison: Comparison) -> list[str | None]:
    return [row.slice for row in comparison.metrics]


def test_few_slices_are_all_shown() -> None:
    shown, left_out = shown_slices(with_slices([None] * ROOM))
    assert (len(shown.metrics), left_out) == (ROOM, "")
    assert shown_slices(golden())[0].metrics == ()


def test_of_many_slices_those_that_tell_something_are_shown_and_the_rest_is_counted() -> None:
    many: list[float | None] = [None] * 20
    many[17], many[3] = 0.001, 0.04
    shown, left_out = shown_slices(with_slices(many))
    assert names(shown) == ["domain=d3", "domain=d17"]
    assert left_out.startswith("18 further slices, 0 of them with a system that is better or worse")


def test_of_many_telling_slices_the_surest_are_shown_in_the_tables_order() -> None:
    ps = [0.05 - 0.001 * i for i in range(20)]
    shown, left_out = shown_slices(with_slices(ps))
    assert names(shown) == [f"domain=d{i}" for i in range(20 - ROOM, 20)]
    assert left_out.startswith("8 further slices, 8 of them")


def test_many_slices_of_which_none_tells_anything_are_a_sentence() -> None:
    comparison = with_slices([None] * 20)
    shown, left_out = shown_slices(comparison)
    assert shown.metrics == ()
    assert left_out.startswith("20 slices, 0 of them")
    drawn = TerminalReporter(TerminalOptions()).render(comparison).decode()
    assert "20 slices, 0 of them" in drawn
    assert "domain=" not in drawn


def test_markdown_shows_every_slice_below_the_table() -> None:
    lines = MarkdownReporter().render(with_slices([None] * 20)).decode().splitlines()
    start = lines.index("### Slices")
    assert [i for i, line in enumerate(lines) if line.startswith("| domain=d")] == list(
        range(start + 5, start + 25)
    )
    assert lines[start + 4].startswith("| **ragas.faithfulness** |")
    assert any(line.startswith("| latency\\_s") for line in lines[:start])


@pytest.mark.parametrize(("tested", "few"), [(0, 0), (7, 0), (7, 2), (0, 2)])
def test_the_footer_tells_how_slices_were_judged(tested: int, few: int) -> None:
    footer = golden().footer.model_copy(update={"slices": tested, "slices_too_few": few})
    told = [
        line for line in footer_lines(golden().model_copy(update={"footer": footer})) if "Slices:" in line
    ]
    assert len(told) == (1 if tested or few else 0)
    if told:
        assert f"Slices: {tested} differences outside that family" in told[0]
        assert "(pointwise)" in told[0]
        assert "Benjamini–Hochberg over all of them, at q = 0.1" in told[0]
        assert ("2 with fewer than 10 pairs or clusters were not tested" in told[0]) is (few == 2)
