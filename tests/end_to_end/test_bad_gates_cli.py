"""Malformed gates at the command line: exit code 2, one line with file, line and key, and no traceback."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from command_line.driver import bakeoff
from malformed.cases import CONFIG, Case, write_case
from malformed.gates import BEFORE, SOUND, cases, written

from bakeoff.cli.app import main

CASES = cases()


def ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str | int | None:
    """`bakeoff gate` in this process; the exit code."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["bakeoff", "gate"])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code


def check_line(case: Case, code: object, out: str, err: str) -> None:
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert len(lines) == 1, err
    assert re.match(rf"bakeoff: {case.expect}", lines[0]), err
    assert lines[0].isprintable()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_malformed_gate_is_one_line_and_exit_2(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_case(case, tmp_path)
    files = set(tmp_path.rglob("*"))
    code = ended(tmp_path, monkeypatch)
    printed = capsys.readouterr()
    check_line(case, code, printed.out, printed.err)
    assert set(tmp_path.rglob("*")) == files


@pytest.mark.parametrize("case", CASES[:: len(CASES) // 3], ids=lambda case: case.name)
def test_the_same_as_a_process(case: Case, tmp_path: Path) -> None:
    write_case(case, tmp_path)
    done = bakeoff("gate", cwd=tmp_path)
    check_line(case, done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", SOUND)
def test_what_is_spoilt_is_sound_by_itself(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gate is read; only then the store is missed."""
    checks = f"    - {BEFORE}\n    - {written(SOUND[name])}\n"
    text = f"{CONFIG}gate:\n  candidate: logged\n  checks:\n{checks}"
    write_case(Case(name, {"bakeoff.yaml": text}, ""), tmp_path)
    assert ended(tmp_path, monkeypatch) == 2
    assert "there is no store here yet" in capsys.readouterr().err


def test_there_are_enough_of_them_and_no_two_alike() -> None:
    texts = {case.files["bakeoff.yaml"] for case in CASES}
    assert len(texts) == len(CASES) >= 200
