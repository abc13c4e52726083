"""One thread per loaded model, which takes waiting jobs in batches."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

LINGER_S = 0.002
"""How long a batch waits to fill: an event loop hands over what was asked at once well within that."""


class Closed(Exception):
    """The system was closed before the answer was there."""


@dataclass(eq=False)
class Job:
    """Work on one request. Jobs with equal `group` may be done together, at most `limit` of them;
    `do` takes their payloads and gives the results in order. `abandoned` ones are not worth finishing.
    """

    group: Hashable
    limit: int
    payload: Any
    do: Callable[[Sequence[Job]], Sequence[Any]]
    future: Future[Any] = field(default_factory=Future)
    abandoned: bool = False

    def abandon(self) -> None:
        """Nobody waits any more: not begun it never runs, begun it ends at its next token."""
        self.abandoned = True
        self.future.cancel()

    def is_abandoned(self) -> bool:
        return self.abandoned


class Worker:
    """Runs jobs first come, first served, in batches; its thread starts with the first job."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._working: Sequence[Job] = ()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, job: Job) -> None:
        with self._changed:
            if self._closed:
                raise Closed("the model was closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bakeoff-huggingface", daemon=True)
                self._thread.start()
            self._waiting.append(job)
            self._changed.notify()

    def close(self) -> None:
        """End the thread, after the token that it is at; what waits is abandoned. May be called twice."""
        with self._changed:
            self._closed = True
            for job in (*self._waiting, *self._working):
                job.abandon()
            self._waiting.clear()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while batch := self._next_batch():
            work(batch)
            self._working = ()

    def _next_batch(self) -> list[Job]:
        """The first job that waits, with others of its group; empty when closed."""
        with self._changed:
            while not self._closed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                self._linger()
                batch = self._take()
                if batch:
                    self._working = batch
                    return batch
        return []

    def _linger(self) -> None:
        deadline = time.monotonic() + LINGER_S
        while self._waiting and len(self._waiting) < self._waiting[0].limit and not self._closed:
            if not self._changed.wait(deadline - time.monotonic()):
                return

    def _take(self) -> list[Job]:
        batch: list[Job] = []
        others: list[Job] = []
        for job in self._waiting:
            if batch and (job.group != batch[0].group or len(batch) >= batch[0].limit):
                others.append(job)
            elif job.future.set_running_or_notify_cancel():
                batch.append(job)
        self._waiting = deque(others)
        return batch


def work(batch: Sequence[Job]) -> None:
    """Do the jobs of one group; where all together fail, each alone, so that none fails for another."""
    try:
        results = batch[0].do(batch)
    except Exception as error:
        if len(batch) > 1:
            for job in batch:
                work([job])
        else:
            batch[0].future.set_exception(error)
        return
    for job, result in zip(batch, results, strict=True):
        if job.abandoned:
            job.future.set_exception(Closed("nobody waits for this answer any more"))
        else:
            job.future.set_result(result)
