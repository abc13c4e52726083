"""Pre-merge runs, the offline judge and the step summary as the command line has them, in this process."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line.worlds import CHEAP, question, reference, write_world

from bakeoff.cli.app import main

N = 60
SYSTEMS = {
    "old": {"adapter": "recorded", "kind": "prompt", "path": "old.jsonl"},
    "new": {"adapter": "recorded", "kind": "rag", "path": "new.jsonl"},
}
CHECK = {"metric": "exact_match", "not_worse_than": "baseline", "margin": 0.06}
GATE = {"candidate": "new", "checks": [CHECK]}
TOUCHES = {"reference": ["bot.py"]}
PAID = {"kind": "openai", "model": "gpt", "api_key": "${NO_SUCH_KEY}"}


class World:
    """A folder with a config, outside any repository; `bakeoff` called as its console script calls it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._patch, self._capture = folder, patch, capture
        self.out = self.err = ""
        for name in ("old", "new"):
            rows = [{"question": question(i), "answer": reference(i)} for i in range(N)]
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.write()

    def write(self, **keys: Any) -> None:
        keys = {"suites": [CHEAP], "gate": GATE, "touches": TOUCHES, **keys}
        write_world(self.folder, SYSTEMS, questions=N, **keys)

    def __call__(self, *command: str) -> object:
        self._patch.chdir(self.folder)
        self._patch.setattr(sys, "argv", ["bakeoff", *command])
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        printed = self._capture.readouterr()
        self.out, self.err = printed.out, printed.err
        return code


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> World:
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_SUCH_KEY"):
        monkeypatch.delenv(name, raising=False)
    return World(tmp_path, monkeypatch, capfd)


def test_a_part_is_gated_only_where_it_is_asked_for(world: World) -> None:
    assert world("run", "--changed", "bot.py", "--quiet") == 0
    assert "world (pre-merge)" in world.out
    assert world("gate") == 2
    assert "run `bakeoff run` first; world-pre-merge-1 is a part of one, gated with --pre-merge" in world.err
    assert world("gate", "--pre-merge") == 0
    assert world.out.startswith("PASS: new in run world-pre-merge-1, 1 check passed")
    assert world("run", "--quiet") == 0
    assert world("run", "--changed", "other.py") == 0
    assert "left out: reference (no changed path touches bot.py)" in world.err
    assert world("gate") == 0
    assert world.out.startswith("PASS: new in run world-1, 1 check passed")
    assert world("gate", "--pre-merge", "--run", "world-1") == 2
    assert "--pre-merge and --run name two runs" in world.err


def test_where_nothing_is_touched_the_gate_passes_and_says_that_nothing_was_asked(world: World) -> None:
    assert world("run", "--changed", "other.py", "--quiet") == 0
    assert "PRE-MERGE RUN, not the whole" in world.out
    assert world("gate", "--pre-merge", "--out", "gate.md", "--table") == 0
    assert world.out.startswith("PASS: new in run world-pre-merge-1, nothing was asked")
    assert "suite reference was left out: no changed path touches bot.py" in world.out
    assert "Not asked: 1" in (world.folder / "gate.md").read_text()
    assert world("report", "--format", "markdown") == 0
    assert "PRE-MERGE RUN, not the whole" in world.out


@pytest.mark.parametrize("path", ["bakeoff.yaml", "questions.jsonl", "bot.py"])
def test_the_config_and_the_data_set_touch_everything(world: World, path: str) -> None:
    assert world("run", "--changed", "x", "--changed", path, "--quiet") == 0
    assert "PRE-MERGE RUN" not in world.out
    assert world("gate", "--pre-merge") == 0
    assert "1 check passed" in world.out


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("run", "--changed", ""), "--changed: names no file"),
        (("run", "--changed", "../x"), "lies outside"),
        (("run", "--changed-since", "main"), "lies in no git repository; name --changed PATH"),
        (("run", "--judge", "gpt"), "--judge: 'gpt' cannot take the judge's place; only offline can"),
        (("gate", "--pre-merge"), "there is no run 'world (pre-merge)'"),
    ],
    ids=str,
)
def test_bad_input_is_one_line_and_exit_2(world: World, command: tuple[str, ...], message: str) -> None:
    world.write(touches={"reference": ["x"]})
    if command[0] == "gate":
        assert world("run", "--quiet") == 0
    assert world(*command) == 2
    (line,) = world.err.splitlines()
    assert message in line
    assert world.out == ""


def test_the_offline_judge_takes_the_place_of_one_whose_key_is_missing(world: World) -> None:
    world.write(judge=PAID)
    assert world("run", "--quiet") == 2
    assert "judge.api_key: environment variable NO_SUCH_KEY is not set" in world.err
    assert world("run", "--judge", "offline", "--quiet") == 0
    assert world("gate") == 0
    assert "The config has changed since this run (judge)" in world.out
    for command in (("report",), ("compare", "old", "new")):
        assert world(*command) == 0


def test_the_step_summary_is_appended_on_github_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = world.folder / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert world("run", "--quiet") == 0
    assert world("gate") == 0
    assert summary.read_text() == "before\n"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert world("gate", "--json") == 0
    text = summary.read_text()
    assert text.startswith("before\n**✅ PASS: new in run world-1, 1 check passed**\n")
    assert "**Significant differences from old**" in text
    assert "The whole table" in text
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(world.folder / "no" / "folder.md"))
    assert world("gate") == 0
    assert "the step summary cannot be written (No such file or directory)" in world.err


def test_a_full_step_summary_is_left_as_it_is_but_for_a_note(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = world.folder / "summary.md"
    summary.write_text("x" * (1024 * 1024 - 600))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert world("run", "--quiet") == 0
    assert world("gate") == 0
    assert summary.stat().st_size <= 1024 * 1024
    assert "PASS: new in run world-1" in summary.read_text()
    assert "Cut to fit here" in summary.read_text()


def test_table_puts_the_comparison_into_markdown(world: World) -> None:
    assert world("run", "--quiet") == 0
    assert world("gate", "--format", "markdown") == 0
    assert "The whole table" not in world.out
    assert world("gate", "--format", "markdown", "--table", "--out", "gate.md") == 0
    assert "The whole table" in world.out
    assert (world.folder / "gate.md").read_text() == world.out


def test_a_part_is_never_accepted_as_the_baseline(world: World) -> None:
    assert world("run", "--quiet", "--changed", "readme.md") == 0
    assert world("gate", "--pre-merge", "--accept", "--force") == 2
    assert "is a part: suites were left out" in world.err
    assert not (world.folder / "bakeoff.baseline.json").exists()
    assert world("run", "--quiet") == 0
    assert world("gate", "--accept") == 0
