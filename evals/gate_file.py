"""A gate in a file of its own, so that one config can have several: before a merge, before a release."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bakeoff.evals.config_errors import ConfigError, KeyPath
from bakeoff.evals.config_values import Values
from bakeoff.evals.environment import substitute
from bakeoff.evals.gate_config import LONGEST, ROLES, GateConfig
from bakeoff.evals.yaml_lines import read_yaml


def read_gate(path: Path, systems: Sequence[str], environ: Mapping[str, str] | None = None) -> GateConfig:
    """The gate of a file that holds what a config's `gate:` section holds.

    `systems` are the names that it may use, `environ` stands in for the process's environment. Raises one
    ConfigError with a line for each problem.
    """
    file = read_yaml(path)
    values = Values(substitute(file.tree, os.environ if environ is None else environ))
    gate = values.validate(GateConfig, values.tree, ())
    check_references(values, values.tree, (), systems)
    if values.problems or gate is None:
        ordered = sorted(values.problems, key=lambda problem: file.line(problem.path))
        raise ConfigError(file.tell(problem) for problem in ordered)
    return gate


def check_references(values: Values, gate: Mapping[str, Any], at: KeyPath, systems: Sequence[str]) -> None:
    """Note a problem for every name in a gate, which lies at `at`, that is no system's and no role."""
    check_name(values, (*at, "candidate"), gate.get("candidate"), systems)
    for role in ROLES:
        if role in systems:
            todo = "a check could not tell the two apart; give the system another name"
            values.report(("systems", role), f"{role!r} is what a gate calls something else", todo)
    for path, name in _references(gate.get("checks")):
        if name not in ROLES:
            check_name(values, (*at, *path), name, systems)


def check_name(values: Values, path: KeyPath, name: Any, systems: Sequence[str]) -> None:
    """Note a problem where a text is the name of no system; one that is too long is told of already."""
    if isinstance(name, str) and 0 < len(name) <= LONGEST and systems and name not in systems:
        known = ", ".join(systems)
        values.report(path, "names no system" + values.shown(path, name, ": "), f"the systems are {known}")


def _references(checks: Any) -> Iterator[tuple[KeyPath, Any]]:
    for index, check in enumerate(checks if isinstance(checks, list) else []):
        for key in ("better_than", "not_worse_than"):
            if isinstance(check, dict) and key in check:
                yield ("checks", index, key), check[key]
