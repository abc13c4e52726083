"""Runs a piece of Python in a process of its own, with limits.

A guard against accidents (endless loops, floods of memory or output, a stray `rm`), not against an
attacker: the code runs as the same user on the same kernel and can read what that user can read. Run
the family `code` in a container where the systems under test are not trusted.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.evals.errors import InputError

MEMORY_BYTES = 512 * 2**20
FILE_BYTES = 2**20
PROGRAM = Path(__file__).with_name("sandbox_program.py")


@dataclass(frozen=True)
class Outcome:
    """What each call returned, as JSON gives it back; `error` instead, where the code did not get there."""

    returned: tuple[Any, ...] = ()
    error: str | None = None


def call(code: str, function: str, arguments: Sequence[Sequence[Any]], *, wall_s: float = 5.0) -> Outcome:
    """Define `function` by running `code`, then call it once for each list of arguments.

    In an empty temporary folder, by `python -I -S` with an empty environment. Limits: CPU `wall_s`
    rounded up, memory 512 MiB, each file 1 MiB, no further process, no socket, no writing outside the
    folder; after `wall_s` seconds the whole process group is killed. Raises InputError on Windows.
    """
    if sys.platform == "win32":
        raise InputError(
            "code can be run with limits on POSIX only", where="forgetting", todo="leave out `code`"
        )
    task = {"code": code, "function": function, "arguments": arguments, "cpu_s": int(-(-wall_s // 1))}
    limits = {"memory_bytes": MEMORY_BYTES, "file_bytes": FILE_BYTES}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile() as result,
    ):
        status = _run(json.dumps(task | limits), Path(folder), result.fileno(), wall_s)
        result.seek(0)
        return _outcome(result.read(FILE_BYTES + 1), status, len(arguments))


def _run(task: str, folder: Path, result: int, wall_s: float) -> int | None:
    """The exit status, None after a time-out; no process of the group is left when it returns."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=result,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={},
        start_new_session=True,
        text=True,
    )
    try:
        process.communicate(task, timeout=wall_s)
        return process.returncode
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _outcome(written: bytes, status: int | None, calls: int) -> Outcome:
    if status is None:
        return Outcome(error="out of time")
    if status < 0:
        return Outcome(error=f"killed by {signal.Signals(-status).name}")
    try:
        said = json.loads(written)
        returned, error = tuple(said["returned"]), said["error"]
    except (ValueError, KeyError, TypeError):
        return Outcome(error=f"ended with status {status} and no result")
    if error is None and len(returned) != calls:
        return Outcome(error="ended before its last call")
    return Outcome(returned, error)
