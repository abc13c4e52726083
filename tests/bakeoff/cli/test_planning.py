"""`bakeoff plan` in this process: from a pilot, from stated variance, from nothing; its codes and errors."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line.pilot_world import write_pilot_world

from bakeoff import api
from bakeoff.cli.app import main
from bakeoff.cli.planning_text import duration
from bakeoff.evals.statistics import mean_n

GATE = {"candidate": "tuned", "checks": [{"metric": "exact_match", "at_least": 0.8}, {"manual": "sign-off"}]}


class Terminal:
    """`bakeoff` called as its console script calls it: (exit code, stdout, stderr)."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder, self.monkeypatch, self.capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)

    def __call__(self, *command: str) -> tuple[Any, str, str]:
        self.monkeypatch.setattr(sys, "argv", ["bakeoff", *command])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.capsys.readouterr()
        return ended.value.code, out, err


@pytest.fixture
def bakeoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


def test_a_pilot_run_is_planned_from(bakeoff: Terminal) -> None:
    """975 pairs for 5 points at 30 % discordance: METHODS §4."""
    write_pilot_world(bakeoff.folder)
    assert bakeoff("run", "--quiet")[0] == 0
    code, out, err = bakeoff("plan")
    assert (code, err) == (0, "")
    assert out.startswith(
        "With these 160 samples the smallest difference in exact_match (tuned against base)"
    )
    assert "0.3 discordant" in out
    assert "0.16 USD" in out
    assert "The time is that of the slowest system: tuned, 4 calls at a time." in out
    assert "The cost of these is not measured: tuned." in out
    plan = json.loads(bakeoff("plan", "--json", "--run", "world-1")[1])
    row = next(row for row in plan["metrics"] if row["metric"] == "exact_match")
    assert (row["needed"], row["n"], row["spread"]["source"]) == (
        975,
        160,
        "pilot",
    )
    assert plan["costs"][0]["seconds"] == pytest.approx(160 * 2.0 / 4)


def test_before_a_run_the_data_set_is_counted(bakeoff: Terminal) -> None:
    write_pilot_world(bakeoff.folder, questions=337)
    code, out, err = bakeoff("plan", "bakeoff.yaml", "--discordant", "0.10")
    assert (code, err) == (0, "")
    assert out.startswith(
        "With these 337 samples the smallest difference in a right-or-wrong metric that you are likely to "
        "see is 5 points (two-sided 0.05, power 80%)."
    )
    assert not (bakeoff.folder / ".bakeoff").exists()


def test_no_config_is_needed(bakeoff: Terminal) -> None:
    code, out, err = bakeoff("plan", "--sd", "0.45", "--effect", "0.1", "--samples", "200")
    assert (code, err) == (0, "")
    assert f"a true difference of 10 points, {mean_n(0.1, 0.45)} samples are needed." in out
    assert list(bakeoff.folder.iterdir()) == []


@pytest.mark.parametrize(("questions", "expected"), [(160, 3), (400, 0)])
def test_a_gate_that_cannot_be_decided_is_exit_3(bakeoff: Terminal, questions: int, expected: int) -> None:
    write_pilot_world(bakeoff.folder, questions=questions, gate=GATE)
    code, out, _ = bakeoff("plan")
    assert code == expected
    decided = 0 if expected else 1
    assert f"Gate: {decided} of 1 checks can be decided with the samples at hand." in out
    assert ("  NO  exact_match at least 0.8: cannot be decided" in out) == (expected == 3)


def test_a_gate_file_stands_in_for_the_section(bakeoff: Terminal) -> None:
    write_pilot_world(bakeoff.folder, gate=GATE)
    rules = {"candidate": "tuned", "checks": [{"metric": "latency_p95_s", "at_most": 3.0}]}
    (bakeoff.folder / "fast.yaml").write_text(json.dumps(rules))
    code, out, _ = bakeoff("plan", "--gate", "fast.yaml")
    assert code == 0
    assert "yes latency_p95_s at most 3: 160 samples are enough" in out
    assert "exact_match at least" not in out
    (bakeoff.folder / "fast.yaml").write_text("candidate: nobody\n")
    code, _, err = bakeoff("plan", "--gate", "fast.yaml")
    assert code == 2
    assert "fast.yaml:1: candidate: names no system: 'nobody'" in err


def test_a_plan_asks_nobody_and_needs_no_key_of_the_judge(bakeoff: Terminal) -> None:
    judge = {"kind": "openai", "model": "gpt", "api_key": "${NO_SUCH_KEY}"}
    write_pilot_world(bakeoff.folder, gate=GATE, judge=judge)
    rules = {"candidate": "tuned", "checks": [{"metric": "latency_p95_s", "at_most": 3.0}]}
    (bakeoff.folder / "fast.yaml").write_text(json.dumps(rules))
    code, out, _ = bakeoff("plan", "--gate", "fast.yaml")
    assert (code, "160 samples are enough" in out) == (0, True)
    assert api.plan(bakeoff.folder / "bakeoff.yaml").samples == 160
    code, _, err = bakeoff("run", "--quiet")
    assert (code, "NO_SUCH_KEY is not set" in err) == (2, True)


def test_a_run_warns_before_it_asks_and_goes_on(bakeoff: Terminal) -> None:
    write_pilot_world(bakeoff.folder, questions=40, gate=GATE)
    code, out, err = bakeoff("run", "--quiet")
    assert code == 0
    assert "exact_match" in out
    assert err.startswith("gate: exact_match at least 0.8: cannot be decided with 40 samples")
    assert err.count("\n") == 1


def test_the_next_run_warns_by_what_the_last_one_saw(bakeoff: Terminal) -> None:
    """Tuned is right on 60 %: 20 points below the bound, which 40 samples do not show and 160 do."""
    write_pilot_world(bakeoff.folder, questions=160, gate=GATE)
    assert "cannot be decided with 160" in bakeoff("run", "--quiet")[2]
    assert bakeoff("run", "--quiet")[2] == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--effect", "abc"], "--effect: 'abc' is no number"),
        (["--effect", "0"], "--effect: 0 is out of range; give a number from 0.001 to 1"),
        (["--effect", "-0.1"], "--effect: -0.1 is out of range"),
        (["--effect", "nan"], "--effect: nan is out of range"),
        (["--effect", "1.5"], "--effect: 1.5 is out of range"),
        (["--margin", "inf"], "--margin: inf is out of range"),
        (["--power", "0.2"], "--power: 0.2 is out of range; give a number from 0.5 to 0.999"),
        (["--power", "1"], "--power: 1 is out of range"),
        (["--alpha", "0"], "--alpha: 0 is out of range"),
        (["--discordant", "2"], "--discordant: 2 is out of range"),
        (["--sd", "x"], "--sd: 'x' is no number"),
        (["--sd", "0.3", "--discordant", "0.1"], "--discordant and --sd say the same thing; give one"),
        (["--cluster-size", "4"], "--cluster-size and --icc go together"),
        (["--icc", "0.2"], "--cluster-size and --icc go together"),
        (["--icc", "1.2", "--cluster-size", "3"], "--icc: 1.2 is out of range"),
        (["--cluster-size", "0.5", "--icc", "0"], "--cluster-size: 0.5 is out of range"),
        (["--samples", "0"], "--samples: '0' is no whole number"),
        (["--samples", "1.5"], "--samples: '1.5' is no whole number"),
        (["--samples", "9" * 5000], "--samples: "),
        (["--repeats", "-1"], "--repeats: '-1' is no whole number"),
        (["--repeats", "²"], "--repeats: '²' is no whole number"),
        (["--run", "world-9"], "there is no store that could hold a run"),
        (["other.yaml"], "other.yaml: "),
    ],
)
def test_malformed_options_are_one_line_and_exit_2(bakeoff: Terminal, options: list[str], said: str) -> None:
    code, out, err = bakeoff("plan", *options)
    assert (code, out) == (2, "")
    assert err.startswith(f"bakeoff: {said}")
    assert err.count("\n") == 1


def test_an_unknown_run_is_told_with_those_there_are(bakeoff: Terminal) -> None:
    write_pilot_world(bakeoff.folder, questions=12)
    bakeoff("run", "--quiet")
    code, _, err = bakeoff("plan", "--run", "world-9")
    assert code == 2
    assert err == "bakeoff: there is no run 'world-9'; the newest are: world-1\n"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0, "0 s"), (59.0, "59 s"), (90.0, "1.5 min"), (86_400.0, "24 h")]
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said
