"""What an endpoint's errors mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bakeoff.adapters.chat_dialect import blamed
from bakeoff.adapters.chat_endpoint import Endpoint, Refused, error_fields, retry_after_s
from bakeoff.evals.errors import InputError, TransportFailure

ENDPOINT = Endpoint("http://127.0.0.1:1/v1", "m", SecretStr("sk-key-123"), "judge")


@given(st.text() | st.floats().map(str) | st.integers().map(str))
def test_any_retry_after_is_seconds_or_nothing(value: str) -> None:
    seconds = retry_after_s({"retry-after": value})
    assert seconds is None or 0 <= seconds < float("inf")


def test_a_date_is_counted_from_now() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert retry_after_s({"retry-after": later}) == pytest.approx(90, abs=3)
    assert retry_after_s({}) is None


@given(st.binary() | st.text().map(str.encode), st.integers(400, 599))
def test_any_error_body_is_one_sorted_exception(raw: bytes, status: int) -> None:
    failure = ENDPOINT.failure(status, {}, raw + b" sk-key-123")
    wanted = InputError if status in (401, 403, 404) else TransportFailure if status == 429 else Refused
    assert type(failure) is wanted
    assert "sk-key-123" not in str(failure)


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        (b'{"error": {"message": "no", "code": "c", "param": "p"}}', ("no", "c", "p")),
        (b'{"error": "no"}', ("no", None, None)),
        (b'{"object": "error", "message": "no", "code": 404}', ("no", None, None)),
        (b'{"detail": "no"}', ("no", None, None)),
        (b"<h1>no</h1>", ("<h1>no</h1>", None, None)),
        (b"", ("no message", None, None)),
    ],
)
def test_the_forms_in_which_servers_word_errors(
    raw: bytes, fields: tuple[str, str | None, str | None]
) -> None:
    assert error_fields(raw) == fields


SENT = {"model": "m", "temperature": 0.0, "seed": 1, "max_tokens": 5, "stream_options": {}}


@pytest.mark.parametrize(
    ("status", "param", "code", "body", "expected"),
    [
        (400, "max_tokens", "unsupported_parameter", "Use 'max_completion_tokens' instead.", "max_tokens"),
        (400, "temperature", "unsupported_value", "Only the default (1) is supported.", "temperature"),
        (
            422,
            None,
            None,
            '{"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}',
            "seed",
        ),
        (400, None, None, "Unrecognized request argument supplied: stream_options", "stream_options"),
        (400, None, None, "unsupported: seed (temperature is fine)", "seed"),
        (400, "top_p", "unsupported_parameter", "not supported", None),  # it was not sent
        (400, "temperature", "decimal_above_max_value", "must be at most 2", None),
        (500, "temperature", "unsupported_value", "", None),
        (400, None, None, "the maximum context length is 10 tokens", None),
    ],
)
def test_which_parameter_a_refusal_blames(
    status: int, param: str | None, code: str | None, body: str, expected: str | None
) -> None:
    assert blamed(Refused(status, body, code=code, param=param, body=body), SENT) == expected
