"""Progress on stderr: bars with rate and time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from bakeoff.evals.progress import Progress as ProgressProtocol
from bakeoff.evals.progress import Silent

PLAIN_EVERY_S = 10.0


def progress_for(stream: TextIO, *, quiet: bool) -> ProgressProtocol:
    """Bars for a terminal, plain lines for a file or pipe, nothing when quiet."""
    if quiet:
        return Silent()
    return Bars(stream) if stream.isatty() else PlainLines(stream)


class _Rate(ProgressColumn):
    """Cells per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s")


class Bars:
    """One bar per line of the stage."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream)
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._failed: dict[str, int] = {}

    def begin(self, stage: str, totals: Mapping[str, int | None]) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),  # names of sweeps look like mark-up
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=self._console,
        )
        self._failed = {}
        self._tasks = {
            line: self._progress.add_task(f"{stage} {line}", total=total, note="")
            for line, total in totals.items()
        }
        self._progress.start()

    def advance(self, line: str, count: int = 1, *, failed: bool = False) -> None:
        if self._progress is None or line not in self._tasks:
            return
        if failed:
            self._failed[line] = self._failed.get(line, 0) + count
            self._progress.update(self._tasks[line], note=f"{self._failed[line]} open")
        self._progress.advance(self._tasks[line], count)

    def end(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


class PlainLines:
    """A line per stage and every ten seconds: how far, how fast, how long still."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""
        self._totals: Mapping[str, int | None] = {}
        self._done: dict[str, int] = {}
        self._open = 0
        self._started = self._printed = time.monotonic()

    def begin(self, stage: str, totals: Mapping[str, int | None]) -> None:
        self._stage, self._totals, self._open = stage, totals, 0
        self._done = dict.fromkeys(totals, 0)
        self._started = self._printed = time.monotonic()

    def advance(self, line: str, count: int = 1, *, failed: bool = False) -> None:
        self._done[line] = self._done.get(line, 0) + count
        self._open += count if failed else 0
        if time.monotonic() - self._printed >= PLAIN_EVERY_S:
            self._print()

    def end(self) -> None:
        self._print()

    def _print(self) -> None:
        self._printed = time.monotonic()
        elapsed = self._printed - self._started
        known = {line: total for line, total in self._totals.items() if total is not None}
        done, total = sum(self._done[line] for line in known), sum(known.values())
        rate = done / elapsed if elapsed > 0 else 0.0
        left = f", {(total - done) / rate:.0f} s left" if rate and done < total else ""
        also = "".join(f", {self._done[line]} {line}" for line in self._totals if line not in known)
        still_open = f", {self._open} left open" if self._open else ""
        print(
            f"{self._stage}: {done} of {total} in {elapsed:.1f} s ({rate:.1f}/s{left}){also}{still_open}",
            file=self._stream,
            flush=True,
        )
