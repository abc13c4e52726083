"""A gate in a file of its own: read like the section, its errors told with its own name and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from malformed.cases import CONFIG
from malformed.gates import Fault, faults
from malformed.plugins import shipped_names

from bakeoff.evals.config import ConfigError, load_config
from bakeoff.evals.gate_file import read_gate

GATE = """\
candidate: logged
coverage: 0.9
checks:
  - {metric: accuracy, at_least: 0.5}
  - {metric: accuracy, not_worse_than: other, margin: 0.02}
"""
SYSTEMS = ("logged", "other")


def write(folder: Path, text: str, name: str = "release.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_holds_what_the_section_holds(tmp_path: Path) -> None:
    gate = read_gate(write(tmp_path, GATE), SYSTEMS, {})
    assert (gate.candidate, gate.coverage, len(gate.checks)) == ("logged", 0.9, 2)
    assert gate.checks[1].not_worse_than == "other"


def test_a_config_can_name_it_from_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = GATE.replace("not_worse_than: other", "not_worse_than: baseline")
    (tmp_path / "gates").mkdir()
    write(tmp_path / "gates", text)
    path = write(tmp_path, f"{CONFIG}gate: gates/release.yaml\n", "bakeoff.yaml")
    monkeypatch.chdir(tmp_path.parent)
    config = load_config(path, shipped_names(), {})
    assert config.gate == read_gate(tmp_path / "gates" / "release.yaml", tuple(config.systems), {})
    assert config.snapshot["gate"] == "gates/release.yaml"


def test_the_environment_fills_it(tmp_path: Path) -> None:
    path = write(tmp_path, GATE.replace("candidate: logged", "candidate: ${CANDIDATE}"))
    assert read_gate(path, SYSTEMS, {"CANDIDATE": "other"}).candidate == "other"
    with pytest.raises(ConfigError, match=r"release\.yaml:1: candidate: .*CANDIDATE"):
        read_gate(path, SYSTEMS, {})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("candidate: logged", "candidate: loged", "release.yaml:1: candidate: names no system: 'loged'"),
        ("other", "another", "release.yaml:5: checks[1].not_worse_than: names no system: 'another'"),
        ("coverage: 0.9", "coverage: 2", "release.yaml:2: coverage: must be at most 1"),
        ("coverage", "covrage", "release.yaml:2: covrage: unknown key; did you mean 'coverage'?"),
        ("at_least: 0.5", "at_least: high", "release.yaml:4: checks[0].at_least: must be a number"),
        (GATE, "", "it is empty"),
        (GATE, "[1, 2]", "its top level is no mapping"),
        (GATE, "gate:\n  candidate: logged\n", "release.yaml:1: gate: unknown key"),
    ],
)
def test_what_is_wrong_is_told_with_its_own_file_and_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    path = write(tmp_path, GATE.replace(old, new))
    with pytest.raises(ConfigError) as direct:
        read_gate(path, SYSTEMS, {})
    assert told in str(direct.value)
    assert len(direct.value.problems) == len(str(direct.value).splitlines())


@pytest.mark.parametrize("fault", list(faults()), ids=lambda fault: fault.name)
def test_a_spoilt_check_is_told_as_in_a_config(
    tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text, expected = fault.in_file()
    write(tmp_path, text, "gate.yaml")
    with pytest.raises(ConfigError) as caught:
        read_gate(Path("gate.yaml"), ("logged",), {})
    (line,) = str(caught.value).splitlines()
    assert re.match(expected, line), line


@pytest.mark.parametrize("name", ["missing.yaml", "''", "."])
def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, f"{CONFIG}gate: {name}\n", "bakeoff.yaml")
    with pytest.raises(ConfigError) as error:
        load_config(path, shipped_names(), {})
    assert len(str(error.value).splitlines()) == 1
