"""What starting costs: help at once, and no heavy library before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line.driver import COMMAND, bakeoff, environment, python

HELP_S = 0.3
HEAVY = ("torch", "ragas", "matplotlib", "transformers", "pandas", "ray", "sklearn", "datasets", "bert_score")
CORE = (
    "bakeoff",
    "bakeoff.cli.app",
    "bakeoff.assemble",
    "bakeoff.evals.runner",
    "bakeoff.evals.comparison_builder",
    "bakeoff.evals.config",
    "bakeoff.evals.conformance",
    "bakeoff.evals.datasets",
    "bakeoff.evals.statistics",
)
COMMANDS = ("init", "run", "report", "compare", "gate", "doctor", "demo")


def seconds(command: Sequence[str], folder: Path, times: int = 5) -> list[float]:
    """Wall-clock seconds of that many calls."""
    measured = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL)
        measured.append(time.perf_counter() - start)
    return measured


def test_help_comes_at_once(tmp_path: Path) -> None:
    """The best of five: what the command takes, not what else the machine is doing."""
    measured = seconds((*COMMAND, "--help"), tmp_path)
    if min(measured) >= HELP_S:  # a machine under load deserves a second try
        measured += seconds((*COMMAND, "--help"), tmp_path, times=10)
    assert min(measured) < HELP_S, measured


def loaded(modules: Sequence[str], folder: Path) -> set[str]:
    """The heavy libraries among what importing these brings in."""
    code = f"import sys, json\nimport {', '.join(modules)}\nprint(json.dumps(sorted(sys.modules)))"
    printed = python("-c", code, cwd=folder)
    assert printed.returncode == 0, printed.stderr
    return {name.partition(".")[0] for name in json.loads(printed.stdout)} & set(HEAVY)


def test_the_core_imports_nothing_heavy(tmp_path: Path) -> None:
    assert loaded(CORE, tmp_path) == set()


def test_the_check_sees_what_is_loaded(tmp_path: Path) -> None:
    assert "pandas" in loaded(["pandas"], tmp_path)


def test_the_command_line_alone_loads_next_to_nothing(tmp_path: Path) -> None:
    """Neither arrays nor a database nor models of records stand between a user and the help."""
    code = (
        "import sys, bakeoff.cli.app; print(sorted({'numpy', 'sqlalchemy', 'pydantic'} & set(sys.modules)))"
    )
    printed = python("-c", code, cwd=tmp_path)
    assert (printed.stdout, printed.returncode) == ("[]\n", 0)


def test_import_of_bakeoff_is_lazy_in_itself(tmp_path: Path) -> None:
    code = "import sys, bakeoff; print(sorted(m for m in sys.modules if m.startswith('bakeoff.evals')))"
    assert python("-c", code, cwd=tmp_path).stdout == "[]\n"


def test_the_help_lists_every_command(tmp_path: Path) -> None:
    printed = bakeoff("--help", cwd=tmp_path, COLUMNS="100")
    assert printed.returncode == 0
    listed = [line.strip("│ ").split()[0] for line in printed.stdout.splitlines() if line.strip("│ ")]
    assert set(COMMANDS) <= set(listed)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str, tmp_path: Path) -> None:
    printed = bakeoff(command, "--help", cwd=tmp_path, COLUMNS="100")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert f"Example: bakeoff {command}" in printed.stdout
    assert "\x1b" not in printed.stdout


def test_the_script_and_the_module_are_the_same_program(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("bakeoff")
    answers = [
        subprocess.run(
            [*command, "--version"], cwd=tmp_path, env=environment(), capture_output=True, check=True
        )
        for command in ([script], COMMAND, [sys.executable, "-m", "bakeoff"])
    ]
    assert len({answer.stdout for answer in answers}) == 1
    assert answers[0].stdout.startswith(b"bakeoff ")
