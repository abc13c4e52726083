"""Resume: killed at ten random moments and started again, a run ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from command_line.driver import bakeoff, started
from command_line.views import items, table, untimed, without_time
from command_line.worlds import answer, http_system, write_world
from loopback.http_server import AnswerServer
from loopback.openai_server import ChatServer
from loopback.ragas_replies import judge_reply

KILLS = 10
QUESTIONS, CONCURRENCY, LATENCY_S = 250, 8, 0.15  # more than ten kills let through, however fast the machine
JUDGED = 60
SETTLED_S = 1.0
"""An answer that was out for so long is stored, however loaded the machine is."""

Key = str


@dataclass
class Ledger:
    """Answers after a while, and notes by a monotonic clock when each request came and was answered."""

    asked: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    answered: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, body: Mapping[str, Any]) -> dict[str, Any]:
        key = json.dumps(body, sort_keys=True)
        with self.lock:
            self.asked[key].append(time.monotonic())
            self.in_flight += 1
        time.sleep(LATENCY_S)
        with self.lock:
            self.answered[key].append(time.monotonic())
            self.in_flight -= 1
        return {**answer(body), "key": key}

    @property
    def count(self) -> int:
        with self.lock:
            return sum(len(times) for times in self.asked.values())

    def wait_until_idle(self) -> None:
        while self.in_flight:
            time.sleep(0.01)


def world(folder: Path, url: str, *, questions: int = QUESTIONS, **keys: Any) -> Path:
    systems = {
        "short": http_system(url, request={"question": "{question}"}),
        "long": http_system(url, request={"question": "{question}", "style": "long"}, kind="hybrid"),
    }
    limits = {"concurrency": CONCURRENCY, "timeout_s": 30, "retries": 0}
    write_world(folder, systems, questions=questions, limits=limits, **keys)
    return folder


def kept(folder: Path, tab: str) -> int:
    """How many rows of a table the store holds; 0 where there is no store yet."""
    path = folder / ".bakeoff" / "runs.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [tab]).fetchone():
            return 0
        return int(connection.execute(f"SELECT count(*) FROM {tab}").fetchone()[0])


def kill_at_random(process: subprocess.Popen[Any], rng: random.Random, progress: Iterator[int]) -> bool:
    """SIGKILL after a random number of requests, or a random while without; False if it ended before."""
    enough, longest_s, more_s = rng.randint(1, 30), rng.uniform(0.5, 6.0), rng.uniform(0.0, 2 * LATENCY_S)
    start, first = time.monotonic(), next(progress)
    while time.monotonic() - start < longest_s and next(progress) - first < enough:
        if process.poll() is not None:
            return False
        time.sleep(0.005)
    time.sleep(more_s)
    if process.poll() is not None:
        return False
    os.kill(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def counting(ledger: Ledger) -> Iterator[int]:
    while True:
        yield ledger.count


def seed() -> int:
    """A new seed each time; BAKEOFF_TEST_SEED repeats one."""
    return int(os.environ.get("BAKEOFF_TEST_SEED", random.SystemRandom().randrange(2**32)))


def unsettled(times: tuple[list[float], list[float]], kills: list[float]) -> bool:
    """Whether, before each repeated request, the answer was not yet safely out when a kill came."""
    asked, answered = times
    pairs = zip(asked, answered, asked[1:], strict=False)
    return all(any(sent - SETTLED_S < k and first < k < again for k in kills) for first, sent, again in pairs)


def test_a_run_killed_ten_times_ends_as_one_never_killed(tmp_path: Path) -> None:
    number = seed()
    print(f"BAKEOFF_TEST_SEED={number}")  # pytest shows it when the test fails
    rng = random.Random(number)
    ledger, lost = Ledger(), 0
    kills: list[float] = []
    with AnswerServer(ledger) as server:
        killed = world(tmp_path / "killed", server.url)
        attempts = 0
        while len(kills) < KILLS:
            attempts += 1
            assert attempts <= 3 * KILLS, "the process ended before the kill, again and again"
            asked_before, kept_before = ledger.count, kept(killed, "responses")
            with started("run", "--quiet", cwd=killed) as process:
                if not kill_at_random(process, rng, counting(ledger)):
                    continue
            kills.append(time.monotonic())
            ledger.wait_until_idle()
            lost_now = ledger.count - asked_before - (kept(killed, "responses") - kept_before)
            # each of the two systems has at most that many calls out
            assert 0 <= lost_now <= 2 * CONCURRENCY
            lost += lost_now
        last = bakeoff("run", "--quiet", cwd=killed)
        assert last.returncode == 0, last.stderr
        assert len(ledger.asked) == 2 * QUESTIONS
        assert ledger.count == 2 * QUESTIONS + lost
        for key, asked in ledger.asked.items():
            assert unsettled((asked, ledger.answered[key]), kills), key
        whole = world(tmp_path / "whole", server.url)
        assert bakeoff("run", "--quiet", cwd=whole).returncode == 0
    assert without_time(table(killed)) == without_time(table(whole))
    assert untimed(items(killed)) == untimed(items(whole))


@pytest.mark.slow
def test_a_judge_is_asked_nothing_twice_but_what_was_in_flight(tmp_path: Path) -> None:
    """The same while scoring: the answers are there, and ragas' verdicts come from a counting judge."""
    number = seed()
    print(f"BAKEOFF_TEST_SEED={number}")
    rng = random.Random(number)
    suites = ["ragas"]
    kills: list[float] = []
    said: dict[str, list[float]] = defaultdict(list)

    def reply(prompt: str) -> str:
        said[prompt].append(time.monotonic())
        return judge_reply(prompt)

    with AnswerServer(answer) as answers, ChatServer(reply=reply, latency_s=0.1) as server:
        judge = {"kind": "openai", "model": "counting", "base_url": server.base_url, "api_key": "sk-none"}
        killed = world(tmp_path / "killed", answers.url, questions=JUDGED, suites=suites, judge=judge)
        attempts = lost = 0
        while len(kills) < KILLS:
            attempts += 1
            assert attempts <= 4 * KILLS, "the process ended before the kill, again and again"
            asked_before, kept_before = server.count, kept(killed, "judgements")
            with started("run", "--quiet", cwd=killed) as process:
                if not _kill_while_judging(process, rng, server):
                    continue
            kills.append(time.monotonic())
            time.sleep(0.3)  # what was in flight arrives, and is counted
            lost_now = server.count - asked_before - (kept(killed, "judgements") - kept_before)
            assert 0 <= lost_now <= CONCURRENCY
            lost += lost_now
        last = bakeoff("run", "--quiet", cwd=killed)
        assert last.returncode == 0, last.stderr
        distinct = kept(killed, "judgements")
        assert len(server.log.digests) == distinct
        assert server.count == distinct + lost
        for prompt, times in said.items():
            asked = [answered - SETTLED_S for answered in times]  # at the earliest
            assert unsettled((asked, times), kills), prompt
        assert len(answers.requests) <= 2 * JUDGED + KILLS * 2 * CONCURRENCY
        whole = world(tmp_path / "whole", answers.url, questions=JUDGED, suites=suites, judge=judge)
        assert bakeoff("run", "--quiet", cwd=whole).returncode == 0
        assert server.count == 2 * distinct + lost
    assert without_time(table(killed)) == without_time(table(whole))
    assert untimed(items(killed)) == untimed(items(whole))


def _kill_while_judging(process: subprocess.Popen[Any], rng: random.Random, server: ChatServer) -> bool:
    """SIGKILL at a random moment after the judge was first asked; False if the process ended before."""
    first, enough = server.count, rng.randint(1, 100)
    while server.count - first < enough:
        if process.poll() is not None:
            return False
        time.sleep(0.005)
    time.sleep(rng.uniform(0.0, 0.2))
    if process.poll() is not None:
        return False
    os.kill(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL
