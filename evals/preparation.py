"""Having a system load and index what it needs, before its first question and outside of any deadline."""

from __future__ import annotations

import asyncio
import contextlib

from bakeoff.evals.errors import TransportFailure
from bakeoff.evals.progress import Progress
from bakeoff.evals.protocols import System

SIGN_OF_LIFE_S = 10.0
"""How often a system that prepares itself is said to be alive: indexing many documents is no standstill."""


async def prepare(system: System, progress: Progress) -> None:
    """Await the system's `prepare`, if it has one.

    A broken way to it is left to the questions, which are retried; everything else that it raises passes.
    """
    own = getattr(system, "prepare", None)
    if own is None:
        return
    async with asyncio.TaskGroup() as group:
        alive = group.create_task(_say_so(system, progress))
        with contextlib.suppress(TransportFailure):
            await own()
        alive.cancel()


async def _say_so(system: System, progress: Progress) -> None:
    while True:
        await asyncio.sleep(SIGN_OF_LIFE_S)
        progress.advance(system.name, 0)
