"""Run the shell steps of a workflow, or of a composite action, as GitHub's runner would, on this machine.

Steps that call other actions are left out, and so is the one that installs: the test's own sources stand for
it. Everything else runs as it is written.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from command_line.driver import LONGEST_S, environment

BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
EQUAL = re.compile(r"(\S+) == '(.*)'")
INSTALL = "Install"


@dataclass
class Ended:
    """What became of the steps: the first exit code that is not 0, what was printed, the job's summary."""

    code: int = 0
    ran: list[str] = field(default_factory=list)
    out: str = ""
    err: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def shim(folder: Path) -> Path:
    """A folder for the PATH in which `bakeoff` and `python` are this checkout's and this interpreter."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, command in (
        ("bakeoff", f'"{sys.executable}" -m bakeoff.cli.app'),
        ("python", f'"{sys.executable}"'),
    ):
        (folder / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (folder / name).chmod(0o755)
    return folder


def run_steps(
    steps: list[dict[str, Any]], context: Mapping[str, str], *, cwd: Path, scratch: Path, **variables: str
) -> Ended:
    """Run the shell steps in order; `context` gives `inputs.x`, `secrets.X` and the like ("" where unset)."""
    ended = Ended()
    known = dict(context)
    path = f"{shim(scratch / 'bin')}:{environment()['PATH']}"
    for number, step in enumerate(steps):
        if "uses" in step or step["name"] == INSTALL or not _applies(step, known, ended):
            continue
        files = {name: scratch / f"{number}.{name}" for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
        for file in files.values():
            file.write_text("")
        own = {name: filled(str(value), known) for name, value in step.get("env", {}).items()}
        process = subprocess.run(
            [*BASH, "-c", filled(step["run"], known)],
            cwd=cwd,
            env=environment(
                **variables, PATH=path, GITHUB_ACTIONS="true", **{k: str(v) for k, v in files.items()}, **own
            ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_S,
            check=False,
        )
        ended.ran.append(step["name"])
        ended.out += process.stdout
        ended.err += process.stderr
        ended.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        for key, value in _outputs(files["GITHUB_OUTPUT"]):
            ended.outputs[key] = known[f"steps.{step.get('id')}.outputs.{key}"] = value
        ended.code = ended.code or process.returncode
    return ended


def filled(text: str, context: Mapping[str, str]) -> str:
    """The text with its expressions replaced; KeyError where one is not known."""
    return EXPRESSION.sub(lambda match: context[match.group(1)], text)


def _applies(step: Mapping[str, Any], context: Mapping[str, str], ended: Ended) -> bool:
    """Whether the runner would start the step: `always()`, comparisons joined by `&&`, else no failure."""
    terms = step["if"].split(" && ") if "if" in step else []
    if "always()" not in terms and ended.code:
        return False
    return all(_holds(term, context) for term in terms if term != "always()")


def _holds(term: str, context: Mapping[str, str]) -> bool:
    match = EQUAL.fullmatch(term)
    assert match is not None, f"this runner does not know the condition {term!r}"
    return context[match.group(1)] == match.group(2)


def _outputs(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        yield name, value
