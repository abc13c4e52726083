"""What a framework's exception means: who has to act.

Frameworks wrap what their model client raised, so the whole chain of causes is looked at. Classes are told
by their names, since the clients (openai, anthropic, litellm, httpx, requests, aiohttp) may not be installed.
"""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.adapters.chat_endpoint import retry_after_s
from bakeoff.adapters.python_target import failed
from bakeoff.evals.errors import BakeoffError, InputError, NotHeld, TransportFailure
from bakeoff.evals.records import Failure, Response

TIMED_OUT = frozenset(
    {
        "builtins.TimeoutError",
        "openai.APITimeoutError",
        "anthropic.APITimeoutError",
        "litellm.Timeout",
        "dspy.LMTimeoutError",
        "httpx.TimeoutException",
        "httpx2.TimeoutException",
        "requests.Timeout",
    }
)
BROKEN = frozenset(
    {
        "builtins.ConnectionError",
        "openai.APIConnectionError",
        "anthropic.APIConnectionError",
        "litellm.APIConnectionError",
        "dspy.LMTransportError",
        "httpx.TransportError",
        "httpx2.TransportError",
        "requests.ConnectionError",
        "aiohttp.ClientConnectionError",
    }
)
DENIED = frozenset(
    {
        "openai.AuthenticationError",
        "openai.PermissionDeniedError",
        "anthropic.AuthenticationError",
        "anthropic.PermissionDeniedError",
        "dspy.LMAuthError",
    }
)


def sorted_out(error: BaseException, *, where: str) -> Response:
    """The system's own failure; or TransportFailure or InputError raised, where the model client says so."""
    chain = list(causes(error))
    for cause in chain:
        if isinstance(cause, BakeoffError | TransportFailure | NotHeld):
            raise cause
    for cause in chain:
        reason = f"{type(cause).__name__}: {cause}"
        names = set(_names(cause))
        if names & TIMED_OUT:
            return Response(error=Failure(kind="time_out", message=reason))
        if names & DENIED:
            raise InputError(
                f"the model of this system refuses the key ({reason})",
                where=where,
                todo="mend the credentials that the target's code uses",
            )
        if names & BROKEN:
            raise TransportFailure(reason)
        if _throttled(cause):
            raise TransportFailure(reason, retry_after_s=_retry_after_s(cause))
    return failed(error)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception, what it was raised from, and so on; the members of groups too."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        hidden = one.__cause__ is not None or one.__suppress_context__
        waiting.append(one.__cause__ if hidden else one.__context__)


def _names(error: BaseException) -> Iterator[str]:
    """`package.Class` of the class and its bases: clients move their classes between modules."""
    for kind in type(error).__mro__:
        yield f"{kind.__module__.partition('.')[0]}.{kind.__name__}"


def _throttled(error: BaseException) -> bool:
    status = _status(error)
    return status == 429 or (status == 503 and _retry_after_s(error) is not None)


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        for name in ("status_code", "status"):
            value = getattr(holder, name, None)
            if isinstance(value, int):
                return value
    return None


def _retry_after_s(error: BaseException) -> float | None:
    told = getattr(error, "retry_after", None)
    if isinstance(told, int | float):
        return float(told)
    headers = getattr(getattr(error, "response", None), "headers", None)
    try:
        return retry_after_s({str(name).lower(): str(value) for name, value in dict(headers or {}).items()})
    except (TypeError, ValueError):
        return None
