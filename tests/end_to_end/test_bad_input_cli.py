"""Bad input at the command line: one clear line for each problem, exit code 2, and nothing else happens."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from command_line.driver import bakeoff
from malformed.cases import ANSWERS, CASES, CONFIG, QUESTIONS, Case, write_case

from bakeoff.cli.app import main

WHOLE_PROCESSES = [CASES[i * (len(CASES) - 1) // 4] for i in range(5)]
"""Cases from all over the list, run as a user would."""


def run_here(
    folder: Path, environ: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, *command: str
) -> str | int | None:
    """`bakeoff` in this process, as its console script calls it; the exit code."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["bakeoff", *command])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def check(case: Case, folder: Path, written: set[Path], code: object, out: str, err: str) -> None:
    assert code == 2
    assert out == ""
    lines = err.splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("bakeoff: ")
    assert re.match(case.expect, lines[0].removeprefix("bakeoff: ")), err
    assert set(folder.rglob("*")) == written  # no store, and nothing else


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_clear_line_and_exit_2(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_case(case, tmp_path)
    written = set(tmp_path.rglob("*"))
    code = run_here(tmp_path, case.environ, monkeypatch, "run")
    printed = capsys.readouterr()
    check(case, tmp_path, written, code, printed.out, printed.err)


@pytest.mark.parametrize("case", WHOLE_PROCESSES, ids=lambda case: case.name)
def test_the_same_as_a_process(case: Case, tmp_path: Path) -> None:
    write_case(case, tmp_path)
    written = set(tmp_path.rglob("*"))
    ended = bakeoff("run", cwd=tmp_path, **case.environ)
    check(case, tmp_path, written, ended.returncode, ended.stdout, ended.stderr)


def test_the_valid_files_run(tmp_path: Path) -> None:
    """What the cases spoil is well by itself."""
    write_case(Case("nothing wrong", {}, ""), tmp_path)
    config = tmp_path / "bakeoff.yaml"
    config.write_text(config.read_text() + "suites: [{reference: {metrics: [exact_match]}}]\n")
    ended = bakeoff("run", "--quiet", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_several_problems_are_told_at_once_a_line_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = CONFIG.replace("kind: rag", "kind: rog") + "seeds: 1\nlimits: {concurrency: none}\n"
    write_case(Case("three", {"bakeoff.yaml": text}, ""), tmp_path)
    assert run_here(tmp_path, {}, monkeypatch, "run") == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert [re.search(r"bakeoff\.yaml:(\d+): ", line) is not None for line in lines] == [True] * 3


def test_a_broken_data_set_leaves_the_last_run_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that cannot begin must not lay the cells of the one before anew."""
    config = write_case(Case("nothing wrong", {}, ""), tmp_path)
    config.write_text(CONFIG + "suites: [{reference: {metrics: [exact_match]}}]\n")
    assert run_here(tmp_path, {}, monkeypatch, "run", "--quiet") == 0
    before = capsys.readouterr().out
    (tmp_path / "questions.jsonl").write_text(QUESTIONS + '{"id": "c", "question": ""}\n')
    assert run_here(tmp_path, {}, monkeypatch, "run", "--quiet") == 2
    assert "questions.jsonl:3" in capsys.readouterr().err
    assert run_here(tmp_path, {}, monkeypatch, "report") == 0
    assert capsys.readouterr().out == before


RECORDINGS = {
    "is missing": (None, r"answers\.jsonl"),
    "is empty": ("", r"answers\.jsonl"),
    "has a broken line": (ANSWERS + '{"id": "c",\n', r"answers\.jsonl:3"),
    "has no answer": (ANSWERS + '{"id": "c", "user_input": "Why?"}\n', r"answers\.jsonl:3"),
}
OPTIONS = {
    "an adapter that is none": ("  x: {adapter: htpp, kind: rag}\n", r"bakeoff\.yaml:5: .*'htpp'.*http"),
    "an option that is none": (
        "  x: {adapter: http, kind: prompt, url: http://h/, urll: u}\n",
        r"bakeoff\.yaml:5: systems\.x\.urll: unknown key",
    ),
    "an address that is none": ("  x: {adapter: http, kind: prompt, url: ask}\n", r".*x\.url.*'ask'"),
    "a broken JMESPath": (
        "  x: {adapter: http, kind: prompt, url: http://h/, answer: 'a['}\n",
        r".*x\.answer.*",
    ),
    "a module that is none": (
        "  x: {adapter: python, kind: prompt, target: 'no_such_module:f'}\n",
        r".*no_such_module",
    ),
    "a program that is none": (
        "  x: {adapter: command, kind: prompt, command: [no-such-x]}\n",
        r".*no-such-x",
    ),
    "a metric that is none": ("suites: [{ragas: {metrics: [faithfullness]}}]\n", r"bakeoff\.yaml:5: "),
    "a judge without a key": (
        "judge: {kind: openai, model: m, base_url: https://api.openai.com/v1}\n",
        r".*judge.*key",
    ),
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_that_is_no_recording(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content, expect = RECORDINGS[name]
    case = Case(name, {"answers.jsonl": content}, expect)
    test_one_clear_line_and_exit_2(case, tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("name", OPTIONS)
def test_options_that_a_plug_in_refuses(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, expect = OPTIONS[name]
    case = Case(name, {"bakeoff.yaml": CONFIG + lines}, expect)
    test_one_clear_line_and_exit_2(case, tmp_path, monkeypatch, capsys)
