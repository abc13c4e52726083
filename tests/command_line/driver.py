"""Drive the real command line: every call is a process of its own, as a user's is.

bakeoff("run", cwd=folder)                      # wait for it: exit code, stdout, stderr
with started("run", cwd=folder) as process: …   # look at it, or kill it, while it runs
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).resolve().parents[2] / "src"
COMMAND = (sys.executable, "-m", "bakeoff.cli.app")
LONGEST_S = 300.0

CALLERS_OWN = re.compile(
    r"HF_|HUGGINGFACE|TRANSFORMERS_|RAGAS_|OPENAI_|DO_NOT_TRACK|NO_COLOR|.*_COLOR$|COLUMNS|LINES|TERM"
    r"|.*_PROXY$|PYTHON(WARNINGS|STARTUP|INSPECT)",
    re.IGNORECASE,
)
"""Variables that change what these programs do: a test that wants one names it."""


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without `CALLERS_OWN`, with our sources on the path, and `extra`."""
    plain = {name: value for name, value in os.environ.items() if not CALLERS_OWN.match(name)}
    return {**plain, "PYTHONPATH": str(SOURCES), "PYTHONUTF8": "1", **extra}


def bakeoff(*arguments: str, cwd: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """One whole call, its standard output and error read through pipes."""
    return python(*COMMAND[1:], *arguments, cwd=cwd, **extra)


def python(*arguments: str, cwd: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """A whole run of this interpreter in that environment."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment(**extra),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST_S,
        check=False,
    )


@contextmanager
def started(*arguments: str, cwd: Path, **extra: str) -> Iterator[subprocess.Popen[Any]]:
    """A call under way; it is killed, if it still runs, when the block ends. Its output is dropped."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
