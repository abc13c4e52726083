"""`bakeoff run --sequential` as a user runs it: python systems that note their calls, killed and resumed."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from command_line.driver import bakeoff, started
from command_line.worlds import CHEAP, write_world

QUESTIONS = 200
BOTS = '''
"""Two systems: `good` is right in 19 of 20 cases, `bad` in 3 of 10. Each call is a line in its file."""
import json, random, time
from pathlib import Path

ROWS = [json.loads(line) for line in Path("questions.jsonl").read_text().splitlines()]
KEY = {row["question"]: row["reference"] for row in ROWS}

def ask(name, share, question):
    time.sleep(PAUSE)
    with open(f"{name}.calls", "a") as file:
        file.write(question + "\\n")
    return KEY[question] if random.Random(f"{name} {question}").random() < share else "No idea."

def good(request):
    return ask("good", 0.95, request.question)

def bad(request):
    return ask("bad", 0.30, request.question)
'''
NOT_WORSE = {"metric": "exact_match", "not_worse_than": "good", "margin": 0.05}
HALF = {"metric": "exact_match", "at_least": 0.5}
QUICK = {"metric": "latency_p95_s", "at_most": 30}


def world(folder: Path, *checks: Any, candidate: str = "bad", pause: float = 0.0, **gate: Any) -> Path:
    systems = {
        name: {"adapter": "python", "kind": "prompt", "target": f"bots:{name}", "capabilities": ["live"]}
        for name in ("good", "bad")
    }
    section = {"candidate": candidate, "checks": list(checks), "sequential": {}, **gate}
    section = {key: value for key, value in section.items() if value is not None}
    limits = {"concurrency": 4}
    write_world(folder, systems, questions=QUESTIONS, gate=section, suites=[CHEAP], limits=limits)
    (folder / "bots.py").write_text(f"PAUSE = {pause}\n{BOTS}")
    return folder


def calls(folder: Path) -> dict[str, list[str]]:
    paths = {name: folder / f"{name}.calls" for name in ("good", "bad")}
    return {name: path.read_text().splitlines() if path.exists() else [] for name, path in paths.items()}


def gate(folder: Path) -> tuple[int, dict[str, Any]]:
    ended = bakeoff("gate", "--json", cwd=folder)
    return ended.returncode, json.loads(ended.stdout)


def test_a_clear_regression_stops_early_and_the_calls_saved_were_not_made(tmp_path: Path) -> None:
    folder = world(tmp_path, NOT_WORSE, QUICK, {"manual": "review"})
    ended = bakeoff("run", "--sequential", "--quiet", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    made = calls(folder)
    assert len(made["good"]) == len(made["bad"]) < QUESTIONS / 2
    taken, saved = len(made["good"]), 2 * (QUESTIONS - len(made["good"]))
    wanted = "exact_match of bad not worse than good by 0.05"
    line = (
        f"decided after {taken} of {QUESTIONS} samples: fail ({wanted}); {saved} answers were not asked for"
    )
    assert line in ended.stderr
    assert line in " ".join(ended.stdout.split())
    code, result = gate(folder)
    assert (code, result["verdict"], result["complete"]) == (1, "fail", True)
    assert [check["state"] for check in result["checks"]] == ["fail", "inconclusive", "inconclusive"]
    assert "waits for all 200 samples" in result["checks"][1]["note"]
    assert any(line in note for note in result["notes"])


def test_a_check_that_has_to_wait_takes_all_samples_and_the_gate_then_passes(tmp_path: Path) -> None:
    folder = world(tmp_path, {"metric": "exact_match", "at_least": 0.85}, QUICK, candidate="good")
    ended = bakeoff("run", "--sequential", "--quiet", cwd=folder)
    assert "not decided before all 200 samples were taken" in ended.stderr
    assert {len(asked) for asked in calls(folder).values()} == {QUESTIONS}
    code, result = gate(folder)
    assert (code, [check["state"] for check in result["checks"]]) == (0, ["pass", "pass"])
    assert [check["method"].partition(",")[0] for check in result["checks"]] == [
        "betting",
        "order statistics",
    ]


@pytest.mark.slow
def test_killed_it_continues_with_the_same_order_and_asks_nothing_twice(tmp_path: Path) -> None:
    folder = world(tmp_path / "killed", HALF, pause=0.1)
    with started("run", "--sequential", "--quiet", cwd=folder) as process:
        deadline = time.monotonic() + 120
        while len(calls(folder)["bad"]) < 45 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    code, result = gate(folder)
    assert not result["complete"]
    assert code in (1, 4)
    ended = bakeoff("run", "--sequential", "--quiet", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    whole = world(tmp_path / "whole", HALF)
    assert bakeoff("run", "--sequential", "--quiet", cwd=whole).returncode == 0
    for name, asked in calls(folder).items():
        assert set(asked) == set(calls(whole)[name])
        assert len(asked) - len(set(asked)) <= 8  # what was out, or on its way to the store, at the kill
    assert gate(folder)[1]["checks"] == gate(whole)[1]["checks"]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"sequential": None}, "so it is declared beforehand; write `sequential: {first: 20, step: 20}`"),
        ({"sequential": {"first": 0}}, "gate.sequential.first"),
        ({"sequential": {"every": 5}}, "gate.sequential.every"),
        ({"sequential": True}, "gate.sequential"),
    ],
    ids=str,
)
def test_what_is_not_declared_is_refused_and_nobody_is_asked(
    tmp_path: Path, section: dict[str, Any], said: str
) -> None:
    folder = world(tmp_path, NOT_WORSE, **section)
    ended = bakeoff("run", "--sequential", cwd=folder)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in " ".join(ended.stderr.split())
    assert calls(folder) == {"good": [], "bad": []}


def test_without_a_gate_there_is_nothing_to_stop_for(tmp_path: Path) -> None:
    folder = world(tmp_path, NOT_WORSE)
    config = json.loads((folder / "bakeoff.yaml").read_text())
    del config["gate"]
    (folder / "bakeoff.yaml").write_text(json.dumps(config))
    ended = bakeoff("run", "--sequential", cwd=folder)
    assert (ended.returncode, "no `gate:` to stop for" in ended.stderr) == (2, True)
