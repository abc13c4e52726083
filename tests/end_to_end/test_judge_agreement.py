"""`bakeoff gate` with labels of people, on a run whose answers a judge scored."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from command_line.driver import bakeoff
from command_line.views import items
from command_line.worlds import gold, question, reference, write_world

from bakeoff.cli.app import main

QUESTIONS = 60
CHECK = {"metric": "groundedness", "at_least": 0.3}
ASKED = {"labels": "people/labels.jsonl"}


def spoken(i: int) -> str:
    """Every third answer has nothing to do with the gold passage."""
    return reference(i) if i % 3 else "Bicycles are painted by robots at night in Norway."


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one judged run of a recorded system."""
    folder = tmp_path_factory.mktemp("judged")
    rows = [{"question": question(i), "answer": spoken(i), "contexts": [gold(i)]} for i in range(QUESTIONS)]
    (folder / "bot.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    write_gate(folder)
    ended = bakeoff("run", "--quiet", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    (folder / "people").mkdir()
    return folder


def write_gate(folder: Path, **keys: Any) -> None:
    rules = {"candidate": "bot", "checks": [CHECK], "allow_offline_judge": True, **keys}
    bot = {"adapter": "recorded", "kind": "rag", "path": "bot.jsonl"}
    suites = [{"ragas": {"metrics": ["groundedness"]}}]
    write_world(folder, {"bot": bot}, questions=QUESTIONS, suites=suites, gate=rules)


def verdicts(folder: Path) -> Mapping[str, bool]:
    """What the judge said of each sample, as a yes or a no."""
    return {row["sample"]: row["value"] >= 0.5 for row in items(folder) if row["metric"] == "groundedness"}


def write_labels(folder: Path, wrong: int, samples: Sequence[int] = range(QUESTIONS), **keys: Any) -> None:
    """Labels that agree with the judge, but for the first `wrong`."""
    said = verdicts(folder)
    assert set(said.values()) == {True, False}
    rows = [
        {
            "sample": f"s{i}",
            "system": "bot",
            "metric": "groundedness",
            "value": said[f"s{i}"] != (place < wrong),
            "answer": spoken(i),
            **keys,
        }
        for place, i in enumerate(samples)
    ]
    (folder / "people" / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


class Gate:
    """`bakeoff gate` in this process, as the console script would call it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._patch, self._capture = folder, patch, capture
        self.out = self.err = ""

    def again(self, *options: str) -> object:
        self._patch.chdir(self.folder)
        self._patch.setattr(sys, "argv", ["bakeoff", "gate", *options])
        with pytest.raises(SystemExit) as ended:
            main()
        self.out, self.err = self._capture.readouterr()
        return ended.value.code

    def asked(self, *options: str, **asked: Any) -> object:
        write_gate(self.folder, judge_agreement={**ASKED, **asked})
        return self.again(*options)


@pytest.fixture
def gate(world: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Gate:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return Gate(world, monkeypatch, capfd)


def test_a_judge_that_agrees_with_people_may_decide(gate: Gate) -> None:
    write_labels(gate.folder, wrong=3)
    assert gate.asked("--out", "gate.md", "--out", "gate.xml", "--out", "gate.json") == 0, gate.out
    assert "PASS: bot in run world-1, 2 checks passed" in gate.out
    assert "judge agreement on groundedness" in gate.out
    assert "raw agreement 95%" in gate.out
    assert "judge agreement on groundedness" in (gate.folder / "gate.md").read_text()
    cases = [case.get("name") for case in ET.parse(gate.folder / "gate.xml").iter("testcase")]
    assert cases == ["groundedness of bot at least 0.3", "judge agreement on groundedness"]
    shown = json.loads((gate.folder / "gate.json").read_text())["checks"][1]
    assert (shown["kind"], shown["n"], shown["figures"]["raw_agreement"]) == ("agreement", QUESTIONS, 0.95)


def test_a_judge_that_does_not_leaves_the_gate_unable_to_tell(gate: Gate) -> None:
    write_labels(gate.folder, wrong=25)
    assert gate.asked() == 3
    assert "2 of 2 checks cannot be decided" in gate.out
    assert "the judge's agreement with people on groundedness is not shown" in gate.out


def test_a_dozen_labels_are_too_few_and_the_needed_number_is_told(gate: Gate) -> None:
    write_labels(gate.folder, wrong=1, samples=range(12))
    assert gate.asked() == 3
    assert "labels would decide it with probability 0.8" in gate.out


def test_labels_of_answers_that_have_changed_count_for_nothing(gate: Gate) -> None:
    write_labels(gate.folder, wrong=0, answer="Something else.")
    assert gate.asked() == 3
    assert "holds no label of groundedness for an answer of this run" in gate.out
    assert "left out: 60 labels of another answer than the run holds" in gate.out


def test_without_labels_nothing_changes_and_a_note_says_so(gate: Gate) -> None:
    write_gate(gate.folder)
    assert gate.again() == 0
    assert "Whether the judge agrees with people is not measured" in gate.out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "people/labels.jsonl: no such file; labels are a path from the config's folder"),
        ("", "people/labels.jsonl: holds no labels"),
        ('{"sample": "s1"', "people/labels.jsonl:1: broken JSON"),
        ('{"sample": "s1"}', "people/labels.jsonl:1: system is missing"),
    ],
)
def test_bad_labels_are_one_line_and_exit_2(gate: Gate, text: str | None, told: str) -> None:
    path = gate.folder / "people" / "labels.jsonl"
    path.unlink(missing_ok=True)
    if text is not None:
        path.write_text(text)
    assert (gate.asked(), gate.out) == (2, "")
    assert len(gate.err.splitlines()) == 1
    assert told in gate.err


def test_a_minimum_that_is_none_is_told_with_its_line(gate: Gate) -> None:
    assert gate.asked(kappa=2) == 2
    assert "gate.judge_agreement.kappa: must be at most 1" in gate.err
