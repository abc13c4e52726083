"""Telling how far a run is, and noticing when it no longer moves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Protocol

from bakeoff.evals.errors import RunIncomplete


class Progress(Protocol):
    """What the runner tells whoever draws the bars."""

    def begin(self, stage: str, totals: Mapping[str, int | None]) -> None:
        """A stage starts: how many cells each of its lines has, None where nobody knows."""
        ...

    def advance(self, line: str, count: int = 1, *, failed: bool = False) -> None:
        """Cells of a line are done, or given up (`failed`)."""
        ...

    def end(self) -> None:
        """The stage is over."""
        ...


class Silent:
    """Draws nothing."""

    def begin(self, stage: str, totals: Mapping[str, int | None]) -> None: ...

    def advance(self, line: str, count: int = 1, *, failed: bool = False) -> None: ...

    def end(self) -> None: ...


class Heartbeat:
    """Passes progress on and remembers when anything last happened."""

    def __init__(self, inner: Progress) -> None:
        self._inner = inner
        self._last = time.monotonic()

    def beat(self) -> None:
        self._last = time.monotonic()

    def begin(self, stage: str, totals: Mapping[str, int | None]) -> None:
        self.beat()
        self._inner.begin(stage, totals)

    def advance(self, line: str, count: int = 1, *, failed: bool = False) -> None:
        self.beat()
        self._inner.advance(line, count, failed=failed)

    def end(self) -> None:
        self.beat()
        self._inner.end()

    async def watch(self, stall_s: float) -> None:
        """Raise RunIncomplete once nothing has happened for `stall_s` seconds."""
        while (idle := time.monotonic() - self._last) < stall_s:
            await asyncio.sleep(min(stall_s - idle, 5.0) + 0.01)
        raise RunIncomplete(
            f"nothing moved for {stall_s:g} s; what was done is stored; "
            "run the same command again to continue, or raise limits.stall_s"
        )
