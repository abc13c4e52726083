"""Servers that fail: nothing hangs, no cell is lost, and only the system's own errors are scores."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from command_line.driver import bakeoff
from command_line.views import items, row, table
from command_line.worlds import answer, http_system, question, write_world
from loopback.chat_behaviour import Fault as ChatFault
from loopback.http_server import (
    BROKEN,
    DROP,
    HANG,
    HTML,
    TOO_MANY,
    TRUNCATED_BODY,
    TRUNCATED_JSON,
    UNAVAILABLE,
    AnswerServer,
    Fault,
    status,
    too_many,
    unavailable,
)
from loopback.openai_server import ChatServer
from loopback.ragas_replies import inputs_of, judge_reply

from bakeoff.evals.operations import OUTPUTS

OWN: Mapping[int, tuple[Fault, str]] = {
    0: (HANG, "no answer within 2 s"),
    1: (BROKEN, "HTTP 500"),
    2: (UNAVAILABLE, "HTTP 503"),
    3: (TRUNCATED_JSON, "not JSON"),
    4: (HTML, "not JSON"),
}
"""Faults that are the system's own error, by question, and what is said of them."""

WAY: Mapping[int, Fault] = {
    5: DROP,
    6: TOO_MANY,
    7: too_many("1"),
    8: unavailable("1"),
    9: TRUNCATED_BODY,
}
"""Faults of the way to the system."""

JUDGE_FAULTS = [
    ChatFault("status", 429),
    ChatFault("status", 429, retry_after="1"),
    ChatFault("status", 500),
    ChatFault("drop"),
    ChatFault("hang"),
    ChatFault("html"),
    ChatFault("truncated"),
]

QUESTIONS = 14
TABLE_COLUMNS = len(OUTPUTS) + 2
"""What is measured of every answer, exact match and token F1."""


def world(folder: Path, url: str, **keys: Any) -> Path:
    limits = {"concurrency": 8, "timeout_s": 2, "retries": 1}
    write_world(folder, {"web": http_system(url)}, **{"questions": QUESTIONS, "limits": limits, **keys})
    return folder


def one_line(stderr: str) -> str:
    """The only line of an error's output."""
    lines = stderr.splitlines()
    assert len(lines) == 1, stderr
    return lines[0]


def test_every_fault_of_a_system_ends_in_the_right_cell_and_healing_asks_only_for_the_open_ones(
    tmp_path: Path,
) -> None:
    with AnswerServer(answer) as server:
        folder = world(tmp_path, server.url)
        for i, fault in [(i, fault) for i, (fault, _) in OWN.items()] + list(WAY.items()):
            server.play_for(question(i), fault)
        start = time.monotonic()
        first = bakeoff("run", "--quiet", cwd=folder)
        assert time.monotonic() - start < 60
        assert first.returncode == 4
        line = one_line(first.stderr)
        assert line.startswith(f"bakeoff: the run is incomplete: {len(WAY)} answers of web (")
        assert line.endswith("run the same command again to fill them")
        times = [server.times_asked(question(i)) for i in range(QUESTIONS)]
        # its own error is an answer and is not asked for again; a broken way is tried once more
        assert times == [1] * len(OWN) + [2] * len(WAY) + [1] * (QUESTIONS - len(OWN) - len(WAY))
        check_cells(folder, open_cells=len(WAY))

        server.heal()
        asked = len(server.requests)
        second = bakeoff("run", "--quiet", cwd=folder)
        assert (second.returncode, second.stderr) == (0, "")
        again = [request.body["question"] for request in server.requests[asked:]]
        assert sorted(again) == sorted(question(i) for i in WAY)
        check_cells(folder, open_cells=0)


def check_cells(folder: Path, *, open_cells: int) -> None:
    """Own errors score the worst and are counted; open cells have no row at all, and are told."""
    comparison = table(folder)
    answered = QUESTIONS - open_cells
    # every cell of the table: an answer that is not there leaves all of its row's columns open
    assert comparison["run"]["open_cells"] == open_cells * TABLE_COLUMNS
    failures = row(comparison, "failure_rate")["cells"]["web"]
    assert failures["n"] == answered
    assert failures["mean"] == len(OWN) / answered
    counted = {"scored": answered, "open": open_cells}
    assert failures["statuses"] == {name: n for name, n in counted.items() if n}
    matches = row(comparison, "exact_match")["cells"]["web"]
    assert matches["statuses"]["system_failed"] == len(OWN)
    assert matches["statuses"].get("open", 0) == open_cells
    assert matches["n"] == answered
    told = {(item["sample"], item["metric"]): item for item in items(folder)}
    for i, (_, reason) in OWN.items():
        score = told[f"s{i}", "exact_match"]
        assert (score["status"], score["value"]) == ("system_failed", 0.0)
        assert reason in score["reason"]
        assert told[f"s{i}", "latency_s"]["value"] is None
    for i in WAY:
        assert ((f"s{i}", "exact_match") in told) == (open_cells == 0)


def test_what_was_throttled_for_a_while_is_answered_and_its_wait_is_no_latency(tmp_path: Path) -> None:
    with AnswerServer(answer) as server:
        folder = world(tmp_path, server.url, questions=3)
        server.play(too_many("1"), DROP, unavailable("1"))
        start = time.monotonic()
        assert bakeoff("run", "--quiet", cwd=folder).returncode == 0
        assert time.monotonic() - start >= 1
        assert len(server.requests) == 6
    latency = [item["value"] for item in items(folder) if item["metric"] == "latency_s"]
    assert len(latency) == 3
    assert max(latency) < 0.9


def test_a_system_that_is_away_leaves_all_of_its_cells_open(tmp_path: Path) -> None:
    with AnswerServer(answer) as gone, AnswerServer(answer) as server:
        url = gone.url
    with server:
        systems = {"away": http_system(url), "here": http_system(server.url)}
        limits = {"concurrency": 4, "retries": 0}
        write_world(tmp_path, systems, questions=30, limits=limits)
        ended = bakeoff("run", "--json", "--quiet", cwd=tmp_path)
    assert ended.returncode == 4
    line = one_line(ended.stderr)
    assert "30 answers of away (no connection to " in line
    assert "here" not in line
    comparison = json.loads(ended.stdout)
    for metric in comparison["metrics"]:
        assert metric["cells"]["away"]["mean"] is None
        assert metric["cells"]["away"]["n"] == 0
    assert row(comparison, "exact_match")["cells"]["here"]["n"] == 30


def test_a_wrong_key_is_the_users_to_mend_and_nothing_is_scored(tmp_path: Path) -> None:
    with AnswerServer(answer) as server:
        folder = world(tmp_path, server.url)
        server.play(status(401, '{"error": "who are you?"}'), times=1000)
        ended = bakeoff("run", "--quiet", cwd=folder)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "systems.web: HTTP 401" in one_line(ended.stderr)
        assert len(server.requests) <= 8
        server.heal()
        assert bakeoff("run", "--quiet", cwd=folder).returncode == 0


def judged(folder: Path, answers: AnswerServer, judge: ChatServer, questions: int) -> Path:
    options = {"kind": "openai", "model": "m", "base_url": judge.base_url, "api_key": "sk-none"}
    suites = [{"ragas": {"metrics": ["faithfulness"]}}]
    judging = {**options, "retries": 0, "timeout_s": 2}
    return world(folder, answers.url, questions=questions, suites=suites, judge=judging)


def test_a_judge_that_is_throttled_or_away_leaves_scores_open_and_the_answers_stand(tmp_path: Path) -> None:
    """The first call about each of the first answers fails, each in another way."""
    with AnswerServer(answer) as answers, ChatServer(reply=judge_reply) as judge:
        folder = judged(tmp_path, answers, judge, len(JUDGE_FAULTS) + 1)
        judge.faults.extend(JUDGE_FAULTS)
        broken = bakeoff("run", "--quiet", "--json", cwd=folder)
        assert broken.returncode == 4
        line = one_line(broken.stderr)
        assert f"incomplete: {len(JUDGE_FAULTS)} scores of ragas.faithfulness (" in line
        cell = row(json.loads(broken.stdout), "faithfulness")["cells"]["web"]
        assert cell["n"] == 1
        assert cell["statuses"] == {"open": len(JUDGE_FAULTS), "scored": 1}
        healed = bakeoff("run", "--quiet", "--json", cwd=folder)
        assert (healed.returncode, healed.stderr) == (0, "")
        assert len(answers.requests) == len(JUDGE_FAULTS) + 1
        # the one answer that was scored took two calls and is not judged again
        assert judge.count == len(JUDGE_FAULTS) + 2 + 2 * len(JUDGE_FAULTS)
    cell = row(json.loads(healed.stdout), "faithfulness")["cells"]["web"]
    assert cell["statuses"] == {"scored": len(JUDGE_FAULTS) + 1}


def test_a_judge_that_talks_nonsense_of_some_answers_fails_just_these(tmp_path: Path) -> None:
    """Two of six answers; they are left out, bounded by coverage, and asked about again next time."""
    sane = False

    def reply(prompt: str) -> str:
        inputs = inputs_of(prompt) if "Now perform" in prompt else {}
        odd = not inputs or any(f"number {i}" in str(inputs.get("question")) for i in (1, 4))
        return judge_reply(prompt) if sane or not odd else "As a language model, I like them all."

    with AnswerServer(answer) as answers, ChatServer(reply=reply) as judge:
        folder = judged(tmp_path, answers, judge, 6)
        first = bakeoff("run", "--quiet", cwd=folder)
        assert (first.returncode, first.stderr) == (0, "")
        cell = row(table(folder), "faithfulness")["cells"]["web"]
        assert cell["statuses"] == {"judge_failed": 2, "scored": 4}
        assert cell["n"] == 4
        assert cell["coverage"] == 4 / 6
        failed = [item for item in items(folder) if item["status"] == "judge_failed"]
        assert [(item["sample"], item["value"]) for item in failed] == [("s1", None), ("s4", None)]
        assert all("no usable verdict" in item["reason"] for item in failed)
        sane, asked = True, judge.count
        assert bakeoff("run", "--quiet", cwd=folder).returncode == 0
        assert judge.count == asked + 4  # two answers, in two steps each
    assert row(table(folder), "faithfulness")["cells"]["web"]["statuses"] == {"scored": 6}
