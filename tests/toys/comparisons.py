"""One comparison in which every number differs, for the reports."""

from __future__ import annotations

from toys.table import column, run_record, table

from bakeoff.evals.comparison import (
    Cell,
    Comparison,
    Difference,
    EncoderInfo,
    Footer,
    JudgeInfo,
    MetricRow,
    Verdict,
)
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Kind, Output
from bakeoff.evals.table import SystemInfo


def golden() -> Comparison:
    """Two systems, a plain row, a row with everything missing, and a finding."""
    made = table(["base", "rag"], [column(Output(name="x"), [[0.0, 1.0], [1.0, 1.0]])])
    info = compare_table(run_record(made), made, baseline="base").run
    difference = Difference(
        system="rag",
        baseline="base",
        effect=0.1234,
        low=0.0321,
        high=0.2147,
        p=0.0042,
        p_adjusted=0.0123,
        verdict=Verdict.BETTER,
        pointwise_low=0.0555,
        pointwise_high=0.1913,
        n=57,
        note="only 7 clusters",
    )
    nothing = Difference(system="rag", baseline="base")
    faithfulness = MetricRow(
        suite="ragas",
        metric="faithfulness",
        direction="higher",
        note="what both say",
        cells={
            "base": Cell(mean=0.5111, low=0.4222, high=0.6333, n=58, coverage=1.0, statuses={"scored": 58}),
            "rag": Cell(
                mean=0.6345,
                low=0.5456,
                high=0.7567,
                n=59,
                coverage=0.9365,
                statuses={"scored": 55, "abstained": 4, "judge_failed": 3, "open": 1, "system_failed": 2},
            ),
        },
        differences=(difference,),
    )
    latency = MetricRow(
        suite="operations",
        metric="latency_s",
        direction="lower",
        unit="s",
        note="what both say",
        cells={
            "base": Cell(statuses={"not_applicable": 60}),
            "rag": Cell(mean=0.00012, n=1, coverage=1 / 60, statuses={"scored": 1, "system_failed": 59}),
        },
        differences=(nothing,),
    )
    finding = Finding(name="f", system="rag", family="g", effect=0.1, sentence="rag gains | 10 points <b>")
    footer = Footer(
        judge=JudgeInfo(name="offline", fingerprint="j" * 32, offline=True, note="Not for releases."),
        encoder=EncoderInfo(name="embedded", fingerprint="e" * 32),
        seed=17,
        permutations=10000,
        family=9,
        data_fingerprint="d" * 32,
        versions={"python": "3.11.7", "ragas": "0.4.3"},
        notes=("a note",),
    )
    return Comparison(
        run=info.model_copy(update={"name": "support [bot]", "open_cells": 1, "samples": 60}),
        systems=(
            SystemInfo(name="base", kind=Kind.PROMPT, fingerprint="1"),
            SystemInfo(name="rag", kind=Kind.RAG, parent="base", fingerprint="2"),
        ),
        baseline="base",
        metrics=(faithfulness, latency),
        findings=(finding,),
        footer=footer,
    )
