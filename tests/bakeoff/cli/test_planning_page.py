"""The page about planning: every command on it prints what the page says."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
import yaml
from command_line.pilot_world import write_pilot_world
from command_line.worlds import give_domains

from bakeoff.cli.app import main

PAGE = (Path(__file__).parents[3] / "docs" / "planning.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ (bakeoff [^\n]*)\n(.*?)```", PAGE, re.DOTALL)


def printed(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main()
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_the_page_shows_what_is_printed(
    command: str,
    shown: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    config = re.search(r"\S+\.yaml", command)
    if config is not None:
        by_domain = config[0] != "bakeoff.yaml"
        sections = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
        write_pilot_world(tmp_path, **yaml.safe_load(sections[by_domain]))
        if by_domain:
            give_domains(tmp_path, {"returns": 7, "billing": 3})
            (tmp_path / config[0]).write_text((tmp_path / "bakeoff.yaml").read_text())
        monkeypatch.setattr(sys, "argv", ["bakeoff", "run", "--quiet"])
        with pytest.raises(SystemExit):
            main()
    assert printed(command, monkeypatch, capsys) == shown


def test_the_page_has_its_examples() -> None:
    assert len(BLOCKS) == 6
