"""One question to one system, bounded in time: whatever the system does wrong is part of its response."""

from __future__ import annotations

import asyncio
import time

from bakeoff.evals.errors import BakeoffError, NotHeld, TransportFailure
from bakeoff.evals.protocols import Likelihoods, System
from bakeoff.evals.records import Capability, Failure, Request, Response


async def bounded_answer(system: System, request: Request, timeout_s: float) -> Response:
    """One attempt. Whatever the system does wrong becomes a `Failure`; only the kernel's own signals pass."""
    start = time.perf_counter()
    try:
        async with asyncio.timeout(timeout_s) as scope:
            response = await _answer(system, request)
    except (BakeoffError, TransportFailure, NotHeld):
        raise
    except Exception as error:
        if scope.expired():
            return Response(error=Failure(kind="time_out", message=f"no answer within {timeout_s:g} s"))
        return Response(error=Failure(kind="error", message=f"{type(error).__name__}: {error}"))
    if response.timing.total_s is None and Capability.LIVE in system.capabilities:
        timing = response.timing.model_copy(update={"total_s": time.perf_counter() - start})
        return response.model_copy(update={"timing": timing})
    return response


async def _answer(system: System, request: Request) -> Response:
    """The system's answer, or, where the request names continuations, how probable it finds them."""
    if not request.continuations:
        return await system.answer(request)
    if not isinstance(system, Likelihoods):
        raise TypeError("the system claims logprobs and has no log_likelihoods")
    found = await system.log_likelihoods(request, request.continuations)
    if len(found) != len(request.continuations):
        raise ValueError(f"{len(found)} likelihoods for {len(request.continuations)} continuations")
    best = max(range(len(found)), key=lambda i: found[i].log_probability)
    return Response(text=request.continuations[best], likelihoods=tuple(found))
