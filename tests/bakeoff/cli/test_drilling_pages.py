"""`compare --metric`, and the pages about it and about attribution: they show what is printed."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest
from command_line.square_world import write_square_world

import bakeoff
from bakeoff.cli.app import main

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the four arms."""
    folder = tmp_path_factory.mktemp("square")
    bakeoff.run(write_square_world(folder))
    return folder


class Typed:
    """What a command typed in the world's folder prints."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, command: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", shlex.split(command))
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capsys.readouterr()
        return int(ended.value.code or 0), out, err


@pytest.fixture
def typed(world: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    monkeypatch.chdir(world)
    monkeypatch.setenv("COLUMNS", "100")
    return Typed(monkeypatch, capsys)


def test_the_page_on_drilling_down_shows_what_is_printed(typed: Typed) -> None:
    page = (DOCS / "drill_down.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n\$ (bakeoff [^\n]*)\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 1
    for command, shown in blocks:
        assert typed(command) == (0, shown, "")


def test_the_page_on_attribution_shows_what_is_printed(typed: Typed) -> None:
    page = (DOCS / "attribution.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```markdown\n(.*?)```", page, re.DOTALL)
    code, out, err = typed("bakeoff report --format markdown")
    assert (code, err) == (0, "")
    assert shown in out


def test_the_claims_of_the_page_on_attribution_are_the_runs(typed: Typed) -> None:
    found = json.loads(typed("bakeoff report --format json")[1])["attribution"]
    match = next(one for one in found if one["metric"] == "exact_match")
    assert match["means"] == {"base": 0.1, "rag": 0.6, "tuned": 0.4, "hybrid": 0.6}
    assert match["tuning"]["effect"] == pytest.approx(0.15)
    assert match["arms"]["assumed"] == "rag"


def test_json_is_the_api_s_answer(typed: Typed, world: Path) -> None:
    code, out, _ = typed("bakeoff compare rag tuned_rag --metric exact_match --changed 4 --json")
    found = bakeoff.changed_items(world / "bakeoff.yaml", "rag", "tuned_rag", "exact_match", limit=4)
    assert code == 0
    assert json.loads(out) == found.model_dump(mode="json")
    assert [item.worse for item in found.items] == [True, True, False, False]


def test_ten_items_are_shown_unless_told(typed: Typed) -> None:
    out = typed("bakeoff compare rag prompt --metric exact_match --format markdown")[1]
    assert len(re.findall(r"^### \d+\. ", out, re.MULTILINE)) == 10


def test_an_attribution_needs_all_four_arms(typed: Typed) -> None:
    assert json.loads(typed("bakeoff compare prompt rag tuned --json")[1])["attribution"] == []
    assert json.loads(typed("bakeoff compare prompt rag tuned tuned_rag --json")[1])["attribution"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--changed 3", "--changed needs a metric"),
        (
            "--metric exact_match --format csv",
            "cannot be written as csv; use one of terminal, markdown, json",
        ),
        ("--metric exact_mach", "did you mean 'exact_match'"),
        ("--metric exact_match --changed 0", "at least one item"),
        ("--metric exact_match --run world-9", "there is no run 'world-9'"),
        ("tuned --metric exact_match", "between two names"),
    ],
)
def test_bad_wishes_are_told_in_a_line(typed: Typed, options: str, told: str) -> None:
    code, out, err = typed(f"bakeoff compare rag tuned_rag {options}")
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
