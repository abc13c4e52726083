"""Sorting a framework's exceptions by who has to act."""

from __future__ import annotations

import asyncio

import httpx
import openai
import pytest

from bakeoff.adapters.frameworks.failures import causes, sorted_out
from bakeoff.evals.errors import InputError, NotHeld, TransportFailure

REQUEST = httpx.Request("POST", "http://127.0.0.1:9/v1/chat/completions")


def status(code: int, **headers: str) -> openai.APIStatusError:
    kinds = {401: openai.AuthenticationError, 403: openai.PermissionDeniedError, 429: openai.RateLimitError}
    response = httpx.Response(code, headers=headers, request=REQUEST)
    kind = kinds.get(code, openai.APIStatusError)
    return kind(f"the server said {code}", response=response, body=None)  # type: ignore[arg-type]


def wrapped(cause: BaseException) -> Exception:
    """As a framework raises it: from the client's error, and from another in between."""
    try:
        try:
            raise KeyError("component") from cause
        except KeyError as error:
            raise RuntimeError("component 'llm' failed") from error
    except RuntimeError as outer:
        return outer


@pytest.mark.parametrize(
    "cause",
    [
        openai.APIConnectionError(request=REQUEST),  # type: ignore[arg-type]
        httpx.ConnectError("refused"),
        ConnectionResetError("by peer"),
        status(429),
        status(503, **{"Retry-After": "2"}),
    ],
    ids=str,
)
def test_a_broken_or_throttled_way_is_no_answer(cause: BaseException) -> None:
    with pytest.raises(TransportFailure):
        sorted_out(wrapped(cause), where="systems.s")


def test_the_wait_that_a_server_asks_for_is_kept() -> None:
    with pytest.raises(TransportFailure) as caught:
        sorted_out(wrapped(status(429, **{"Retry-After": "2.5"})), where="systems.s")
    assert caught.value.retry_after_s == 2.5


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_key_is_the_configs_fault(code: int) -> None:
    with pytest.raises(InputError, match=r"systems\.s: the model of this system refuses the key"):
        sorted_out(wrapped(status(code)), where="systems.s")


@pytest.mark.parametrize(
    "cause",
    [openai.APITimeoutError(request=REQUEST), httpx.ReadTimeout("slow"), TimeoutError()],  # type: ignore[arg-type]
    ids=repr,
)
def test_the_models_time_out_is_the_systems(cause: BaseException) -> None:
    error = sorted_out(wrapped(cause), where="systems.s").error
    assert error is not None
    assert error.kind == "time_out"


@pytest.mark.parametrize(
    "cause", [status(500), status(503), status(400), ValueError("no such tool")], ids=str
)
def test_all_else_is_the_systems_own_failure(cause: BaseException) -> None:
    error = sorted_out(wrapped(cause), where="systems.s").error
    assert error is not None
    assert (error.kind, error.message) == ("error", "RuntimeError: component 'llm' failed")


@pytest.mark.parametrize("signal", [NotHeld("not this"), TransportFailure("dead"), InputError("bad")])
def test_bakeoffs_own_signals_pass_through_the_framework(signal: Exception) -> None:
    with pytest.raises(type(signal)):
        sorted_out(wrapped(signal), where="systems.s")


def test_a_group_is_looked_into_and_a_circle_ends() -> None:
    inner = ConnectionError("refused")
    group = ExceptionGroup("tasks failed", [ValueError("a"), inner])
    inner.__context__ = group
    assert next(causes(group)) is group
    with pytest.raises(TransportFailure):
        sorted_out(group, where="systems.s")


def test_what_from_none_hides_is_not_a_cause() -> None:
    def fall_back() -> None:
        try:
            raise ConnectionError("the first model is down")
        except ConnectionError:
            raise ValueError("the second model answers nonsense") from None

    with pytest.raises(ValueError, match="nonsense") as caught:
        fall_back()
    assert sorted_out(caught.value, where="systems.s").error is not None


def test_a_cancellation_of_the_frameworks_own_is_its_failure() -> None:
    assert sorted_out(asyncio.CancelledError(), where="systems.s").error is not None
