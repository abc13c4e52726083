"""The items that changed most: cut to fit a terminal, whole as Markdown or JSON."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping

from bakeoff.evals.changed_items import ChangedItem, ChangedItems, ItemAnswer, ItemSide
from bakeoff.reports.markdown import escape
from bakeoff.reports.wording import number

INDENT = "    "

ROWS = 3
"""Lines that a text may take on a terminal before it is cut."""


def to_json(changed: ChangedItems) -> str:
    """All of it, texts and evidence whole."""
    return changed.model_dump_json(indent=2) + "\n"


def to_terminal(changed: ChangedItems, width: int = 100) -> str:
    """A few lines for each item, no text longer than `ROWS` lines of so many characters."""
    return "\n".join(_terminal(changed, max(width, 40))) + "\n"


def to_markdown(changed: ChangedItems) -> str:
    """A section for each item, with texts and evidence whole."""
    return "\n".join(_markdown(changed)) + "\n"


FORMATS: Mapping[str, Callable[[ChangedItems], str]] = {
    "terminal": to_terminal,
    "markdown": to_markdown,
    "json": to_json,
}


def heading(changed: ChangedItems) -> str:
    """What is compared, and how many items changed in which direction."""
    where = f" in run {changed.run}" if changed.run is not None else ""
    arrow = "↑" if changed.direction == "higher" else "↓"
    equal = changed.scored - changed.worse - changed.better
    missing = f", {changed.unscored} without a score on either side" if changed.unscored else ""
    return (
        f"{changed.suite}.{changed.metric} {arrow}: {changed.after} against {changed.before}{where}. "
        f"Of {changed.scored} items {changed.worse} are worse, {changed.better} better, {equal} "
        f"equal{missing}; {len(changed.items)} shown."
    )


def _title(item: ChangedItem) -> str:
    other = "" if item.after.sample == item.before.sample else f" (now {item.after.sample})"
    domain = "" if item.domain is None else f", {item.domain}"
    change = f"{number(item.before.value)} → {number(item.after.value)}"
    verdict = "▼ worse" if item.worse else "▲ better"
    return f"{item.id}{other}{domain}: {change} ({number(item.change, signed=True)}) {verdict}"


def _terminal(changed: ChangedItems, width: int) -> Iterator[str]:
    yield from _wrapped(heading(changed), width)
    for i, item in enumerate(changed.items, start=1):
        yield ""
        yield from _wrapped(f"{i}. {_title(item)}", width)
        for turn in item.conversation:
            yield from _cut(f"{turn.role}: {turn.content}", width)
        yield from _cut(f"question: {item.question}", width)
        if item.reference is not None:
            yield from _cut(f"reference: {item.reference}", width)
        for side in (item.before, item.after):
            for answer in side.answers:
                yield from _cut(f"{_who(side, answer)}: {_said(answer)}", width)
                yield from _cut(f"  {_scored(answer)}", width)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(_printable(text), width, subsequent_indent=INDENT)


def _cut(text: str, width: int) -> list[str]:
    """The text indented, in at most `ROWS` lines."""
    lead = INDENT + " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(
        _printable(text),
        width,
        initial_indent=lead,
        subsequent_indent=lead + "  ",
        max_lines=ROWS,
        placeholder=" …",
    )


def _printable(text: str) -> str:
    """One line without control characters: an answer must not steer the terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _who(side: ItemSide, answer: ItemAnswer) -> str:
    return f"{side.name}, repeat {answer.repeat}" if len(side.answers) > 1 else side.name


def _scored(answer: ItemAnswer) -> str:
    """Value and status, and the evidence for them."""
    value = "no value" if answer.value is None else number(answer.value)
    return "; ".join(part for part in (f"{value}, {answer.status}", answer.reason, _detail(answer)) if part)


def _detail(answer: ItemAnswer) -> str:
    return json.dumps(dict(answer.detail), ensure_ascii=False) if answer.detail else ""


def _said(answer: ItemAnswer) -> str:
    if answer.text is not None:
        return answer.text or "(an empty answer)"
    return f"(failed: {answer.error})" if answer.error else "(no answer is stored)"


def _markdown(changed: ChangedItems) -> Iterator[str]:
    yield from (f"## {escape(heading(changed))}", "")
    for i, item in enumerate(changed.items, start=1):
        yield from (f"### {i}. {escape(_title(item))}", "")
        for turn in item.conversation:
            yield from _block(escape(turn.role), turn.content)
        yield from _block("question", item.question)
        if item.reference is not None:
            yield from _block("reference", item.reference)
        for side in (item.before, item.after):
            for answer in side.answers:
                label = f"{_who(side, answer)}: {_scored(answer.model_copy(update={'detail': {}}))}"
                yield from _block(escape(label), _said(answer))
                if answer.detail:
                    yield from _block("evidence", _detail(answer))


def _block(label: str, text: str) -> Iterator[str]:
    """A text as it is: fenced by more backticks than it holds in a row."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"**{label}**", "", f"{fence}text", text, fence, "")
