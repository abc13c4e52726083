"""The action and the files in examples/ci: they parse, and every command and option in them exists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from bakeoff.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
FILES = ("action.yml", "examples/ci/github.yml", "examples/ci/gitlab-ci.yml", "examples/ci/gate.sh")
DOCUMENTED = (*FILES, "docs/ci.md")
CALL = re.compile(r"^\s*(?:- run: |run: )?bakeoff ([a-z]+)(.*)$", re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
FOREIGN = {"--constraint", "--body-file", "--edit-last", "--create-if-none"}
"""Options of pip and gh."""


def known() -> dict[str, set[str]]:
    """The options of every command."""
    commands: dict[str, Any] = getattr(get_command(app), "commands")  # noqa: B009
    return {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in commands.items()
    }


def code_of(name: str) -> str:
    """The file without its comments."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(re.sub(r"(^|\s)#.*$", "", line) for line in lines)


@pytest.mark.parametrize("name", FILES)
def test_every_command_and_option_exists(name: str) -> None:
    everything = {option for options in known().values() for option in options}
    code = code_of(name)
    assert set(OPTION.findall(code)) - FOREIGN <= everything
    for command, rest in CALL.findall(code):
        assert set(OPTION.findall(rest)) <= known()[command]


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".yml")])
def test_it_is_yaml_in_which_no_secret_is_written(name: str) -> None:
    assert isinstance(yaml.safe_load((ROOT / name).read_text(encoding="utf-8")), dict)
    assert not re.search(r"sk-[A-Za-z0-9]|ghp_|glpat-", (ROOT / name).read_text(encoding="utf-8"))


def shell_steps(name: str) -> Iterator[dict[str, Any]]:
    tree = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    groups = [job["steps"] for job in tree.get("jobs", {}).values()] + [tree.get("runs", {}).get("steps", [])]
    yield from (step for group in groups for step in group if "run" in step)


@pytest.mark.parametrize("name", ["action.yml", "examples/ci/github.yml"])
def test_nothing_from_outside_is_pasted_into_a_script(name: str) -> None:
    """`${{ … }}` in a script would run what a branch's name says; variables are only read."""
    steps = list(shell_steps(name))
    assert len(steps) >= 3
    assert [step["name"] for step in steps if "${{" in step["run"]] == []


def test_every_input_and_output_of_the_action_is_used() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    tree = yaml.safe_load(text)
    assert [name for name in tree["inputs"] if f"inputs.{name}" not in text] == []
    written = set(re.findall(r'echo "([a-z-]+)=', text))
    assert written == set(tree["outputs"])
    assert all("secret" not in name and "key" not in name for name in tree["inputs"])


def test_gitlab_shows_the_junit_report_that_the_script_writes() -> None:
    tree = yaml.safe_load((ROOT / "examples/ci/gitlab-ci.yml").read_text(encoding="utf-8"))
    job = tree["bakeoff"]
    assert job["artifacts"]["reports"]["junit"] == "reports/gate.xml"
    assert '"$reports/gate.xml"' in code_of("examples/ci/gate.sh")
    assert job["allow_failure"] == {"exit_codes": [3]}


def test_they_are_in_the_source_archive() -> None:
    tree = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    targets = tree["tool"]["hatch"]["build"]["targets"]
    assert {"action.yml", "examples"} <= set(targets["sdist"]["only-include"])
    modules = {f"src/bakeoff/{path.name}" for path in (ROOT / "src/bakeoff").glob("*.py")}
    for target in ("sdist", "wheel"):
        assert modules <= set(targets[target]["only-include"])
