"""An encoder that answers at once, as the loopback server does: what is left is the software between."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 384
"""As many as all-MiniLM-L6-v2 has."""


class AtOnceEncoder:
    """Vectors made of a hash of the text: deterministic, of unit length, without meaning."""

    name = "at once"
    fingerprint = "benchmark-at-once-1"
    weights: str | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit-length rows, shape (len(texts), 384)."""
        import numpy as np

        raw = b"".join(hashlib.shake_128(text.encode()).digest(DIMENSIONS) for text in texts)
        rows = np.frombuffer(raw, np.uint8).reshape(len(texts), DIMENSIONS).astype(np.float32) + 1.0
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit
