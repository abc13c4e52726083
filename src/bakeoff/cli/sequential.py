"""`run --sequential`: what the run may stop for, and how it ended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bakeoff.deciding import accepted_path
from bakeoff.evals.accepted.file import read_accepted
from bakeoff.evals.accepted.record import Accepted
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.accepted import Standing, names_accepted, stand
from bakeoff.evals.gate.evaluation import evaluate
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import GateResult
from bakeoff.evals.gate_config import GateConfig
from bakeoff.evals.looks import told
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.sequential_run import Sequential


def sequential_of(config: Config) -> Sequential:
    """The gate of the config; InputError where it does not allow a sequential run.

    Signatures are not read: what a person signs neither stops a run nor keeps it going.
    """
    gate, path = config.gate, config.path
    if gate is None:
        raise InputError("has no `gate:` to stop for", where=str(path), todo="say there what must pass")
    if gate.sequential is None:
        raise InputError(
            "--sequential changes the gate's bounds, so it is declared beforehand",
            where=str(path),
            todo="write `sequential: {first: 20, step: 20}` under `gate:`",
        )
    accepted = read_accepted(accepted_path(config, gate)) if any(map(names_accepted, gate.checks)) else None

    def decide(evidence: Evidence) -> GateResult:
        return evaluate(gate, evidence, standing=_standing(accepted, evidence, gate))

    return Sequential(gate, decide)


def _standing(accepted: Accepted | None, evidence: Evidence, gate: GateConfig) -> Standing | None:
    """What was accepted, where it can be compared with; if not, `bakeoff gate` says why in the end."""
    if accepted is None:
        return None
    try:
        found = stand(accepted, evidence, gate, Path())
    except InputError:
        return None
    return replace(found, lenient=True)


def ending(run: RunRecord) -> str:
    """One line on how a sequential run ended: what decided it and what that saved, or that nothing did."""
    info = run.header.sequential
    assert info is not None
    if info.stopped:
        return told(info) + "."
    return f"not decided before all {info.total:,} samples were taken, in {info.looks} looks; nothing saved."
