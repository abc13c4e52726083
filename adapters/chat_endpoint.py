"""Where a model is reached, and what it says there when it does not answer, sorted by who has to act."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_core import from_json, to_json

from bakeoff.evals.errors import InputError, TransportFailure

OPENAI_URL = "https://api.openai.com/v1"
PATH = "/chat/completions"
SHOWN = 300
"""Characters of a server's error message that are shown."""


class Refused(Exception):
    """The endpoint answered with an error of its own: HTTP `status`, and what it said.

    `code` and `param` are OpenAI's fields for programs; `body` is all that it sent.
    """

    def __init__(
        self, status: int, message: str, *, code: str | None = None, param: str | None = None, body: str = ""
    ) -> None:
        super().__init__(f"HTTP {status}: {message}")
        self.status, self.code, self.param, self.body = status, code, param, body


class Garbled(Exception):
    """The endpoint answered 200 with something that is no chat completion."""


def check_base_url(url: str) -> str:
    """The URL without its trailing slash; ValueError for one that no chat endpoint can have."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http:// or https:// address")
    if parts.username or parts.password:
        raise ValueError("must not hold a password; put the key into api_key")
    if parts.path.rstrip("/").endswith(PATH):
        raise ValueError(f"leave off {PATH}; a base URL usually ends in /v1")
    return url.rstrip("/")


def check_key(key: SecretStr | None, base_url: str, *, where: str) -> SecretStr | None:
    """The key without surrounding spaces; InputError, which never shows it, for one that cannot be sent."""
    value = key.get_secret_value().strip() if key else ""
    if not value and base_url == OPENAI_URL:
        raise InputError("api_key is missing", where=where, todo="write api_key: ${OPENAI_API_KEY}")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise InputError("api_key holds characters that no key has", where=where, todo="copy the key again")
    return SecretStr(value) if value else None


@dataclass(frozen=True)
class Endpoint:
    """A model at a base URL. `where` is the config key that errors name."""

    base_url: str
    model: str
    api_key: SecretStr | None
    where: str

    def clean(self, text: str) -> str:
        """A server's words on one line, shortened, and without the key, which some servers echo."""
        key = self.api_key.get_secret_value() if self.api_key else ""
        words = " ".join((text.replace(key, "***") if key else text).split())
        return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"

    def failure(self, status: int, headers: Mapping[str, str], raw: bytes) -> Exception:
        """The exception that an HTTP error means.

        429, and 503 with Retry-After: `TransportFailure`. 401, 403, 404 and redirects: `InputError`.
        All others: `Refused`.
        """
        message, code, param = error_fields(raw)
        text = self.clean(message)
        if status == 429 or (status == 503 and "retry-after" in headers):
            reason = f"{self.base_url} is throttling (HTTP {status}): {text}"
            return TransportFailure(reason, retry_after_s=retry_after_s(headers))
        if status in (401, 403, 404) or 300 <= status < 400:
            return self._input_error(status, text, headers.get("location", ""))
        return Refused(status, text, code=code, param=param, body=raw.decode("utf-8", "replace"))

    def _input_error(self, status: int, text: str, location: str) -> InputError:
        asked = f"model {self.model!r} at {self.base_url}"
        if status == 401:
            what, todo = "the API key is missing or wrong", "set api_key, for example to ${OPENAI_API_KEY}"
        elif status == 403:
            what, todo = "the API key has no access", "allow it at the provider, or name another model"
        elif status == 404:
            what, todo = (
                "there is no such model or address",
                "check model and base_url (it usually ends in /v1)",
            )
        else:
            what, todo = "the server redirects, which is not followed", f"set base_url to match {location!r}"
        return InputError(f"{what}: {asked} answered HTTP {status} ({text})", where=self.where, todo=todo)


def error_fields(raw: bytes) -> tuple[str, str | None, str | None]:
    """Message, code and parameter of an error body: OpenAI's form, FastAPI's, or the bare text."""
    try:
        body: Any = from_json(raw)
    except ValueError:
        return raw[: 10 * SHOWN].decode("utf-8", "replace") or "no message", None, None
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return str(error), None, None
    message = error.get("message") or error.get("detail") or error
    code, param = error.get("code"), error.get("param")
    text = message if isinstance(message, str) else to_json(message).decode()
    return text, code if isinstance(code, str) else None, param if isinstance(param, str) else None


def embedded_status(payload: Mapping[str, Any]) -> int | None:
    """The HTTP status of an error that came inside a 200 answer (as gateways do), or None."""
    error = payload.get("error")
    if not error:
        return None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and 400 <= code < 600 else 500


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait: Retry-After as a number or a date (RFC 9110, §10.2.3).

    >>> retry_after_s({"retry-after": "1.5"})
    1.5
    """
    value = headers.get("retry-after", "")
    with contextlib.suppress(ValueError):
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, IndexError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
