"""`gate`: may the candidate ship? Reads the store and the committed signatures; asks nobody."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from rich.console import Console

from bakeoff import api, deciding
from bakeoff.assemble import read_config
from bakeoff.cli import step_summary
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.result import GateResult, Policy
from bakeoff.evals.pre_merge import series_name
from bakeoff.reports import gate_json, gate_junit, gate_markdown, gate_summary, gate_terminal
from bakeoff.reports.gate_annotations import commands


@dataclass(frozen=True)
class Shown:
    """A result, and the comparison where Markdown shows it too (`table`)."""

    result: GateResult
    comparison: Comparison | None = None
    table: bool = False


def _markdown(shown: Shown) -> bytes:
    if not shown.table:
        return gate_markdown.render(shown.result).encode()
    return gate_summary.render(shown.result, shown.comparison, limit=gate_summary.COMMENT_LIMIT).encode()


FORMATS: Mapping[str, Callable[[Shown], bytes]] = {
    "terminal": lambda shown: gate_terminal.render(shown.result).encode(),
    "markdown": _markdown,
    "junit": lambda shown: gate_junit.render(shown.result),
    "json": lambda shown: gate_json.render(shown.result),
}
Writers = list[tuple[Path, Callable[[Shown], bytes]]]
SUFFIXES = {".txt": "terminal", ".md": "markdown", ".xml": "junit", ".json": "json"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the command line asked for beside the config."""

    run: str | None = None
    pre_merge: bool = False
    table: bool = False
    candidate: str | None = None
    baseline: str | None = None
    gate: Path | None = None
    baseline_file: Path | None = None
    inconclusive: str | None = None
    format: str = "terminal"
    out: Sequence[Path] = ()


def gate_config(path: Path, request: Request) -> int:
    """Print the checklist of the newest run, or of the named one; the exit code of DESIGN §10."""
    writers = _writers(request)
    config = read_config(path, asks=False)
    result = deciding.gate(
        config,
        run_id=_asked_for(config, request),
        candidate=request.candidate,
        baseline=request.baseline,
        inconclusive=_policy(request.inconclusive),
        gate_file=request.gate,
        baseline_file=request.baseline_file,
    )
    _tell(config, result, request, writers)
    return result.exit_code


def _tell(config: Config, result: GateResult, request: Request, writers: Writers) -> None:
    """Write the files, print the checklist, and publish the summary where a CI wants one."""
    comparison = _comparison(config, result, request)
    shown = Shown(result, comparison, table=request.table)
    for target, writer in writers:
        _write(target, writer(shown))
    _show(shown, request.format)
    if step_summary.is_wanted():
        step_summary.publish(result, comparison)


def accept_run(path: Path, by: str | None, request: Request, *, force: bool) -> int:
    """Print the checklist, and make the candidate's scores the accepted baseline where it passes."""
    writers = _writers(request)
    config = read_config(path, asks=False)
    file, result = deciding.accept(
        config,
        by=by or "",
        force=force,
        run_id=_asked_for(config, request),
        candidate=request.candidate,
        baseline=request.baseline,
        gate_file=request.gate,
        baseline_file=request.baseline_file,
    )
    _tell(config, result, request, writers)
    if file is None:
        print(f"Not accepted: {_told(result)}.", file=sys.stderr)
        return result.exit_code
    print(f"Accepted {result.candidate} of run {result.run}. Commit {file}.", file=sys.stderr)
    return 0


def _told(result: GateResult) -> str:
    if not result.complete:
        return f"run {result.run} is incomplete, and `bakeoff run` continues it"
    return f"the verdict is {result.verdict}, and --force was not given"


def sign_item(path: Path, item: str, by: str | None, note: str, request: Request) -> int:
    """Record that a person signs a manual item, for the candidate as it is in the run."""
    if not by:
        raise InputError("a signature needs a name", where="--sign", todo="add --by NAME")
    file, made = deciding.sign(
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


def _asked_for(config: Config, request: Request) -> str | None:
    """The run's id or name; the name of the config's pre-merge runs where those are meant."""
    if not request.pre_merge:
        return request.run
    if request.run is not None:
        raise InputError("--pre-merge and --run name two runs", todo="give one of them")
    return series_name(config.name)


def _comparison(config: Config, result: GateResult, request: Request) -> Comparison | None:
    """The table behind the gate, where it is shown and anybody was asked."""
    if not result.checks or not (request.table or step_summary.is_wanted()):
        return None
    return api.compare(config, run_id=result.run, baseline=request.baseline)


def _policy(name: str | None) -> Policy | None:
    if name is None or name in get_args(Policy):
        return cast("Policy | None", name)
    known = ", ".join(get_args(Policy))
    raise InputError(f"{name!r} is no policy", where="--inconclusive", todo=f"one of {known}")


def _writers(request: Request) -> Writers:
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


def _show(shown: Shown, format_name: str) -> None:
    result = shown.result
    if format_name == "terminal" and sys.stdout.isatty():
        Console().print(gate_terminal.draw(result), highlight=False)
    else:
        sys.stdout.buffer.write(FORMATS[format_name](shown))
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
