"""`gate`: may the candidate ship? Reads the store and the committed signatures; asks nobody."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from rich.console import Console

from bakeoff.assemble import read_config
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evaluation import evaluate
from bakeoff.evals.gate.evidence import read_evidence
from bakeoff.evals.gate.result import GateResult, Policy
from bakeoff.evals.gate.signoffs import FILE, add_signoff, read_signoffs, signed
from bakeoff.evals.gate_config import GateConfig
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store, open_store
from bakeoff.reports import gate_json, gate_junit, gate_markdown, gate_terminal
from bakeoff.reports.gate_annotations import commands

FORMATS: Mapping[str, Callable[[GateResult], bytes]] = {
    "terminal": lambda result: gate_terminal.render(result).encode(),
    "markdown": lambda result: gate_markdown.render(result).encode(),
    "junit": gate_junit.render,
    "json": gate_json.render,
}
SUFFIXES = {".txt": "terminal", ".md": "markdown", ".xml": "junit", ".json": "json"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the command line asked for beside the config."""

    run: str | None = None
    candidate: str | None = None
    baseline: str | None = None
    inconclusive: str | None = None
    format: str = "terminal"
    out: Sequence[Path] = ()


def gate_config(path: Path, request: Request) -> int:
    """Print the checklist of the newest run, or of the named one; the exit code of DESIGN §10."""
    writers = _writers(request)
    config, gate = _read(path, request.inconclusive)
    signoffs = read_signoffs(config.folder / FILE)
    store = open_store(config.store, create=False)
    try:
        run = find_run(store, config, request.run)
        evidence = read_evidence(store, run, tags=any(check.tag is not None for check in gate.checks))
    finally:
        store.close()
    result = evaluate(
        gate, evidence, candidate=request.candidate, baseline=request.baseline, signoffs=signoffs
    )
    result = result.model_copy(update={"notes": (*result.notes, *_changed(config, run))})
    for target, writer in writers:
        _write(target, writer(result))
    _show(result, request.format)
    return result.exit_code


def sign_item(path: Path, item: str, by: str | None, note: str, request: Request) -> int:
    """Record that a person signs a manual item, for the candidate as it is in the run."""
    if not by:
        raise InputError("a signature needs a name", where="--sign", todo="add --by NAME")
    config, gate = _read(path, None)
    items = [check.manual for check in gate.checks if check.manual is not None]
    if item not in items:
        near = difflib.get_close_matches(item, items, n=1, cutoff=0.5)
        todo = f"did you mean {near[0]!r}?" if near else f"its items: {', '.join(items) or 'none'}"
        raise InputError(f"the gate has no manual item {item!r}", where="--sign", todo=todo)
    store = open_store(config.store, create=False)
    try:
        evidence = read_evidence(store, find_run(store, config, request.run), tags=False)
    finally:
        store.close()
    candidate = evidence.system(request.candidate or gate.candidate, "gate.candidate")
    add_signoff(config.folder / FILE, signed(item, by, candidate.name, candidate.fingerprint, note))
    print(
        f"Signed {item!r} for {candidate.name} ({candidate.fingerprint[:12]}) as {by}. "
        f"Commit {config.folder / FILE}; another state of {candidate.name} needs another signature."
    )
    return 0


def find_run(store: Store, config: Config, identifier: str | None) -> RunRecord:
    """The run of that id, else the newest run of the config; nothing is ever run here."""
    if identifier is not None:
        return store.find_run(identifier)
    runs = store.list_runs(config.name)
    if not runs:
        raise InputError(
            f"the store holds no run of {config.name!r}, and a gate runs nothing",
            todo="run `bakeoff run` first",
        )
    return runs[0]


def _read(path: Path, inconclusive: str | None) -> tuple[Config, GateConfig]:
    """The config and its gate, with the policy of the command line where there is one."""
    config = read_config(path)
    if config.gate is None:
        raise InputError("has no `gate:`", where=str(path), todo="say there what the candidate must pass")
    if inconclusive is None:
        return config, config.gate
    if inconclusive not in get_args(Policy):
        known = ", ".join(get_args(Policy))
        raise InputError(f"{inconclusive!r} is no policy", where="--inconclusive", todo=f"one of {known}")
    return config, config.gate.model_copy(update={"inconclusive": inconclusive})


def _writers(request: Request) -> list[tuple[Path, Callable[[GateResult], bytes]]]:
    """What to write where; the suffix of a file says in which format."""
    if request.format not in FORMATS:
        raise InputError(
            f"unknown format {request.format!r}", where="--format", todo=f"known: {', '.join(FORMATS)}"
        )
    for path in request.out:
        if path.suffix not in SUFFIXES:
            known = ", ".join(f"{suffix} ({name})" for suffix, name in SUFFIXES.items())
            raise InputError(f"{path} names no format", where="--out", todo=f"end it in one of {known}")
    return [(path, FORMATS[SUFFIXES[path.suffix]]) for path in request.out]


def _changed(config: Config, run: RunRecord) -> list[str]:
    """A note where the config has changed, in what can change an answer or a score, since the run."""
    harmless = {"gate", "store", "limits", "name", "slices", "family"}
    keys = sorted({*config.snapshot, *run.config} - harmless)
    changed = [key for key in keys if config.snapshot.get(key) != run.config.get(key)]
    if not changed:
        return []
    return [
        f"The config has changed since this run ({', '.join(changed)}): `bakeoff run` brings it up to date."
    ]


def _show(result: GateResult, format_name: str) -> None:
    if format_name == "terminal" and sys.stdout.isatty():
        Console().print(gate_terminal.draw(result), highlight=False)
    else:
        sys.stdout.buffer.write(FORMATS[format_name](result))
        sys.stdout.buffer.flush()
    if os.environ.get("GITHUB_ACTIONS") == "true" and format_name == "terminal":
        for line in commands(result):
            print(line)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(path)) from error
