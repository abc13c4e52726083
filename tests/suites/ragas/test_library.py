"""Nothing of ragas is loaded early; nothing of it calls home, writes a file or keeps a thread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bakeoff
from bakeoff.suites.ragas import library

SOURCE = Path(bakeoff.__path__[0]).parent
HELPERS = Path(__file__).parents[2]


def run(code: str, home: Path, **environment: str) -> str:
    """Standard output of a fresh interpreter with an empty home folder."""
    paths = os.pathsep.join(map(str, [SOURCE, HELPERS]))
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("RAGAS", "XDG"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**plain, "HOME": str(home), "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_suite_is_built_without_importing_ragas(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from bakeoff.evals.plugins import Wiring
from bakeoff.suites.ragas.suite import PLUGIN, Options
suite = PLUGIN.build(Options(), Wiring(folder=Path(), encoder=lambda: None))
print(len([metric.fingerprint for metric in suite.metrics]))
print(sorted({"ragas", "langchain_core", "openai", "instructor", "torch"} & set(sys.modules)))
"""
    assert run(code, tmp_path).split("\n")[:2] == ["6", "[]"]


SCORE = """
import asyncio, os, sys, threading, time

reached = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg"):
        reached.append((event, arguments[1:]))
sys.addaudithook(watch)

from loopback.golden_answers import golden_answers
from loopback.scripted_judge import ScriptedJudge, WordEncoder
from pathlib import Path
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Tools
from bakeoff.suites.ragas.suite import PLUGIN, Options
suite = PLUGIN.build(Options(), Wiring(folder=Path(), encoder=lambda: None))
for metric in suite.metrics:
    scores = asyncio.run(metric.score(golden_answers(), Tools(ScriptedJudge(), WordEncoder())))
    assert all(scores), metric.name
time.sleep(1.5)
print("threads", [t.name for t in threading.enumerate() if "_flush_loop" in t.name])
print("sockets", reached)
from ragas._analytics import do_not_track
print("off", do_not_track(), os.environ["RAGAS_DO_NOT_TRACK"])
"""


@pytest.mark.parametrize("before", ["", "import ragas; ragas._analytics.do_not_track()\n"])
def test_scoring_opens_no_socket_and_leaves_no_thread_or_file(tmp_path: Path, before: str) -> None:
    out = run(before + SCORE, tmp_path, RAGAS_DO_NOT_TRACK="false")
    assert out.split("\n")[:3] == ["threads []", "sockets []", "off True true"]
    assert [path for path in tmp_path.rglob("*") if "ragas" in path.name.lower()] == []


def test_sources_are_told_apart_by_content() -> None:
    folders = ("faithfulness", "answer_relevancy", "context_precision", "context_recall")
    digests = {library.source_digest(folder) for folder in (*folders, "factual_correctness")}
    assert len(digests) == 5
