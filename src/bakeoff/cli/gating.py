"""`gate`: may the candidate ship? Reads the store and the committed signatures; asks nobody."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bakeoff.assemble import read_config
from bakeoff.cli import step_summary
from bakeoff.deciding import decide, find_run, gate_of
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import read_evidence
from bakeoff.evals.gate.result import GateResult
from bakeoff.evals.gate.signoffs import FILE, add_signoff, signed
from bakeoff.evals.pre_merge import series_name
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store, open_store
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
SUFFIXES = {".txt": "terminal", ".md": "markdown", ".xml": "junit", ".json": "json"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the command line asked for beside the config."""

    run: str | None = None
    pre_merge: bool = False
    table: bool = False
    candidate: str | None = None
    baseline: str | None = None
    inconclusive: str | None = None
    format: str = "terminal"
    out: Sequence[Path] = ()


def gate_config(path: Path, request: Request) -> int:
    """Print the checklist of the newest run, or of the named one; the exit code of DESIGN §10."""
    writers = _writers(request)
    config = read_config(path, asks=False)
    gate = gate_of(config, request.inconclusive)
    store = open_store(config.store, create=False)
    try:
        run = find_run(store, config, _asked_for(config, request))
        result = decide(store, run, config, gate, candidate=request.candidate, baseline=request.baseline)
        comparison = _comparison(store, run, request)
    finally:
        store.close()
    shown = Shown(result, comparison, table=request.table)
    for target, writer in writers:
        _write(target, writer(shown))
    _show(shown, request.format)
    if step_summary.is_wanted():
        step_summary.publish(result, comparison)
    return result.exit_code


def sign_item(path: Path, item: str, by: str | None, note: str, request: Request) -> int:
    """Record that a person signs a manual item, for the candidate as it is in the run."""
    if not by:
        raise InputError("a signature needs a name", where="--sign", todo="add --by NAME")
    config = read_config(path, asks=False)
    gate = gate_of(config)
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


def _asked_for(config: Config, request: Request) -> str | None:
    """The run's id or name; the name of the config's pre-merge runs where those are meant."""
    if not request.pre_merge:
        return request.run
    if request.run is not None:
        raise InputError("--pre-merge and --run name two runs", todo="give one of them")
    return series_name(config.name)


def _comparison(store: Store, run: RunRecord, request: Request) -> Comparison | None:
    """The table behind the gate, where it is shown and the run has any sample."""
    if not run.header.samples or not (request.table or step_summary.is_wanted()):
        return None
    return compare_run(store, run, baseline=request.baseline)


def _writers(request: Request) -> list[tuple[Path, Callable[[Shown], bytes]]]:
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
