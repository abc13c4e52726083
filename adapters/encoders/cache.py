"""A cache that forgets what was used longest ago."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """Holds values up to a total size, in the unit of `size`. Not thread-safe: its owner locks."""

    def __init__(self, limit: int, size: Callable[[V], int]) -> None:
        self.limit, self.held = limit, 0
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: K, value: V) -> None:
        """Keep a value; older ones go until all fit. One that is larger than the limit is not kept."""
        if key in self._values:
            self.held -= self._size(self._values.pop(key))
        self._values[key] = value
        self.held += self._size(value)
        while self.held > self.limit:
            self.held -= self._size(self._values.popitem(last=False)[1])

    def __len__(self) -> int:
        return len(self._values)
