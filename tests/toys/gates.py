"""Gates over tables made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from toys.table import Value, column, run_record, table

from bakeoff.evals.comparison import JudgeInfo
from bakeoff.evals.findings import Finding
from bakeoff.evals.gate.evaluation import evaluate
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import CheckResult, GateResult
from bakeoff.evals.gate.signoffs import Signoff
from bakeoff.evals.gate_config import CheckConfig, GateConfig
from bakeoff.evals.records import Output
from bakeoff.evals.table import Column, SampleKey

ACCURACY = Output(name="accuracy", margin=0.02)
LATENCY = Output(name="latency_s", direction="lower", high=None, on_failure="leave_out")
NEW, OLD = "new", "old"


def bits(ones: int, zeros: int) -> list[Value]:
    """So many right answers, then so many wrong ones."""
    return [*[1.0] * ones, *[0.0] * zeros]


def evidence(
    *columns: Column,
    findings: Sequence[Finding] = (),
    tags: Mapping[str, Sequence[str]] | None = None,
    samples: Sequence[SampleKey] | None = None,
    parent: str | None = None,
    judge: JudgeInfo | None = None,
    judged: bool | None = False,
    ended: bool = True,
) -> Evidence:
    """A finished run of `new` (whose parent may be named) and of `old`, the baseline."""
    made = table([NEW, OLD], columns, samples)
    made = replace(made, systems=[made.systems[0].model_copy(update={"parent": parent}), *made.systems[1:]])
    record = run_record(made)
    outputs = tuple(entry.model_copy(update={"judged": judged}) for entry in record.header.outputs)
    header = record.header.model_copy(update={"baseline": OLD, "judge": judge, "outputs": outputs})
    record = record.model_copy(update={"header": header, "open_cells": 0 if ended else None})
    return Evidence(record, made, findings, tags or {})


def scores(new: Sequence[Value], old: Sequence[Value] | None = None, output: Output = ACCURACY) -> Column:
    """A column of the two systems; the old one has the same scores where none are given."""
    return column(output, [list(new), list(new if old is None else old)])


def decide(
    found: Evidence, *checks: CheckConfig, signoffs: Sequence[Signoff] = (), **config: object
) -> GateResult:
    """The gate of these checks on that run."""
    gate = GateConfig.model_validate({"candidate": NEW, "checks": checks, **config})
    return evaluate(gate, found, signoffs=signoffs)


def only(found: Evidence, check: CheckConfig, **config: object) -> CheckResult:
    """The result of a single check."""
    gate = GateConfig.model_validate({"candidate": NEW, "checks": [check], **config})
    return evaluate(gate, found).checks[0]
