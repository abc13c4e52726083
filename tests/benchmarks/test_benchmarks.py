"""The benchmarks run from the checkout, and judge rightly; how fast we are is for `nox -s bench`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_identical_prompts_reach_the_server_once() -> None:
    done = python("-m", "benchmarks", "--quick", "--only", "asked_once")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASS") == 5
    assert "all 5 targets met" in done.stdout


def test_the_examples_in_the_docstrings_hold() -> None:
    code = """
import doctest, importlib
for name in ("checks", "throughput"):
    failed, tried = doctest.testmod(importlib.import_module(f"benchmarks.{name}"))
    assert tried and not failed, name
"""
    done = python("-c", code)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_missed_target_fails_the_command() -> None:
    code = """
from benchmarks.checks import Check, exit_code
met, missed = Check("m", 1.0, "exactly", 1.0), Check("n", float("nan"), "at most", 1.0)
print(exit_code([met]), exit_code([met, missed]), exit_code([]))
"""
    assert python("-c", code).stdout.split() == ["0", "1", "1"]
