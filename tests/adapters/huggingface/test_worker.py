"""Batches, what may share one, and what becomes of work that nobody waits for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import Any

import pytest

from bakeoff.adapters.huggingface.worker import Closed, Job, Worker


class Desk:
    """Does jobs by doubling their payload; the first batch waits until `open` is set."""

    def __init__(self) -> None:
        self.worker = Worker()
        self.batches: list[list[Any]] = []
        self.begun, self.open = threading.Event(), threading.Event()

    def do(self, jobs: Sequence[Job]) -> list[Any]:
        self.batches.append([job.payload for job in jobs])
        self.begun.set()
        assert self.open.wait(10)
        if any(job.payload == "bad" for job in jobs):
            raise ValueError("bad work")
        return [job.payload * 2 for job in jobs]

    def hand(self, payload: Any, group: object = "g", limit: int = 4) -> Job:
        job = Job(group, limit, payload, self.do)
        self.worker.submit(job)
        return job

    def blocked(self) -> Job:
        """A job at work, so that what comes next has to wait."""
        job = self.hand(0, limit=1)
        assert self.begun.wait(10)
        return job


@pytest.fixture
def desk() -> Any:
    made = Desk()
    yield made
    made.open.set()
    made.worker.close()


def test_waiting_jobs_of_a_group_share_batches_up_to_the_limit(desk: Desk) -> None:
    first = desk.blocked()
    jobs = [desk.hand(number) for number in range(1, 7)]
    desk.open.set()
    assert [job.future.result(10) for job in (first, *jobs)] == [0, 2, 4, 6, 8, 10, 12]
    assert desk.batches == [[0], [1, 2, 3, 4], [5, 6]]


def test_groups_do_not_mix_and_the_longest_waiting_goes_first(desk: Desk) -> None:
    desk.blocked()
    jobs = [desk.hand(number, group=number % 2) for number in range(1, 6)]
    desk.open.set()
    assert [job.future.result(10) for job in jobs] == [2, 4, 6, 8, 10]
    assert desk.batches == [[0], [1, 3, 5], [2, 4]]


def test_what_is_asked_at_once_goes_together_even_when_idle(desk: Desk) -> None:
    desk.open.set()
    jobs = [desk.hand(number) for number in range(4)]
    assert [job.future.result(10) for job in jobs] == [0, 2, 4, 6]
    assert len(desk.batches) < 4


def test_one_bad_job_fails_alone(desk: Desk) -> None:
    desk.blocked()
    good, bad, other = desk.hand(1), desk.hand("bad"), desk.hand(3)
    desk.open.set()
    assert (good.future.result(10), other.future.result(10)) == (2, 6)
    with pytest.raises(ValueError, match="bad work"):
        bad.future.result(10)


def test_a_waiting_job_that_is_abandoned_never_runs(desk: Desk) -> None:
    desk.blocked()
    gone, kept = desk.hand(1), desk.hand(2)
    gone.abandon()
    desk.open.set()
    assert kept.future.result(10) == 4
    assert desk.batches == [[0], [2]]
    with pytest.raises(CancelledError):
        gone.future.result(0)


def test_a_job_abandoned_at_work_costs_its_company_nothing(desk: Desk) -> None:
    first = desk.blocked()
    first.abandon()
    assert first.is_abandoned()
    desk.open.set()
    with pytest.raises(Closed):
        first.future.result(10)
    assert desk.hand(5).future.result(10) == 10


def test_closing_abandons_what_waits_and_takes_no_more(desk: Desk) -> None:
    working = desk.blocked()
    waiting = desk.hand(1)
    closer = threading.Thread(target=desk.worker.close)
    closer.start()
    with pytest.raises(CancelledError):
        waiting.future.result(10)
    desk.open.set()
    closer.join(10)
    assert not closer.is_alive()
    with pytest.raises(Closed):
        working.future.result(10)
    with pytest.raises(Closed):
        desk.hand(2)
    desk.worker.close()


def test_closing_a_worker_that_never_worked_is_fine() -> None:
    worker = Worker()
    worker.close()
    worker.close()
