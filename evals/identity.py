"""Content hashes: the one way in which anything gets a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

KEY_SCHEME = 1
"""Version of the key scheme; a store written under another version recomputes instead of mixing."""


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text on every platform.

    Raises ValueError on NaN and infinities, TypeError on what JSON cannot say.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Any) -> str:
    """128-bit hex digest of a JSON value."""
    # surrogatepass: a lone surrogate in scraped text is still content, and must not end a run.
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def digest_all(parts: Iterable[str]) -> str:
    """128-bit hex digest of texts in their order, taken as they come.

    >>> digest_all(["ab", "c"]) == digest_all(["a", "bc"])
    False
    """
    state = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass")
        state.update(len(content).to_bytes(8, "big") + content)
    return state.hexdigest()[:32]


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
