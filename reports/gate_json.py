"""The machine's view of a gate: its fields as they are, absent numbers as null."""

from __future__ import annotations

from bakeoff.evals.gate.result import GateResult


def render(result: GateResult) -> bytes:
    """One JSON object; `verdict` and `exit_code` are on its top level."""
    return (result.model_dump_json(indent=2) + "\n").encode()
