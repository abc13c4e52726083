"""One load of weights for all the systems that use it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from bakeoff.adapters.huggingface.loading import Load, Loaded, load
from bakeoff.adapters.huggingface.sources import Source
from bakeoff.adapters.huggingface.tuning import tune
from bakeoff.adapters.huggingface.worker import Worker
from bakeoff.evals.model_loading import loading_models

_LOCK = threading.Lock()
_SHARED: dict[Load, Parent] = {}


@dataclass(eq=False)
class Parent:
    """Weights in memory, the adapters put on them, and the one thread that works with them.

    Counted: the last of its users to give it back frees it.
    """

    load: Load
    loaded: Loaded
    worker: Worker = field(default_factory=Worker)
    tuned: dict[Source, Loaded] = field(default_factory=dict)
    users: int = 0

    def under(self, adapter: Source | None, *, where: str) -> Loaded:
        """The model itself, or under an adapter, which is attached at most once."""
        if adapter is None:
            return self.loaded
        with loading_models():
            if adapter not in self.tuned:
                self.tuned[adapter] = tune(self.loaded, adapter, where=where)
            return self.tuned[adapter]

    def give_back(self) -> None:
        """One user less; the last one ends the thread (which may take one token's time) and frees all."""
        with _LOCK:
            self.users -= 1
            if self.users:
                return
            del _SHARED[self.load]
        self.worker.close()
        self.tuned.clear()


def borrow(wanted: Load, *, where: str) -> Parent:
    """The weights, loaded unless another system holds them already; give them back when done."""
    with loading_models():  # so that two threads never load the same
        with _LOCK:
            parent = _SHARED.get(wanted)
            if parent is not None:
                parent.users += 1
                return parent
        parent = Parent(wanted, load(wanted, where=where), users=1)
        with _LOCK:
            _SHARED[wanted] = parent
        return parent
