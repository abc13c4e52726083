"""`gate`: may the candidate ship? Reads the store and the committed signatures; asks nobody."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from rich.console import Console

from bakeoff import api
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.result import GateResult, Policy
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
    gate: Path | None = None
    inconclusive: str | None = None
    format: str = "terminal"
    out: Sequence[Path] = ()


def gate_config(path: Path, request: Request) -> int:
    """Print the checklist of the newest run, or of the named one; the exit code of DESIGN §10."""
    writers = _writers(request)
    result = api.gate(
        path,
        run_id=request.run,
        candidate=request.candidate,
        baseline=request.baseline,
        inconclusive=_policy(request.inconclusive),
        gate_file=request.gate,
    )
    for target, writer in writers:
        _write(target, writer(result))
    _show(result, request.format)
    return result.exit_code


def sign_item(path: Path, item: str, by: str | None, note: str, request: Request) -> int:
    """Record that a person signs a manual item, for the candidate as it is in the run."""
    if not by:
        raise InputError("a signature needs a name", where="--sign", todo="add --by NAME")
    file, made = api.sign(
        path,
        item,
        by,
        note=note,
        run_id=request.run,
        candidate=request.candidate,
        gate_file=request.gate,
    )
    print(
        f"Signed {item!r} for {made.candidate} ({made.fingerprint[:12]}) as {by}. "
        f"Commit {file}; another state of {made.candidate} needs another signature."
    )
    return 0


def _policy(name: str | None) -> Policy | None:
    if name is None or name in get_args(Policy):
        return cast("Policy | None", name)
    known = ", ".join(get_args(Policy))
    raise InputError(f"{name!r} is no policy", where="--inconclusive", todo=f"one of {known}")


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
