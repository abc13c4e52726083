"""The gate's checklist as plain text, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from bakeoff.evals.config_errors import one_line
from bakeoff.evals.gate.result import CheckResult, GateResult, State, Verdict
from bakeoff.reports.gate_wording import NOT_ASKED, WORDS, evidence, footer, needed, verdict_line

STYLES = {State.PASS: "green", State.FAIL: "bold red", State.INCONCLUSIVE: "yellow"}
VERDICT_STYLES = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red"}
WIDTH = max(len(word) for word in WORDS.values())
INDENT = " " * (WIDTH + 2)


def draw(result: GateResult) -> RenderableType:
    """The checklist as something that a rich console prints, with colours where it has them."""
    parts = [Text(verdict_line(result), style=VERDICT_STYLES.get(result.verdict, "bold yellow")), Text("")]
    for check in result.checks:
        mark = (WORDS[check.state].ljust(WIDTH), STYLES[check.state])
        parts.append(Text.assemble(mark, f"  {one_line(check.asks)}"))
        parts += [Text(INDENT + line, style="dim") for line in _below(check)]
    parts += [Text(one_line(line), style="dim") for line in _not_asked(result)]
    parts += [Text(""), *(Text(one_line(line), style="dim") for line in footer(result))]
    return Group(*parts)


def render(result: GateResult) -> str:
    """The same without colours, each line whole however long it is."""
    lines = [verdict_line(result), ""]
    for check in result.checks:
        lines.append(f"{WORDS[check.state].ljust(WIDTH)}  {one_line(check.asks)}")
        lines += [INDENT + line for line in _below(check)]
    lines += map(one_line, _not_asked(result))
    return "\n".join([*lines, "", *map(one_line, footer(result))]) + "\n"


def _not_asked(result: GateResult) -> Iterator[str]:
    for check in result.not_asked:
        yield f"{NOT_ASKED.ljust(WIDTH)}  {check.asks}"
        yield INDENT + check.reason


def _below(check: CheckResult) -> Iterator[str]:
    for line in (check.reason, evidence(check), needed(check)):
        if line:
            yield one_line(line)
