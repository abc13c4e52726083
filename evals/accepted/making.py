"""Makes an accepted baseline of a run: the candidate's scores on all that the gate's checks read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from pydantic import ValidationError

from bakeoff.evals.accepted.comparable import as_utc
from bakeoff.evals.accepted.record import Accepted, AcceptedColumn, Cell, Tool, checked
from bakeoff.evals.committed_files import first_fault
from bakeoff.evals.comparison import EncoderInfo, JudgeInfo
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate_config import GateConfig
from bakeoff.evals.records import Status
from bakeoff.evals.runs import SuiteOutput
from bakeoff.evals.table import OPEN, STATUS_CODES, STATUS_OF_CODE, Column


def make_accepted(
    evidence: Evidence,
    config: GateConfig,
    candidate: str,
    *,
    verdict: str,
    by: str = "",
    at: datetime | None = None,
) -> Accepted:
    """The candidate's scores in this run, as they are to be committed.

    Raises InputError where no check reads a metric, or cells of the run are open.
    """
    columns = read_columns(evidence, config)
    header, system = evidence.run.header, evidence.system(candidate, "gate.candidate")
    draft = Accepted.model_construct(
        version=1,
        candidate=system.name,
        kind=system.kind,
        fingerprint=system.fingerprint,
        traits=system.traits,
        run=evidence.run.id,
        run_created=_whole(evidence.run.created),
        accepted=_whole(at or datetime.now(UTC)),
        by=by,
        verdict=verdict,
        versions=header.versions,
        alpha=header.alpha,
        seed=header.seed,
        repeats=header.repeats,
        on_system_failure=header.on_system_failure,
        judge=_tool(header.judge),
        encoder=_tool(header.encoder),
        columns=tuple(_column(column, header.outputs) for column in columns),
        samples=tuple(_samples(evidence, columns, evidence.index(candidate))),
        check="",
    )
    content: dict[str, Any] = {name: getattr(draft, name) for name in Accepted.model_fields}
    try:
        return Accepted.model_validate({**content, "check": checked(draft)})
    except ValidationError as error:
        raise InputError(first_fault(error), where="--accept") from error


def read_columns(evidence: Evidence, config: GateConfig) -> list[Column]:
    """The metrics whose scores the gate's checks read, each once; quantiles are not compared with others."""
    found: dict[str, Column] = {}
    for place, check in enumerate(config.checks):
        if check.metric is None or check.quantile is not None or evidence.quantile(check.metric) is not None:
            continue
        column = evidence.column(check.metric, f"gate.checks[{place}]")
        found.setdefault(column.key, column)
    if not found:
        todo = "give it a check of a metric"
        raise InputError("no check of the gate reads a metric, so there is nothing to accept", todo=todo)
    return list(found.values())


def _column(column: Column, outputs: Sequence[SuiteOutput]) -> AcceptedColumn:
    output = column.output
    entry = entry_of(outputs, column)
    return AcceptedColumn(
        suite=column.suite,
        metric=output.name,
        direction=output.direction,
        low=output.low,
        high=output.high,
        fingerprint=entry.fingerprint,
        judged=entry.judged,
        encoded=entry.encoded,
    )


def entry_of(outputs: Sequence[SuiteOutput], column: Column) -> SuiteOutput:
    """What the run's header says of a column."""
    return next(
        entry for entry in outputs if (entry.suite, entry.output.name) == (column.suite, column.output.name)
    )


def _samples(
    evidence: Evidence, columns: Sequence[Column], system: int
) -> list[tuple[str, str, tuple[tuple[Cell, ...], ...]]]:
    """Samples to which any of the metrics applies, in the run's order."""
    statuses = np.stack([column.statuses[system] for column in columns])
    applies = (statuses != STATUS_CODES[Status.NOT_APPLICABLE]).any(axis=(0, 2))
    contents: Mapping[str, str] = evidence.contents
    return [
        (key.id, contents[key.id], tuple(_cells(column, system, place) for column in columns))
        for place, key in enumerate(evidence.table.samples)
        if applies[place]
    ]


def _cells(column: Column, system: int, place: int) -> tuple[Cell, ...]:
    values, statuses = column.values[system, place], column.statuses[system, place]
    return tuple(_cell(float(value), int(code)) for value, code in zip(values, statuses, strict=True))


def _cell(value: float, code: int) -> Any:
    """Open cells are refused: the next run may fill them with anything."""
    if code == OPEN:
        raise InputError("the run has open cells", todo="fill them with `bakeoff run` before you accept it")
    status = STATUS_OF_CODE[code].value
    if np.isnan(value):
        return status
    return value if status == Status.SCORED else (status, value)


def _tool(info: JudgeInfo | EncoderInfo | None) -> Tool | None:
    return None if info is None else Tool(name=info.name, fingerprint=info.fingerprint)


def _whole(at: datetime) -> datetime:
    """To the second."""
    return as_utc(at).replace(microsecond=0)
