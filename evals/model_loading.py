"""Loading models: one thread at a time, whichever plug-in asks."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.RLock()


@contextmanager
def loading_models() -> Iterator[None]:
    """Hold this around the first import of transformers and around loading a model.

    transformers puts another module in its own place at the end of its import, so that a thread which
    imports it meanwhile gets the half-made one (`cannot import name 'AutoTokenizer'`); and while it loads
    a model it changes torch's defaults for all threads.
    """
    # Torch's threads wait for each other by spinning, which slows short sentences ten times where another
    # process wants the cores too. OpenMP reads this once, when torch is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    with _LOCK:
        yield
