"""How 2×2 attributions are drawn."""

from __future__ import annotations

import pytest
from toys.arms import square
from toys.comparisons import golden
from toys.table import Value, column, run_record

from bakeoff.evals.comparison import ArmEffect, Arms, Attribution, Comparison, Verdict
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.records import Output
from bakeoff.reports.attribution import ROOM, shown_rows
from bakeoff.reports.markdown import MarkdownReporter
from bakeoff.reports.terminal import TerminalOptions, TerminalReporter

ARMS = Arms(base="base|x", rag="rag", tuned="tuned", hybrid="both", assumed="rag")


def attribution(metric: str, p: float = 0.0123, verdict: Verdict = Verdict.WORSE) -> Attribution:
    effect = ArmEffect(effect=-0.2111, low=-0.3222, high=-0.1333, p_adjusted=p, verdict=verdict)
    return Attribution(
        suite="toy",
        metric=metric,
        direction="higher",
        arms=ARMS,
        means={"base": 0.1444, "rag": 0.5555, "tuned": 0.4666, "hybrid": 0.6777},
        n=57,
        coverage=0.95,
        retrieval=ArmEffect(effect=0.3111, note="the judge failed"),
        interaction=effect,
        sentence="Overlaps: so it is.",
    )


def comparison(*rows: Attribution) -> Comparison:
    return golden().model_copy(update={"attribution": rows})


def markdown(made: Comparison) -> str:
    return MarkdownReporter().render(made).decode()


def terminal(made: Comparison, width: int = 120) -> str:
    return TerminalReporter(TerminalOptions(width=width)).render(made).decode()


def test_markdown_has_every_number_and_the_sentence() -> None:
    text = markdown(comparison(attribution("match")))
    (row,) = [line for line in text.splitlines() if line.startswith("| toy.match")]
    assert row.split(" | ") == [
        "| toy.match ↑",
        "0.144",
        "0.555",
        "0.467",
        "0.678",
        "57 (95%)",
        "+0.311<br>\\[no interval\\]<br>? cannot tell<br>the judge failed",
        "n/a",
        "-0.211<br>\\[-0.322, -0.133\\]<br>p=0.012 overlaps |",
    ]
    assert "- toy.match: Overlaps: so it is." in text
    assert "base\\|x" in text


def test_markdown_tables_are_whole() -> None:
    lines = markdown(comparison(attribution("match"), attribution("other"))).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| metric | base | retrieval"))
    assert {line.replace("\\|", "").count("|") for line in lines[start : start + 4]} == {10}


def test_the_terminal_shows_the_same() -> None:
    text = terminal(comparison(attribution("match")))
    for part in ("toy.match ↑", "n=57 (95%)", "base 0.144", "both 0.678", "-0.211", "[-0.322, -0.133]"):
        assert part in text
    assert "p=0.012 overlaps" in text
    assert "its parents do not say that it has the retrieval of rag" in " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_terminal_is_kept_to(width: int) -> None:
    made = comparison(attribution("match")).model_copy(update={"metrics": ()})
    assert max(map(len, terminal(made, width).splitlines())) <= width


def test_of_many_metrics_the_telling_ones_are_shown() -> None:
    open_ones = [attribution(f"open{i}", 0.9, Verdict.CANNOT_TELL) for i in range(5)]
    told = [attribution(f"told{i}", 0.04 - 0.001 * i) for i in range(ROOM + 1)]
    shown, left = shown_rows([*open_ones, *told])
    assert [row.metric for row in shown] == [f"told{i}" for i in range(1, ROOM + 1)]
    assert left == 6
    assert shown_rows(told[:ROOM]) == (told[:ROOM], 0)
    assert "6 further metrics" in terminal(comparison(*open_ones, *told))


def test_nothing_told_is_no_empty_table() -> None:
    rows = [attribution(f"open{i}", 0.9, Verdict.CANNOT_TELL) for i in range(ROOM + 1)]
    assert "no effect is better or worse" in " ".join(terminal(comparison(*rows)).split())


def test_a_run_with_the_four_arms_is_drawn_through() -> None:
    rows: list[list[Value]] = [[0.0, 0.0, 0.5], [1.0, 1.0, 0.5], [0.5, 0.5, 0.5], [1.0, 1.0, 0.0]]
    made = square(column(Output(name="match"), rows))
    text = markdown(compare_table(run_record(made), made, baseline="base"))
    assert "### Attribution" in text
    assert "| toy.match ↑ | 0.167 | 0.833 | 0.500 | 0.667 | 3 |" in text


def test_without_the_arms_nothing_is_said() -> None:
    assert "Attribution" not in markdown(golden()) + terminal(golden())
