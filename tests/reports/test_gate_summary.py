"""The summary for a pull request: the verdict first, significant differences apart, never too large."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys.gate_results import FAILED, PASSED, golden
from toys.table import column, run_record, table

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.gate.result import CheckResult, GateResult, NotAsked, State, Verdict
from bakeoff.evals.records import Output
from bakeoff.reports import gate_json, gate_junit, gate_markdown, gate_terminal
from bakeoff.reports.gate_summary import COMMENT_LIMIT, CUT, STEP_LIMIT, render

N = 60


def compared() -> Comparison:
    """rag is clearly better than prompt on one metric, and level on another; tuned is worse on the first."""
    half = [float(i % 2) for i in range(N)]
    rows = {
        "right": [half, [1.0] * N, [0.0] * N],
        "level": [half, half, half],
    }
    made = table(
        ["prompt", "rag", "tuned"],
        [column(Output(name=name, margin=0.01), values) for name, values in rows.items()],
    )
    return compare_table(run_record(made), made, baseline="prompt")


def left_out(count: int = 1) -> GateResult:
    """A pass beside checks that were not asked, whose reasons hold mark-up."""
    skipped = [NotAsked(asks=f"drift {i} | <b>", reason="suite shift was left out") for i in range(count)]
    return golden(PASSED, verdict=Verdict.PASS, exit_code=0, not_asked=tuple(skipped))


def test_significant_differences_of_the_candidate_stand_apart() -> None:
    text = render(golden(), compared(), limit=STEP_LIMIT)
    assert text.splitlines()[0].startswith("**❌ FAIL: rag in run bot-7")
    _, _, rest = text.partition("**Significant differences from prompt**")
    clear, _, folded = rest.partition("<details><summary>Not significant: 1</summary>")
    assert "- rag, right (higher is better): Δ +0.500" in clear
    assert "▲ better" in clear
    assert "level" not in clear
    assert "- rag, level (higher is better): Δ +0.000" in folded
    assert "tuned, right" not in text
    assert "<details><summary>The whole table</summary>" in folded
    assert "| metric | prompt (baseline) | rag (prompt) | tuned (prompt) |" in folded
    assert text.count("<details>") == text.count("</details>")


def test_where_the_candidate_is_the_baseline_the_others_are_shown() -> None:
    result = golden().model_copy(update={"candidate": "prompt"})
    text = render(result, compared(), limit=STEP_LIMIT)
    assert "- rag, right" in text
    assert "- tuned, right" in text


def test_nothing_significant_is_said() -> None:
    comparison = compared()
    level = [row for row in comparison.metrics if row.metric == "level"]
    text = render(golden(), comparison.model_copy(update={"metrics": tuple(level)}), limit=STEP_LIMIT)
    assert "**Significant differences from prompt**\n\n- none\n" in text


def test_a_run_without_samples_has_no_table() -> None:
    assert render(golden(), None, limit=STEP_LIMIT) == gate_markdown.render(golden())


def test_what_is_too_large_loses_the_table_first_and_says_so() -> None:
    whole = render(golden(), compared(), limit=STEP_LIMIT)
    without = render(golden(), compared(), limit=len(whole.encode()) - 1)
    assert CUT not in whole
    assert "The whole table" not in without
    assert "**Significant differences" in without
    assert without.rstrip().endswith(CUT)
    bare = render(golden(), compared(), limit=len(gate_markdown.render(golden()).encode()) + len(CUT) + 5)
    assert "Significant" not in bare
    assert bare.startswith(gate_markdown.render(golden()))


@given(st.integers(0, 6000))
def test_no_limit_is_passed_and_no_fold_is_left_open(limit: int) -> None:
    text = render(golden(), compared_once(), limit=limit)
    assert len(text.encode()) <= max(limit, len(CUT) + 2)
    assert text.count("<details>") == text.count("</details>")


def compared_once(found: list[Comparison] = []) -> Comparison:  # noqa: B006
    """The same comparison every time: making one draws thousands of sign flips."""
    if not found:
        found.append(compared())
    return found[0]


def test_a_huge_gate_fits_a_step_and_a_comment() -> None:
    many = [FAILED.model_copy(update={"asks": f"metric {i} ä|<b>"}) for i in range(20_000)]
    for limit in (STEP_LIMIT, COMMENT_LIMIT):
        text = render(golden(*many), compared_once(), limit=limit)
        assert 0.9 * limit < len(text.encode()) <= limit
        assert text.splitlines()[0].startswith("**❌ FAIL")
        assert text.endswith(CUT)


def test_checks_that_were_not_asked_are_in_every_report_and_count_in_none() -> None:
    result = left_out(2)
    markdown = gate_markdown.render(result)
    assert markdown.startswith("**✅ PASS: rag in run bot-7, 1 check passed**")
    assert "<details><summary>Not asked: 2</summary>" in markdown
    assert "- **drift 0 \\| \\<b\\>**: suite shift was left out" in markdown
    plain = gate_terminal.render(result)
    assert "not asked    drift 1 | <b>\n             suite shift was left out\n" in plain
    xml = gate_junit.render(result).decode()
    assert 'tests="3" failures="0" errors="0" skipped="2"' in xml
    assert xml.count('<skipped message="suite shift was left out"') == 2
    assert b'"not_asked"' in gate_json.render(result)
    assert "Not asked" not in gate_markdown.render(golden())
    assert "not asked" not in gate_terminal.render(golden())


@pytest.mark.parametrize("state", [State.PASS, State.FAIL])
def test_only_a_gate_that_asked_nothing_says_so(state: State) -> None:
    nothing = left_out().model_copy(update={"checks": ()})
    assert "nothing was asked" in gate_terminal.render(nothing).splitlines()[0]
    check: CheckResult = PASSED if state is State.PASS else FAILED
    assert "nothing was asked" not in gate_terminal.render(golden(check))
