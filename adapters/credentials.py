"""Telling credentials from settings, so that no fingerprint, message or stored record holds one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from pydantic import JsonValue, SecretStr

_CREDENTIAL = re.compile(
    r"auth(?!ors?($|[^a-z]))|cookie|token(?!iz)|secret|passw|credential|signature|api[-_]?key|(^|[-_])(key|sig|pwd)($|[-_])",
    re.IGNORECASE,
)

SHORTEST = 4
"""Shorter texts are not masked: they occur in any message by chance, and are no secret worth the name."""


def names_credential(name: str) -> bool:
    """Whether a header, parameter or key of that name holds a credential.

    >>> [names_credential(name) for name in ("X-Api-Key", "Authorization", "author", "model")]
    [True, True, False, False]
    """
    return _CREDENTIAL.search(name) is not None


def without_credentials(value: JsonValue) -> JsonValue:
    """The JSON value less the texts under names of credentials (numbers stay: `max_tokens: 256`)."""
    if isinstance(value, Mapping):
        return {
            key: without_credentials(item)
            for key, item in value.items()
            if not (isinstance(item, str) and names_credential(key))
        }
    return [without_credentials(item) for item in value] if isinstance(value, list) else value


def query_of(url: str) -> list[JsonValue]:
    """The query parameters of an address in order, as mappings of one name to its value."""
    return [{name: value} for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)]


def texts_to_mask(url: str, body: JsonValue, headers: Mapping[str, SecretStr]) -> tuple[str, ...]:
    """Texts that no message may show: credentials in the address and the body, and every header value."""
    texts = {*_credentials(query_of(url)), *_credentials(body)}
    for value in headers.values():
        plain = value.get_secret_value()
        texts |= {plain, *plain.split()}  # "Bearer abc" is told as "abc", too
    return tuple(sorted((text for text in texts if len(text) >= SHORTEST), key=len, reverse=True))


def _credentials(value: JsonValue) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, str) and names_credential(key):
                yield item
            else:
                yield from _credentials(item)
    elif isinstance(value, list):
        for item in value:
            yield from _credentials(item)
