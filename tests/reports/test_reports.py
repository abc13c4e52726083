"""Every report of one golden comparison shows its numbers, where they belong, and invents none."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import pytest
from rich.console import Console
from toys.comparisons import golden

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.reports import csv as csv_report
from bakeoff.reports import json as json_report
from bakeoff.reports import markdown, terminal
from bakeoff.reports.catalogue import REPORTERS
from bakeoff.reports.markdown import escape
from bakeoff.reports.terminal import draw


def rendered(plugin: Plugin[Any], comparison: Comparison | None = None) -> str:
    wiring = Wiring.__new__(Wiring)  # a reporter needs nothing of it
    content: bytes = plugin.build(plugin.options(), wiring).render(comparison or golden())
    return content.decode()


@pytest.mark.parametrize("plugin", [terminal.PLUGIN, markdown.PLUGIN], ids=lambda plugin: plugin.name)
def test_text_reports_show_each_number_with_its_uncertainty(plugin: Plugin[Any]) -> None:
    text = rendered(plugin).replace("\\", "")
    for shown in (
        "0.511 [0.422, 0.633]",
        "n=58",
        "0.634 [0.546, 0.757]",
        "n=59 (94%)",
        "4 abstained",
        "2 failed",
        "3 unjudged",
        "1 open",
        "Δ +0.123 [+0.032, +0.215]",
        "p=0.012 ▲ better",
        "only 7 clusters",
        "0.00012 [no interval]",
        "n/a",
        "INCOMPLETE: 1 scores are still open",
        "Judge: offline (jjjjjjjjjjjj). Not for releases.",
        "Encoder: embedded (eeeeeeeeeeee)",
        "9 in one family",
        "10000 sign flips",
        "seed 17",
        "Data dddddddddddd",
        "ragas 0.4.3",
        "a note",
        "faithfulness, latency_s: what both say",
        "rag gains | 10 points <b>",
    ):
        flat = " ".join(text.replace("<br>", " ").split())
        assert shown in flat, shown
    assert "nan" not in text.lower()


def test_the_terminal_draws_colours_only_where_asked() -> None:
    assert "\x1b" not in rendered(terminal.PLUGIN)
    console = Console(file=StringIO(), force_terminal=True, width=120, color_system="standard")
    console.print(draw(golden(), console.width))
    assert "\x1b[32m" in console.file.getvalue()  # type: ignore[attr-defined]


def test_brackets_in_names_are_text_not_mark_up() -> None:
    assert "support [bot]" in rendered(terminal.PLUGIN)


def test_markdown_cannot_be_broken_by_names_or_sentences() -> None:
    lines = rendered(markdown.PLUGIN).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in table} == {4}
    assert r"rag gains \| 10 points \<b\>" in "\n".join(lines)
    assert escape("a\nb") == "a b"


def test_csv_holds_every_field_unrounded_and_leaves_absent_ones_empty() -> None:
    rows = list(csv.DictReader(StringIO(rendered(csv_report.PLUGIN))))
    assert [(row["metric"], row["system"]) for row in rows] == [
        ("faithfulness", "base"),
        ("faithfulness", "rag"),
        ("latency_s", "base"),
        ("latency_s", "rag"),
    ]
    rag = rows[1]
    assert [rag[name] for name in ("mean", "low", "high", "n", "coverage")] == [
        "0.6345",
        "0.5456",
        "0.7567",
        "59",
        "0.9365",
    ]
    assert [rag[name] for name in ("scored", "abstained", "system_failed", "judge_failed", "open")] == [
        "55",
        "4",
        "2",
        "3",
        "1",
    ]
    assert [
        rag[f"difference_{name}"] for name in ("effect", "low", "high", "p", "p_adjusted", "verdict")
    ] == [
        "0.1234",
        "0.0321",
        "0.2147",
        "0.0042",
        "0.0123",
        "better",
    ]
    assert rows[2]["mean"] == ""
    assert rows[0]["difference_effect"] == ""


def test_csv_cells_are_no_formulas() -> None:
    comparison = golden()
    evil = comparison.systems[0].model_copy(update={"name": "=1+1"})
    row = comparison.metrics[0]
    cells = {**row.cells, "=1+1": row.cells["base"]}
    comparison = comparison.model_copy(
        update={"systems": (evil,), "metrics": (row.model_copy(update={"cells": cells}),)}
    )
    assert "'=1+1" in rendered(csv_report.PLUGIN, comparison)


def test_json_is_the_comparison_itself() -> None:
    text = rendered(json_report.PLUGIN)
    assert Comparison.model_validate_json(text) == golden()
    parsed = json.loads(text)
    parts = {
        "run",
        "systems",
        "baseline",
        "all_pairs",
        "metrics",
        "findings",
        "footer",
        "fairness",
        "attribution",
        "pairings",
    }
    assert parts == set(parsed)
    difference = parsed["metrics"][0]["differences"][0]
    for key in ("system", "baseline", "effect", "low", "high", "p", "p_adjusted", "verdict"):
        assert key in difference
    assert parsed["metrics"][1]["cells"]["base"]["mean"] is None


def test_all_reporters_draw_a_single_system_without_differences() -> None:
    comparison = golden()
    alone = comparison.model_copy(
        update={
            "systems": comparison.systems[:1],
            "baseline": None,
            "metrics": tuple(row.model_copy(update={"differences": ()}) for row in comparison.metrics),
        }
    )
    for plugin in (plugin for plugin in REPORTERS if plugin.name != "learning_plot"):
        assert "0.511" in rendered(plugin, alone)


def wide(count: int) -> Comparison:
    """The golden comparison with so many systems, all like its second."""
    base, rag = golden().systems
    names = [f"rag[k={k}]" for k in range(count - 1)]
    rows = [
        row.model_copy(
            update={
                "cells": {"base": row.cells["base"], **dict.fromkeys(names, row.cells["rag"])},
                "differences": tuple(row.differences[0].model_copy(update={"system": n}) for n in names),
            }
        )
        for row in golden().metrics
    ]
    systems = (base, *(rag.model_copy(update={"name": name}) for name in names))
    return golden().model_copy(update={"systems": systems, "metrics": tuple(rows)})


@pytest.mark.parametrize(("width", "tables"), [(400, 1), (120, 3), (80, 4), (40, 7)])
def test_systems_that_do_not_fit_stand_in_further_tables(width: int, tables: int) -> None:
    groups = terminal.side_by_side(wide(7), width)
    assert len(groups) == tables
    assert [s for group in groups for s in group] == list(wide(7).systems)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_interval_is_broken_over_lines(width: int) -> None:
    text = terminal.TerminalReporter(terminal.TerminalOptions(width=width)).render(wide(7)).decode()
    assert text.count("Δ +0.123 [+0.032, +0.215]") == 6
    assert all(f"rag[k={k}]" in text for k in range(6))
    assert text.count("support [bot]") == 1
