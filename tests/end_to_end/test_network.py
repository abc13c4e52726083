"""No socket is opened to anything but what the config names; every other is refused here, and told.

The caller's environment helps in nothing: the variables that switch telemetry off, or forbid the hub, are
taken out of it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from command_line import guard
from command_line.driver import python
from command_line.views import row, table
from command_line.worlds import answer, http_system, write_world
from loopback.http_server import AnswerServer
from loopback.openai_server import ChatServer
from loopback.ragas_replies import judge_reply

Tried = list[list[str]]


def guarded(
    *command: str, cwd: Path, allowed: Sequence[tuple[str, int]] = ()
) -> tuple[subprocess.CompletedProcess[str], Tried]:
    """A command under guard, and the [event, host, port] of every socket that it tried to use."""
    report = cwd / "sockets.jsonl"
    report.write_text("")
    ended = python(str(guard.__file__), json.dumps(allowed), str(report), *command, cwd=cwd)
    return ended, [json.loads(line) for line in report.read_text().splitlines()]


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def test_a_run_speaks_with_the_systems_of_its_config_alone(tmp_path: Path) -> None:
    """Offline judge, embedded encoder, both suites whole: the system's port, and nothing else."""
    with AnswerServer(answer) as server:
        write_world(tmp_path, {"web": http_system(server.url)}, questions=3, suites=["ragas", "reference"])
        host, port = address(server.url)
        ended, tried = guarded("run", cwd=tmp_path, allowed=[(host, port)])
        assert ended.returncode == 0, ended.stderr
        assert len(server.requests) == 3
    contacted = {(name, where) for event, name, where in tried if event == "socket.connect"}
    assert contacted == {(host, str(port))}
    assert {tuple(entry[1:]) for entry in tried} == {(host, str(port))}
    comparison = table(tmp_path)
    for metric in ("faithfulness", "answer_relevancy", "context_recall", "bertscore_f1", "exact_match"):
        assert row(comparison, metric)["cells"]["web"]["n"] == 3


def test_a_judge_of_the_config_is_spoken_with_and_its_vendor_is_not(tmp_path: Path) -> None:
    with AnswerServer(answer) as server, ChatServer(reply=judge_reply) as chat:
        judge = {"kind": "openai", "model": "gpt-4o-mini", "base_url": chat.base_url, "api_key": "sk-none"}
        suites = [{"ragas": {"metrics": ["faithfulness"]}}]
        write_world(tmp_path, {"web": http_system(server.url)}, questions=2, suites=suites, judge=judge)
        both = [address(server.url), address(chat.base_url)]
        ended, tried = guarded("run", cwd=tmp_path, allowed=both)
        assert ended.returncode == 0, ended.stderr
    assert {tuple(entry[1:]) for entry in tried} == {(host, str(port)) for host, port in both}


@pytest.mark.slow
def test_the_demo_opens_no_socket_at_all(tmp_path: Path) -> None:
    ended, tried = guarded("demo", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "support-demo" in ended.stdout
    assert tried == []


def test_reports_open_no_socket(tmp_path: Path) -> None:
    with AnswerServer(answer) as server:
        write_world(tmp_path, {"web": http_system(server.url)}, questions=2)
        ended, _ = guarded("run", "--quiet", cwd=tmp_path, allowed=[address(server.url)])
        assert ended.returncode == 0, ended.stderr
    ended, tried = guarded("report", "--format", "markdown", cwd=tmp_path)
    assert (ended.returncode, tried) == (0, [])


def test_the_guard_refuses_and_tells_what_is_not_named(tmp_path: Path) -> None:
    """The same run with an empty list: the system cannot be reached, and that it was tried is known."""
    with AnswerServer(answer) as server:
        limits = {"retries": 0}
        write_world(tmp_path, {"web": http_system(server.url)}, questions=2, limits=limits)
        ended, tried = guarded("run", "--quiet", cwd=tmp_path)
        assert ended.returncode == 4
        assert not server.requests
        assert {tuple(entry[1:]) for entry in tried} == {(name, str(p)) for name, p in [address(server.url)]}
