"""All pairs and a named family as a user gets them: `python` systems, a real run, every report."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line.driver import bakeoff
from command_line.worlds import question, reference, write_world

import bakeoff as api

TARGETS = """
def _answer(request, right):
    i = int("".join(c for c in request.question if c.isdigit()) or 0)
    return KNOWN[request.question] if i % 10 < right else "No idea."

KNOWN = {known!r}

def a_low(request):
    return _answer(request, 3)

def b_middle(request):
    return _answer(request, 6)

def c_high(request):
    return _answer(request, 9)
"""
QUESTIONS = 60


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pairs")
    known = {question(i): reference(i) for i in range(QUESTIONS)}
    (folder / "targets.py").write_text(TARGETS.replace("{known!r}", repr(known)))
    systems = {
        name: {"adapter": "python", "kind": "prompt", "target": f"targets:{name}"}
        for name in ("a_low", "b_middle", "c_high")
    }
    write_world(folder, systems, questions=QUESTIONS)
    path = folder / "bakeoff.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"family": ["exact_match"]}))
    ended = bakeoff("run", "--quiet", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return folder


def shown(folder: Path, *arguments: str) -> str:
    ended = bakeoff(*arguments, cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_every_pair_is_in_every_format_and_only_the_family_is_judged(finished: Path) -> None:
    found: dict[str, Any] = json.loads(shown(finished, "report", "--all-pairs", "--format", "json"))
    rows = {row["metric"]: row for row in found["metrics"]}
    pairs = [(d["system"], d["baseline"], d["verdict"]) for d in rows["exact_match"]["differences"]]
    assert pairs == [
        ("b_middle", "a_low", "better"),
        ("c_high", "a_low", "better"),
        ("c_high", "b_middle", "better"),
    ]
    assert {d["verdict"] for d in rows["failure_rate"]["differences"]} == {"not tested"}
    assert found["footer"]["family"] == 3
    assert rows["exact_match"]["best"]["c_high"] > 0.99
    lines = list(csv.DictReader(StringIO(shown(finished, "report", "--all-pairs", "--format", "csv"))))
    high = [x for x in lines if (x["metric"], x["system"]) == ("exact_match", "c_high")]
    assert [x["difference_baseline"] for x in high] == ["a_low", "b_middle"]


@pytest.mark.parametrize("format", ["terminal", "markdown"])
def test_text_reports_show_every_pair_and_say_what_is_exploratory(finished: Path, format: str) -> None:  # noqa: A002
    text = shown(finished, "compare", "--all-pairs", "--format", format).replace("\\", "")
    for said in (
        "b_middle − a_low",
        "c_high − a_low",
        "c_high − b_middle",
        "▲ better",
        "exploratory",
        "of all pairs: 3 in one",
    ):
        assert said in text, said
    assert "Probability of being best" in text
    assert "(baseline)" not in text
    assert max(map(len, text.splitlines())) <= 120 or format == "markdown"


def test_the_api_says_the_same(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished)
    found = api.compare("bakeoff.yaml", systems=["b_middle", "c_high"], all_pairs=True)
    assert [(d.system, d.baseline) for d in found.metrics[0].differences] == [("c_high", "b_middle")]


def test_one_name_is_still_too_few_and_a_wrong_family_names_its_line(finished: Path) -> None:
    assert bakeoff("compare", "a_low", "--all-pairs", cwd=finished).returncode == 2
    assert bakeoff("compare", cwd=finished).returncode == 2
    path = finished / "wrong.yaml"
    path.write_text(
        (finished / "bakeoff.yaml").read_text().replace("family:\n- exact_match", "family:\n- exact_mach")
    )
    ended = bakeoff("run", str(path), cwd=finished)
    assert ended.returncode == 2
    assert "family[0]" in ended.stderr
    assert "did you mean 'exact_match'" in ended.stderr
