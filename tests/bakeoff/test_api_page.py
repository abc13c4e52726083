"""The page about the Python API: its example runs, and it names every function with its arguments."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from command_line.pilot_world import write_pilot_world

import bakeoff

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLE, IN_A_TEST = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
ROWS = dict(re.findall(r"^\| `(\w+)\((.*?)\)` \|", PAGE, re.MULTILINE))
GATE = {"candidate": "tuned", "checks": [{"metric": "exact_match", "at_least": 0.3}]}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_pilot_world(tmp_path, gate=GATE)


@pytest.mark.usefixtures("world")
def test_the_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(EXAMPLE, "api.md", "exec"), {})  # the page is ours
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("False exact_match at least 0.3: cannot be decided with 160 samples")
    assert "pass 0" in printed
    assert any(line.startswith("exact_match tuned ") for line in printed)
    names: dict[str, object] = {}
    exec(compile(IN_A_TEST, "api.md", "exec"), names)
    check = names["test_the_candidate_may_ship"]
    assert callable(check)
    check()


def test_every_function_is_told_with_its_arguments() -> None:
    functions = {name for name in bakeoff.__all__ if inspect.isfunction(getattr(bakeoff, name))}
    assert set(ROWS) == functions
    for name, told in ROWS.items():
        given = [argument.partition("=")[0] for argument in told.split(", ")]
        assert given == list(inspect.signature(getattr(bakeoff, name)).parameters)


def test_a_plan_is_what_the_command_prints(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from bakeoff.cli.planning import Wishes, plan_run

    bakeoff.run(world)
    capsys.readouterr()
    code = plan_run(world, None, Wishes(effect="0.1", samples="300"), as_json=True)
    plan = bakeoff.plan(world, effect=0.1, samples=300)
    assert capsys.readouterr().out == plan.model_dump_json(indent=2) + "\n"
    assert (code, plan.run, plan.samples) == (0, "world-1", 300)


def test_a_plan_needs_no_config_and_takes_a_gate_file(world: Path) -> None:
    assert bakeoff.plan(samples=160).samples == 160
    rules = world.parent / "strict.yaml"
    rules.write_text("candidate: tuned\nchecks:\n  - {metric: exact_match, at_least: 0.9}\n")
    (check,) = bakeoff.plan(world, gate_file=rules).checks
    assert check.check == "exact_match at least 0.9"
    with pytest.raises(bakeoff.InputError, match="a gate file needs a config"):
        bakeoff.plan(gate_file=rules)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"effect": 0.0}, "^effect: input should be greater than 0, not 0.0$"),
        ({"power": 1.0}, "^power: input should be less than 1"),
        ({"samples": 0}, "^samples: 0 is no number of samples"),
        ({"repeats": -1}, "^repeats: -1 is no number of repeats"),
    ],
)
def test_a_wish_out_of_range_is_told(keys: dict[str, float], told: str) -> None:
    with pytest.raises(bakeoff.InputError, match=told):
        bakeoff.plan(**keys)  # type: ignore[arg-type]  # the wrong values are the point
