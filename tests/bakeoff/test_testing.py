"""The gate in a test suite: a real pytest in a folder with a real run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command_line.driver import bakeoff, python
from command_line.worlds import question, reference, write_world
from toys.gate_results import FAILED, PASSED, UNDECIDED, golden

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.result import CheckResult, NotAsked, Verdict
from bakeoff.testing import GateCheck, check_gate, gate_checks

N = 120
SYSTEMS = {"good": {"adapter": "recorded", "kind": "rag", "path": "good.jsonl"}}
PASS = {"metric": "exact_match", "at_least": 0.8}
FAIL = {"metric": "exact_match", "at_least": 0.99}
TELL = {"metric": "exact_match", "at_least": 0.93}

TESTS = """
import pytest
from bakeoff.testing import check_gate, gate_checks

def test_whole():
    check_gate("bakeoff.yaml", run={run}, inconclusive="{policy}")

@pytest.mark.parametrize("check", gate_checks("bakeoff.yaml", run={run}), ids=str)
def test_one(check):
    check.verify(inconclusive="{policy}")
"""


@contextmanager
def failing(match: str | None = None) -> Iterator[pytest.ExceptionInfo[Any]]:
    """A failure; a skip in its place, which would silently skip the test itself, is none."""
    with pytest.raises((AssertionError, pytest.skip.Exception), match=match) as raised:
        yield raised
    assert raised.type is AssertionError


def write(folder: Path, checks: Sequence[object], **keys: Any) -> None:
    gate = {"candidate": "good", "checks": list(checks), **keys}
    write_world(folder, SYSTEMS, questions=N, gate=gate)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of a system that is right on 114 of 120 questions."""
    folder = tmp_path_factory.mktemp("finished")
    rows = [{"question": question(i), "answer": reference(i) if i >= 6 else "No idea."} for i in range(N)]
    (folder / "good.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    write(folder, [PASS])
    ended = bakeoff("run", "--quiet", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return folder


@pytest.fixture
def world(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished, tmp_path / "world")
    return tmp_path / "world"


def tried(folder: Path, *, run: bool = False, policy: str = "fail") -> tuple[int, str]:
    """pytest on a test file that gates, in a process of its own: its exit code, and what it printed."""
    (folder / "test_gate.py").write_text(TESTS.format(run=run, policy=policy))
    ended = python("-m", "pytest", "-p", "no:cacheprovider", "-rs", "-v", "test_gate.py", cwd=folder)
    return ended.returncode, ended.stdout + ended.stderr


def test_under_pytest_a_failed_check_fails_its_test_and_shows_the_checklist(world: Path) -> None:
    write(world, [PASS, FAIL])
    code, out = tried(world)
    assert code == 1
    assert "2 failed, 1 passed" in out
    assert "FAIL: good in run world-1, 1 of 2 checks failed" in out
    assert "test_one[exact_match of good at least 0.8] PASSED" in out
    assert "test_one[exact_match of good at least 0.99] FAILED" in out
    assert "AssertionError: exact_match of good at least 0.99: " in out


def test_under_pytest_what_cannot_be_told_is_skipped_on_request(world: Path) -> None:
    write(world, [PASS, TELL])
    code, out = tried(world, policy="skip")
    assert (code, "1 passed, 2 skipped" in out) == (0, True), out
    assert "samples would decide it with probability 0.8" in out


def test_under_pytest_the_run_may_come_first(world: Path) -> None:
    write(world, [PASS])
    shutil.rmtree(world / ".bakeoff")
    code, out = tried(world, run=True)
    assert (code, "2 passed" in out) == (0, True), out
    assert (world / ".bakeoff" / "runs.db").exists()


def test_the_result_of_a_pass_is_returned(world: Path) -> None:
    result = check_gate(world / "bakeoff.yaml")
    assert (result.verdict, result.run) == (Verdict.PASS, "world-1")
    assert [str(check) for check in gate_checks(world / "bakeoff.yaml")] == [
        "exact_match of good at least 0.8"
    ]


def test_what_cannot_be_told_fails_unless_skipped_or_counted_as_a_pass(world: Path) -> None:
    config = world / "bakeoff.yaml"
    write(world, [TELL])
    with failing(match="INCONCLUSIVE: good in run world-1"):
        check_gate(config)
    with pytest.raises(pytest.skip.Exception, match="INCONCLUSIVE: good in run world-1"):
        check_gate(config, inconclusive="skip")
    write(world, [TELL], inconclusive="pass")
    assert check_gate(config).verdict is Verdict.INCONCLUSIVE
    write(world, [TELL], inconclusive="fail")
    with failing(match="counts as fail"):
        check_gate(config, inconclusive="skip")


def test_bad_input_is_no_failed_check(world: Path) -> None:
    config = world / "bakeoff.yaml"
    with pytest.raises(InputError, match="'maybe' is no policy"):
        check_gate(config, inconclusive="maybe")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="there is no run 'world-9'"):
        check_gate(config, run_id="world-9")
    with pytest.raises(InputError, match="no system 'god'"):
        gate_checks(config, candidate="god")


def one(check: CheckResult | NotAsked, **changes: Any) -> GateCheck:
    checks = (check,) if isinstance(check, CheckResult) else ()
    return GateCheck(golden(*checks, **changes), check)


def test_a_check_is_verified_by_itself() -> None:
    one(PASSED).verify()
    with failing() as raised:
        one(FAILED).verify(inconclusive="skip")
    assert str(raised.value).splitlines() == [
        "bertscore_f1 of rag not worse than prompt by 0.02: even the upper bound -0.0323 is below -0.02",
        "difference -0.0411; upper bound -0.0323 (one-sided 0.05); n=199; t; fewer than 10 clusters",
    ]
    with failing(match="about 59 samples would decide it"):
        one(UNDECIDED).verify()


@pytest.mark.parametrize(("policy", "wanted"), [("inconclusive", "skip"), ("pass", "fail"), ("pass", "skip")])
def test_a_check_that_cannot_be_told_is_skipped(policy: str, wanted: Any) -> None:
    with pytest.raises(pytest.skip.Exception, match="latency_p95_s of rag"):
        one(UNDECIDED, policy=policy).verify(inconclusive=wanted)


def test_the_gates_own_policy_beats_a_skip() -> None:
    with failing(match="latency_p95_s of rag"):
        one(UNDECIDED, policy="fail").verify(inconclusive="skip")


def test_no_check_of_an_incomplete_run_passes() -> None:
    with failing(match="the run is incomplete, 5 scores are still open"):
        one(PASSED, complete=False, open_cells=5).verify(inconclusive="skip")


def test_what_was_not_asked_is_skipped() -> None:
    with pytest.raises(pytest.skip.Exception, match="drift: not asked, suite shift was left out"):
        one(NotAsked(asks="drift", reason="suite shift was left out")).verify()
