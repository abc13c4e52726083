"""Markdown reports as a page shows them: rendered by a CommonMark parser, and read back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from markdown_it import MarkdownIt
from toys.any_gate import HOSTILE, TEXTS, gate_results
from toys.comparisons import golden as golden_comparison
from toys.gate_results import FAILED, PASSED, UNDECIDED, golden

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.gate.result import GateResult
from bakeoff.reports import gate_markdown
from bakeoff.reports.markdown import MarkdownReporter, escape

OURS = {
    *("h2", "h3", "p", "strong", "ul", "li", "br", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
"""The elements that our reports make; a link, an image, code or a heading would be the text's own."""

CALLS = re.compile(r"(?<!\w)[@#!]\w")
"""What GitHub and GitLab look for in the text of a rendered page: people, issues, merge requests."""


class Page(HTMLParser):
    """Elements and text of a rendered page; the rows of its tables as numbers of cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.rows: list[list[int]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "table":
            self.rows.append([])
        if tag == "tr":
            self.rows[-1].append(0)
        if tag in ("th", "td"):
            self.rows[-1][-1] += 1

    def handle_data(self, data: str) -> None:
        self.text += data


def page(markdown: str) -> Page:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return Page(parser.render(markdown))


def plain(text: str) -> str:
    """What a reader is to see of it."""
    return page(escape(text)).text.strip().replace("\N{WORD JOINER}", "")


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("#_")
def test_an_escaped_text_reads_as_it_is(text: str) -> None:
    seen = plain(text)
    assert "\n" not in escape(text)
    kept = [c for c in " ".join(text.split()) if c.isprintable()]
    assert [c for c in seen if c.isprintable() and c != "\ufffd"] == [c for c in kept if c != "\ufffd"]
    assert set(page(escape(text)).tags) <= {"p"}
    assert not CALLS.search(page(escape(text)).text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("+0.041", r"\+0.041"),
        ("1. one", r"1\. one"),
        ("1.5 s", "1.5 s"),
        ("@octo", "@\u2060octo"),
        ("@_octo", "@\u2060\\_octo"),
        ("see #12", "see \\#\u206012"),
        ("a != b", "a != b"),
        ("&lt;", r"\&lt;"),
        ("x\ud800y", "x\ufffdy"),
        ("a\u2028b", "a b"),
    ],
)
def test_what_an_escape_is(text: str, shown: str) -> None:
    assert escape(text) == shown


def check_gate(result: GateResult) -> Page:
    found = page(gate_markdown.render(result))
    assert set(found.tags) <= OURS
    assert found.rows == [[3] * (len(result.checks) + 1)]
    assert found.tags.count("details") == 1 + any(check.state == "pass" for check in result.checks)
    assert not CALLS.search(found.text)
    return found


@settings(max_examples=150, deadline=None)
@given(gate_results())
def test_no_gate_breaks_its_page(result: GateResult) -> None:
    check_gate(result)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_stand_in_a_gate_as_text(text: str) -> None:
    check = FAILED.model_copy(update={"asks": text, "reason": text, "note": text})
    found = check_gate(golden(check, PASSED, UNDECIDED, candidate=text, run=text, notes=(text,)))
    if text.isascii() and text.isprintable():
        assert found.text.replace("\N{WORD JOINER}", "").count(" ".join(text.split())) >= 6


def test_the_page_of_a_gate_reads_from_the_verdict_on() -> None:
    lines = [line for line in check_gate(golden()).text.splitlines() if line]
    assert lines[0] == "❌ FAIL: rag in run bot-7, 1 of 4 checks failed, 2 cannot be decided"
    order = [lines.index(head) for head in ("Failed", "Cannot tell", "Passed: 1", "Evidence")]
    assert order == sorted(order)
    states = [line for line in lines[order[-1] :] if line in ("pass", "FAIL", "cannot tell")]
    assert states == ["pass", "FAIL", "cannot tell", "cannot tell"]


def renamed(text: str) -> Comparison:
    """The golden comparison with the text wherever a user chooses one."""
    made = golden_comparison()
    names = {"base": "base", "rag": text}
    systems = tuple(s.model_copy(update={"name": names[s.name]}) for s in made.systems)
    rows = tuple(
        row.model_copy(
            update={
                "metric": text,
                "suite": text,
                "note": text,
                "cells": {names[name]: cell for name, cell in row.cells.items()},
                "differences": tuple(
                    d.model_copy(update={"system": names[d.system], "note": text}) for d in row.differences
                ),
            }
        )
        for row in made.metrics
    )
    findings = tuple(f.model_copy(update={"sentence": text}) for f in made.findings)
    run = made.run.model_copy(update={"name": text})
    parts = {"systems": systems, "metrics": rows, "findings": findings, "run": run}
    return made.model_copy(update=parts)


def columns(found: Page) -> Iterator[int]:
    for rows in found.rows:
        yield from rows


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_stand_in_a_comparison_as_text(text: str) -> None:
    found = page(MarkdownReporter().render(renamed(text)).decode())
    assert set(found.tags) <= OURS
    assert set(columns(found)) == {3}
    assert found.tags.count("table") == 1
    assert found.tags.count("ul") == 2  # findings and notes: without a heading between they are one list
    assert not CALLS.search(found.text)
