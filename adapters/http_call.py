"""One HTTP call: the reply whole, or a `TransportFailure`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import JsonValue

from bakeoff.adapters.answer_mapping import well_formed
from bakeoff.evals.errors import InputError, TransportFailure

if TYPE_CHECKING:
    import aiohttp

LARGEST_BODY = 64 * 2**20


@dataclass(frozen=True)
class Reply:
    """A whole HTTP reply."""

    url: str
    status: int
    body: bytes
    retry_after: str | None = None

    def retry_after_s(self) -> float | None:
        """Seconds that Retry-After asks for, given as a number or as a date; None where unreadable."""
        value = (self.retry_after or "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        aware = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (aware - datetime.now(UTC)).total_seconds())


async def call(session: aiohttp.ClientSession, method: str, url: str, payload: JsonValue) -> Reply:
    """Send one request and read its reply, without retry and without following redirects.

    Raises TransportFailure where the connection is refused or breaks before the body's end, and
    InputError for a certificate that does not verify or an address that is none.
    """
    import aiohttp

    content: dict[str, Any] = {"params": _parameters(payload)} if method == "GET" else {"json": payload}
    try:
        async with session.request(method, url, allow_redirects=False, **content) as response:
            body = await _read(response)
            return Reply(url, response.status, body, response.headers.get("Retry-After"))
    except aiohttp.InvalidURL:
        raise InputError(f"{shown_url(url)} is no address") from None
    except aiohttp.ClientConnectorCertificateError as error:
        raise InputError(f"{shown_url(url)} has a certificate that does not verify") from error
    except aiohttp.ClientConnectorError as error:
        reason = error.os_error.strerror or type(error.os_error).__name__
        raise TransportFailure(f"no connection to {shown_url(url)}: {reason}") from error
    except (aiohttp.ClientError, OSError) as error:
        # not the error's own text: it may hold the address with its query
        raise TransportFailure(
            f"the connection to {shown_url(url)} broke ({type(error).__name__})"
        ) from error


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            response.close()
            break  # cut, it is no JSON any more, and is told as malformed
    return bytes(body)


def _parameters(payload: JsonValue) -> list[tuple[str, str]]:
    """Query parameters: lists repeat their key, null is left out, what is nested goes as JSON."""
    pairs = []
    for key, value in payload.items() if isinstance(payload, Mapping) else ():
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                text = item if isinstance(item, str) else json.dumps(item)
                pairs.append((key, well_formed(text)))
    return pairs


def shown_url(url: str) -> str:
    """The address as messages may show it: scheme, host, port and path.

    >>> shown_url("http://localhost:8080/ask?api_key=abc")
    'http://localhost:8080/ask'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def checked_url(url: str, *, where: str) -> str:
    """The address itself, or an InputError where it is none or holds a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InputError(f"is no address: {error}", where=where) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        given = shown_url(url) if "@" in url else url.partition("?")[0]
        raise InputError(
            f"{given!r} is no address", where=where, todo="write http://host:port/path or https://…"
        )
    if parts.username or parts.password:
        raise InputError(
            "holds a user name or password",
            where=where,
            todo='send it as a header: `headers: {Authorization: "Basic ${NAME}"}`',
        )
    return url
