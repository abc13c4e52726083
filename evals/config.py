"""The config, `bakeoff.yaml`: every key known and checked, every error with file, line and key."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.evals.config_errors import ConfigError, KeyPath
from bakeoff.evals.config_model import (
    Config,
    DatasetConfig,
    DocumentsConfig,
    EncoderConfig,
    JudgeConfig,
    Limits,
    Settings,
    SuiteConfig,
    SystemConfig,
    TrainingConfig,
    resolve_store,
)
from bakeoff.evals.config_sections import DEFAULT_JUDGE, SECTIONS, Sections
from bakeoff.evals.config_touches import check_touches
from bakeoff.evals.config_values import Values
from bakeoff.evals.environment import redact, substitute
from bakeoff.evals.gate_config import CheckConfig, GateConfig
from bakeoff.evals.gate_file import check_name, check_references, read_gate
from bakeoff.evals.plugins import Plugins
from bakeoff.evals.sweeps import configurations, origin
from bakeoff.evals.yaml_lines import read_yaml

__all__ = [
    "CheckConfig",
    "Config",
    "ConfigError",
    "DatasetConfig",
    "DocumentsConfig",
    "EncoderConfig",
    "GateConfig",
    "JudgeConfig",
    "Limits",
    "SuiteConfig",
    "SystemConfig",
    "TrainingConfig",
    "load_config",
]


def load_config(
    path: Path,
    plugins: Plugins,
    environ: Mapping[str, str] | None = None,
    *,
    judge: str | None = None,
    asks: bool = True,
) -> Config:
    """Read and check a config, and the file of its gate where it names one; builds nothing.

    `environ` stands in for the process's environment. `judge` takes the place of the whole `judge` section,
    whose variables are then not needed; the snapshot keeps the section as written. `asks` is False where
    nobody will be asked: a judge whose variables are not set is then no fault. Raises one ConfigError with a
    line for each problem.
    """
    file = read_yaml(path)
    folder = path.absolute().parent
    environ = os.environ if environ is None else environ
    values = Values(substitute(_with_judge(file.tree, environ, judge, asks=asks), environ))
    gate_file = values.tree.get("gate") if isinstance(values.tree.get("gate"), str) else None
    elsewhere = SECTIONS if gate_file is None else (*SECTIONS, "gate")
    plain = {key: value for key, value in values.tree.items() if key not in elsewhere}
    settings = values.validate(Settings, plain, (), known=SECTIONS)
    sections = Sections(values, plugins)
    judging, systems = sections.judge(), sections.systems()
    encoder, suites = sections.encoder(), sections.suites()
    _check_parents(values)
    _check_names(values)
    check_touches(values)
    store = _store(values, settings, folder)
    if gate_file is not None and not (folder / gate_file).is_file():
        told = values.shown(("gate",), gate_file, ": ")
        values.report(("gate",), f"names no file{told}", "give a mapping (key: value), or a gate file's path")
    if values.problems or settings is None or judging is None or encoder is None:
        ordered = sorted(values.problems, key=lambda problem: file.line(problem.path))
        raise ConfigError(file.tell(problem) for problem in ordered)
    own = {name: getattr(settings, name) for name in Settings.model_fields}
    own |= {"store": store, "baseline": settings.baseline or next(iter(systems))}
    if gate_file is not None:
        own["gate"] = read_gate(folder / gate_file, tuple(systems), environ)
    return Config(
        **own,
        judge=judging,
        systems=systems,
        encoder=encoder,
        suites=suites,
        folder=folder,
        path=path,
        snapshot=redact(file.tree),
        secrets=values.secrets,
    )


def _with_judge(tree: Any, environ: Mapping[str, str], judge: str | None, *, asks: bool) -> Any:
    """The tree with another judge where one is named, or where none is asked and it lacks a variable."""
    if not isinstance(tree, dict):
        return tree
    if judge is None and not asks and substitute(tree.get("judge"), environ).problems:
        judge = DEFAULT_JUDGE
    return tree if judge is None else {**tree, "judge": {"kind": judge}}


def _systems(values: Values) -> Mapping[str, Any]:
    """The keys of every system by name, sweeps written out."""
    section = values.tree.get("systems")
    found: dict[str, Any] = {}
    for name, keys in section.items() if isinstance(section, dict) else ():
        if isinstance(keys, dict):
            found |= {one.name: one.keys for one in configurations(name, keys, _told_elsewhere)}
        else:
            found[name] = keys
    return found


def _told_elsewhere(_path: KeyPath, _what: str, _todo: str) -> None:
    """The section of systems reports what is wrong with a matrix."""


def _check_parents(values: Values) -> None:
    """Every parent exists, and no system descends from itself."""
    systems = _systems(values)
    parents = {name: keys.get("parent") for name, keys in systems.items() if isinstance(keys, dict)}
    told: set[str] = set()
    for name, parent in parents.items():
        at: KeyPath = ("systems", origin(name), "parent")
        chain = [name]
        while isinstance(parent, str) and parent in parents and parent not in chain:
            chain.append(parent)
            parent = parents[parent]
        if parent == name and name not in told:
            told.update(chain)
            circle = " → ".join([*chain, name])
            values.report(at, f"a circle of parents: {circle}", "a parent is what a system was made from")
        check_name(values, at, parents[name], tuple(systems))


def _check_names(values: Values) -> None:
    """Baseline, candidate and the checks' references name systems."""
    systems = tuple(_systems(values))
    check_name(values, ("baseline",), values.tree.get("baseline"), systems)
    gate = values.tree.get("gate")
    if isinstance(gate, dict):
        check_references(values, gate, ("gate",), systems)


def _store(values: Values, settings: Settings | None, folder: Path) -> str:
    if settings is None:
        return ""
    store = resolve_store(settings.store, folder)
    if store.startswith("sqlite:") and re.search("[?#]", store):
        values.report(("store",), "the config's folder has a ? or # in its name", "give an absolute path")
    return store
