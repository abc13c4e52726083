"""The gate as Markdown, for a pull request or a job's summary: the verdict first, the details folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bakeoff.evals.gate.result import CheckResult, GateResult, State, Verdict
from bakeoff.reports.gate_wording import WORDS, evidence, footer, needed, of_state, verdict_line
from bakeoff.reports.markdown import escape

MARKS = {Verdict.PASS: "✅", Verdict.FAIL: "❌", Verdict.INCONCLUSIVE: "❔", Verdict.INCOMPLETE: "⏳"}
HEADS = {State.FAIL: "Failed", State.INCONCLUSIVE: "Cannot tell"}


def render(result: GateResult) -> str:
    """What was shown (failed, passed) and what was not (cannot tell) stand apart; all numbers are folded."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: GateResult) -> Iterator[str]:
    yield f"**{MARKS[result.verdict]} {escape(verdict_line(result))}**"
    yield ""
    for state, head in HEADS.items():
        checks = of_state(result, state)
        if checks:
            yield f"**{head}**"
            yield ""
            yield from (f"- {_line(check)}" for check in checks)
            yield ""
    passed = of_state(result, State.PASS)
    if passed:
        yield from folded(f"Passed: {len(passed)}", [f"- {_line(check)}" for check in passed])
    if result.not_asked:
        lines = [f"- **{escape(check.asks)}**: {escape(check.reason)}" for check in result.not_asked]
        yield from folded(f"Not asked: {len(lines)}", lines)
    yield from folded("Evidence", [*_table(result), "", *(f"- {escape(line)}" for line in footer(result))])


def _line(check: CheckResult) -> str:
    told = f"**{escape(check.asks)}**: {escape(check.reason)}"
    more = needed(check)
    return f"{told} ({escape(more)})" if more else told


def _table(result: GateResult) -> Iterator[str]:
    yield "| check | state | evidence |"
    yield "|---|---|---|"
    for check in result.checks:
        yield f"| {escape(check.asks)} | {WORDS[check.state]} | {escape(evidence(check))} |"


def folded(head: str, lines: Sequence[str]) -> Iterator[str]:
    """Lines of Markdown below a headline that opens them."""
    yield f"<details><summary>{escape(head)}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
    yield ""
