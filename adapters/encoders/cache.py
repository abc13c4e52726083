"""What was encoded last, kept within bounds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")


class EncodingCache(Generic[V]):
    """Encodings by text, up to a total size in the unit of `size`; those used longest ago go first.

    Safe to share by threads: one computes at a time, and the others find its results.
    """

    def __init__(self, limit: int, size: Callable[[V], int] = lambda _: 1) -> None:
        self.limit, self.held = limit, 0
        self._size = size
        self._lock = threading.Lock()
        self._values: OrderedDict[str, V] = OrderedDict()

    def fetch(self, texts: Sequence[str], compute: Callable[[list[str]], Sequence[V]]) -> list[V]:
        """The encoding of each text, in order; `compute` gets the distinct unknown ones, all at once."""
        with self._lock:
            found = {text: self._values[text] for text in texts if text in self._values}
            missing = [text for text in dict.fromkeys(texts) if text not in found]
            computed = dict(zip(missing, compute(missing), strict=True)) if missing else {}
            for text in found:
                self._values.move_to_end(text)
            for text, value in computed.items():
                self._keep(text, value)
        found.update(computed)
        return [found[text] for text in texts]

    def _keep(self, text: str, value: V) -> None:
        self._values[text] = value
        self.held += self._size(value)
        while self.held > self.limit:
            self.held -= self._size(self._values.popitem(last=False)[1])

    def __len__(self) -> int:
        return len(self._values)
