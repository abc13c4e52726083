"""The gate with the comparison behind it, as Markdown for a pull request or a job's summary.

What is significant and what is not stand apart; the whole table is folded. Cut to a size, since
a page that is too large is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bakeoff.evals.comparison import Comparison, Difference, MetricRow, Verdict
from bakeoff.evals.gate.result import GateResult
from bakeoff.reports import gate_markdown
from bakeoff.reports.gate_markdown import folded
from bakeoff.reports.markdown import MarkdownReporter, escape
from bakeoff.reports.wording import difference_lines

STEP_LIMIT = 1024 * 1024
"""Bytes that GitHub takes for one step's summary; with one more it shows none."""
COMMENT_LIMIT = 65_536
"""Characters that GitHub takes for a comment; as bytes it holds for every text."""

SIGNIFICANT = (Verdict.BETTER, Verdict.WORSE)
CUT = "*Cut to fit here; `bakeoff gate --out gate.txt` and `bakeoff report` have the whole.*"

Told = tuple[MetricRow, Difference]


def render(result: GateResult, comparison: Comparison | None, *, limit: int) -> str:
    """The checklist, then the differences, then the table, as many of them as the limit (bytes) holds.

    `comparison` is None where the run has no sample.
    """
    parts = [gate_markdown.render(result)]
    if comparison is not None:
        parts += ["\n".join(_differences(result, comparison)) + "\n", "\n".join(_table(comparison)) + "\n"]
    for count in range(len(parts), 0, -1):
        text = "\n".join(parts[:count] if count == len(parts) else [*parts[:count], CUT + "\n"])
        if _size(text) <= limit:
            return text
    return _shortened(parts[0], limit)


def _shortened(text: str, limit: int) -> str:
    """Whole lines from the start, without what would be left open."""
    kept, size = [], _size(CUT) + len("</details>\n\n\n")
    for line in text.splitlines():
        size += _size(line) + 1
        if size > limit:
            break
        kept.append(line)
    opened = sum(line.count("<details>") - line.count("</details>") for line in kept)
    return "\n".join([*kept, *["", "</details>"] * opened, "", CUT])


def _size(text: str) -> int:
    return len(text.encode())


def _differences(result: GateResult, comparison: Comparison) -> Iterator[str]:
    """Those of the candidate; of everyone else from it, where it is the baseline itself."""
    told = [(row, d) for row in comparison.metrics if row.slice is None for d in row.differences]
    told = [(row, d) for row, d in told if d.effect is not None]
    mine = [(row, d) for row, d in told if d.system == result.candidate] or told
    if not mine:
        return
    clear = [(row, d) for row, d in mine if d.verdict in SIGNIFICANT]
    unclear = [(row, d) for row, d in mine if d.verdict not in SIGNIFICANT]
    yield f"**Significant differences from {escape(str(comparison.baseline))}**"
    yield ""
    yield from _lines(clear) if clear else ["- none"]
    yield ""
    if unclear:
        yield from folded(f"Not significant: {len(unclear)}", list(_lines(unclear)))


def _lines(told: Sequence[Told]) -> Iterator[str]:
    for row, difference in told:
        words = "; ".join(difference_lines(difference))
        what = f"{escape(difference.system)}, {escape(row.metric)} ({row.direction} is better)"
        yield f"- {what}: {escape(words)}"


def _table(comparison: Comparison) -> Iterator[str]:
    yield from folded("The whole table", MarkdownReporter().render(comparison).decode().splitlines())
