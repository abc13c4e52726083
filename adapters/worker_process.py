"""A subprocess that answers JSON lines: started, asked, watched and ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bakeoff.adapters.answer_mapping import Malformed, excerpt, parse_json
from bakeoff.evals.errors import InputError

LONGEST_LINE = 64 * 2**20
STDERR_KEPT = 2_000
PATIENCE_S = 2.0
"""How long a process may take to end by itself once its input is closed."""


class ProcessDied(Exception):
    """The process ended, or broke the protocol so that it had to be ended; the text says how."""


class WorkerProcess:
    """One process with its requests in flight, by id.

    A request that is given up retires the process: it gets no new ones, may finish the others that it
    has, and is then killed. So a late answer has nobody left to reach, and nobody else's call is lost.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._pending: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._stderr: deque[bytes] = deque()
        self.retired = False
        self._listening = asyncio.create_task(self._listen())
        self._overhearing = asyncio.create_task(self._overhear())

    @classmethod
    async def start(cls, command: Sequence[str], folder: Path) -> WorkerProcess:
        """Start the command in the folder, without a shell, in a process group of its own."""
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=folder,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                limit=LONGEST_LINE,
                start_new_session=True,
            )
        except OSError as error:
            what = f"the command {command[0]!r} does not start: {error.strerror}"
            raise InputError(what, todo="run it by hand in the config's folder") from error
        return cls(process)

    @property
    def ended(self) -> bool:
        """Whether the process is gone and nothing of it is left to free."""
        return self._listening.done() and self._overhearing.done()

    @property
    def load(self) -> int:
        """How many requests are in flight."""
        return len(self._pending)

    async def ask(self, id_: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send one request; the answer's line as a mapping, without its id.

        Raises ProcessDied, or Malformed where the line that had to be the answer is none. When
        cancelled, the process is retired.
        """
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._pending[id_] = answer
        try:
            stdin = self._process.stdin
            assert stdin is not None
            with contextlib.suppress(ConnectionError):  # it died: the listener tells how
                stdin.write(json.dumps({"id": id_, **fields}).encode() + b"\n")
                await stdin.drain()
            return await answer
        except asyncio.CancelledError:
            self.retired = True
            raise
        finally:
            self._pending.pop(id_, None)
            if self.retired and not self._pending:
                self.kill()

    async def close(self) -> None:
        """Let the process end by itself at the end of its input, or kill it; free everything."""
        self.retired = True
        if self._process.stdin is not None and not self._pending:
            self._process.stdin.close()
            await asyncio.wait([self._listening], timeout=PATIENCE_S)
        self.kill()
        # what it started may have left the group and hold the pipes: do not wait for that
        await asyncio.wait([self._listening, self._overhearing], timeout=PATIENCE_S)
        for task in (self._listening, self._overhearing):
            task.cancel()
        await asyncio.gather(self._listening, self._overhearing, return_exceptions=True)

    def kill(self) -> None:
        """End the process and what it started, at once."""
        self.retired = True
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if os.name == "posix":
                    os.killpg(self._process.pid, signal.SIGKILL)
                else:
                    self._process.kill()

    async def _listen(self) -> None:
        """Hand out the lines of stdout until they end."""
        stdout = self._process.stdout
        assert stdout is not None
        end = ""
        while not end:
            try:
                line = await stdout.readline()
            except ValueError:
                end = f"it wrote a line of more than {LONGEST_LINE} bytes"
            else:
                if line:
                    self._receive(line)
                else:
                    self.retired = True
                    end = await self._ending()
        self.kill()
        await self._process.wait()
        await asyncio.wait([self._overhearing], timeout=PATIENCE_S)
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(ProcessDied(f"{end}{self._last_words()}"))

    async def _ending(self) -> str:
        """Why stdout ended."""
        try:
            code = await asyncio.wait_for(self._process.wait(), PATIENCE_S)
        except TimeoutError:
            return "the process closed its output"
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"the process {how} before it answered"

    def _receive(self, line: bytes) -> None:
        try:
            value = parse_json(line)
        except ValueError:
            self._reject(f"wrote a line that is not JSON: {excerpt(line)} (log to stderr, not to stdout)")
            return
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            self._reject(f"wrote a line without the request's id: {excerpt(line)}")
            return
        answer = self._pending.get(value.pop("id"))
        if answer is not None and not answer.done():
            answer.set_result(value)

    def _reject(self, what: str) -> None:
        """A line that belongs to nobody: with one request in flight it is that one's answer, with several
        no one can say whose, so that all fail and the process has to go."""
        waiting = [answer for answer in self._pending.values() if not answer.done()]
        for answer in waiting:
            answer.set_exception(Malformed(what))
        if len(waiting) > 1:
            self.kill()

    async def _overhear(self) -> None:
        """Keep the end of stderr, and keep its pipe from filling up."""
        stderr = self._process.stderr
        assert stderr is not None
        while chunk := await stderr.read(2**16):
            self._stderr.append(chunk[-STDERR_KEPT:])
            while sum(map(len, self._stderr)) - len(self._stderr[0]) >= STDERR_KEPT:
                self._stderr.popleft()

    def _last_words(self) -> str:
        text = b"".join(self._stderr)[-STDERR_KEPT:].decode("utf-8", "replace").strip()
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return f"; the end of its stderr: {' | '.join(lines[-5:])}" if lines else ""
