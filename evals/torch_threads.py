"""How many cores a torch computation takes: one for small ones, which leaves the others to the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache


@contextmanager
def torch_threads(small: bool) -> Iterator[None]:
    """Torch computes with one thread inside where `small`, else with as many as it had at the first call.

    A second thread saves a small computation little, and its waiting takes a whole core from the run's own
    loop. The count is set in both cases, since torch keeps it partly per thread, partly for all: a thread
    that first computed while another had set one would otherwise stay at one.
    """
    import torch

    everyone = _at_first()
    torch.set_num_threads(1 if small else everyone)
    try:
        yield
    finally:
        torch.set_num_threads(everyone)


@lru_cache(maxsize=1)
def _at_first() -> int:
    import torch

    return torch.get_num_threads()
