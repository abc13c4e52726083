"""`bakeoff gate --accept`: the file it writes, what later gates make of it, and what they refuse."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line.driver import bakeoff
from command_line.worlds import question, reference, write_world

from bakeoff.cli.app import main
from bakeoff.evals.identity import digest

QUESTIONS = 120
SYSTEMS = {
    "base": {"adapter": "recorded", "kind": "prompt", "path": "base.jsonl"},
    "bot": {"adapter": "recorded", "kind": "rag", "parent": "base", "path": "bot.jsonl"},
}
NOT_WORSE = {"metric": "exact_match", "not_worse_than": "accepted", "margin": 0.05}
GOOD = {"metric": "exact_match", "at_least": 0.8}
FILE = "bakeoff.baseline.json"


def record(folder: Path, name: str, wrong: set[int]) -> None:
    rows = [
        {"question": question(i), "answer": "No idea." if i in wrong else reference(i)}
        for i in range(QUESTIONS)
    ]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("accepting")
    record(folder, "base", set(range(0, QUESTIONS, 2)))
    record(folder, "bot", {3, 17, 40})
    write_world(folder, SYSTEMS, questions=QUESTIONS)
    ended = bakeoff("run", "--quiet", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return folder


class World:
    """A copy of the finished folder, gated and accepted in this process."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._patch, self._capture = folder, patch, capture
        self.out = self.err = ""
        self.file = folder / FILE

    def write(self, *checks: dict[str, Any], **keys: Any) -> None:
        gate = {"candidate": "bot", "checks": list(checks), **keys}
        write_world(self.folder, SYSTEMS, questions=QUESTIONS, gate=gate)

    def call(self, *command: str) -> object:
        self._patch.chdir(self.folder)
        self._patch.setattr(sys, "argv", ["bakeoff", *command])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capture.readouterr()
        self.out, self.err = printed.out, printed.err
        return ended.value.code

    def rerun(self, wrong: set[int]) -> None:
        """Another state of the bot, run anew."""
        record(self.folder, "bot", wrong)
        assert self.call("run", "--quiet", "--fresh") == 0, self.err


@pytest.fixture
def world(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> World:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    copied = tmp_path / "world"
    shutil.copytree(finished, copied)
    made = World(copied, monkeypatch, capfd)
    made.write(NOT_WORSE, GOOD)
    return made


def test_the_first_baseline_needs_none_and_the_next_run_is_held_against_it(world: World) -> None:
    assert world.call("gate") == 2
    assert "no baseline has been accepted" in world.err
    assert "bakeoff gate --accept" in world.err
    assert world.call("gate", "--accept", "--by", "Ada") == 0, world.err
    assert "Accepted bot of run world-1" in world.err
    content = json.loads(world.file.read_text())
    assert (content["candidate"], content["run"], content["by"]) == ("bot", "world-1", "Ada")
    assert [column["metric"] for column in content["columns"]] == ["exact_match"]
    assert len(content["samples"]) == QUESTIONS
    assert content["samples"][2][2] == [[1.0]]
    assert content["samples"][3][2] == [[["abstained", 0.0]]]
    assert "No idea" not in world.file.read_text()
    assert question(0) not in world.file.read_text()
    assert world.call("gate") == 0
    assert "it was made of this very run" in world.out
    world.rerun({3, 17})
    assert world.call("gate") == 0
    assert "accepted: bot of run world-1" in world.out
    world.rerun(set(range(40)))
    assert world.call("gate") == 1
    assert "exact_match of bot not worse than accepted by 0.05" in world.out


def test_it_decides_as_the_same_system_in_the_same_run_would(world: World) -> None:
    """Golden: an accepted file and a stored system with the same answers give the same bounds."""
    assert world.call("gate", "--accept") == 0
    wrong = {3, 5, 50, 51, 52}
    record(world.folder, "before", {3, 17, 40})
    systems = {**SYSTEMS, "before": {"adapter": "recorded", "kind": "rag", "path": "before.jsonl"}}
    direct = {"metric": "exact_match", "not_worse_than": "before", "margin": 0.05}
    gate = {"candidate": "bot", "checks": [NOT_WORSE, direct]}
    write_world(world.folder, systems, questions=QUESTIONS, gate=gate)
    world.rerun(wrong)
    world.call("gate", "--json")
    by_file, by_system = json.loads(world.out)["checks"]
    for key in ("state", "estimate", "low", "high", "n", "coverage", "needed_n", "method", "reason"):
        assert by_file[key] == by_system[key], key
    assert by_file["estimate"] == pytest.approx(-2 / QUESTIONS)


def test_what_does_not_pass_is_accepted_by_force_only(world: World) -> None:
    world.write(NOT_WORSE, {"metric": "exact_match", "at_least": 0.995})
    assert world.call("gate", "--accept") == 1
    assert "Not accepted: the verdict is fail" in world.err
    assert not world.file.exists()
    assert world.call("gate", "--accept", "--force") == 0
    assert json.loads(world.file.read_text())["verdict"] == "fail"


def test_a_worse_run_does_not_replace_the_baseline(world: World) -> None:
    assert world.call("gate", "--accept") == 0
    before = world.file.read_bytes()
    world.write(NOT_WORSE)
    world.rerun(set(range(30)))
    assert world.call("gate", "--accept") == 1
    assert world.file.read_bytes() == before


def test_another_place_for_the_file(world: World) -> None:
    world.write(NOT_WORSE, GOOD, baseline_file="baselines/bot.json")
    (world.folder / "baselines").mkdir()
    assert world.call("gate", "--accept") == 0
    assert (world.folder / "baselines" / "bot.json").exists()
    assert world.call("gate") == 0
    assert world.call("gate", "--baseline-file", "nowhere.json") == 2
    assert world.err.startswith("bakeoff: nowhere.json: no baseline has been accepted yet")


def edited(world: World, **changes: Any) -> None:
    """Change the file as somebody would who also mends its hash."""
    content = {**json.loads(world.file.read_text()), **changes}
    content.pop("check")
    world.file.write_text(json.dumps({**content, "check": digest(content)}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"run_created": "2020-01-01T00:00:00Z"}, "is stale: its run (world-1) is"),
        ({"judge": None, "encoder": {"name": "x", "fingerprint": "y"}}, None),
        ({"columns": "direction"}, "its direction or range has changed"),
        ({"columns": "fingerprint"}, "the metric has changed, or its options have"),
        (
            {"columns": "metric"},
            "the accepted baseline has no reference.exact_match; it holds reference.other",
        ),
        ({"columns": "judged"}, "somebody judged it then, nobody does now"),
        ({"on_system_failure": "exclude"}, "failures were then counted in another way"),
        ({"samples": "half"}, "is of another item set: it holds only 59 of the 120 samples"),
        ({"samples": "others"}, "is of another item set: only 40 of its 120 samples are in run world-1"),
    ],
    ids=str,
)
def test_what_is_stale_or_cannot_be_compared_is_refused(
    world: World, change: dict[str, Any], message: str | None
) -> None:
    assert world.call("gate", "--accept") == 0
    content = json.loads(world.file.read_text())
    column, samples = content["columns"][0], content["samples"]
    changed = {
        "direction": [{**column, "direction": "lower"}],
        "fingerprint": [{**column, "fingerprint": "0" * 32}],
        "metric": [{**column, "metric": "other"}],
        "judged": [{**column, "judged": True}],
        "half": samples[:59],
        "others": [s if i < 40 else [f"x{i}", f"{i:032x}", s[2]] for i, s in enumerate(samples)],
    }
    change = {
        key: changed.get(value, value) if isinstance(value, str) else value for key, value in change.items()
    }
    if "columns" in change and change["columns"][0]["judged"]:
        change["judge"] = {"name": "somebody", "fingerprint": "1"}
    edited(world, **change)
    code = world.call("gate")
    if message is None:  # neither judge nor encoder has a part in exact match
        assert code == 0, world.err
        return
    assert (code, len(world.err.splitlines())) == (2, 1), world.out + world.err
    assert message in world.err
    assert str(world.file) in world.err


def test_samples_that_the_baseline_lacks_lower_the_coverage(world: World) -> None:
    assert world.call("gate", "--accept") == 0
    edited(world, samples=json.loads(world.file.read_text())["samples"][:100])
    assert world.call("gate") == 3
    assert "only 83.3% of the samples have a score" in world.out


def test_a_system_cannot_have_the_baselines_name(world: World) -> None:
    systems = {**SYSTEMS, "accepted": SYSTEMS["base"]}
    write_world(world.folder, systems, questions=QUESTIONS, gate={"candidate": "bot", "checks": [NOT_WORSE]})
    assert world.call("gate") == 2
    assert "'accepted' is what a gate calls something else" in world.err


def test_systems_are_compared_with_the_baseline(world: World) -> None:
    assert world.call("compare", "accepted") == 2
    assert "no baseline has been accepted" in world.err
    assert world.call("gate", "--accept") == 0
    world.rerun({3, 5, 6, 7})
    assert world.call("compare", "accepted", "bot", "--json") == 0, world.err
    found = json.loads(world.out)
    assert [system["name"] for system in found["systems"]] == ["accepted", "bot"]
    (row,) = found["metrics"]
    assert row["cells"]["accepted"]["mean"] == pytest.approx(117 / QUESTIONS)
    (difference,) = row["differences"]
    assert (difference["baseline"], difference["n"]) == ("accepted", QUESTIONS)
    assert difference["effect"] == pytest.approx(-1 / QUESTIONS)
    assert world.call("compare", "accepted") == 0
    assert "120 of this run's 120 samples are in it" in world.out


@pytest.mark.parametrize(
    "change", [{"run_created": "2020-01-01T00:00:00Z"}, {"on_system_failure": "exclude"}]
)
def test_what_is_of_no_use_any_more_is_replaced(world: World, change: dict[str, Any]) -> None:
    assert world.call("gate", "--accept") == 0
    good = world.file.read_text()
    edited(world, **change)
    assert world.call("gate") == 2
    assert world.call("gate", "--accept") == 0, world.err
    assert "nothing to compare with" in world.out
    assert world.call("gate") == 0
    assert json.loads(world.file.read_text())["samples"] == json.loads(good)["samples"]


def test_a_new_check_does_not_lock_the_baseline(world: World) -> None:
    assert world.call("gate", "--accept") == 0
    world.write(NOT_WORSE, {"metric": "token_f1", "not_worse_than": "accepted", "margin": 0.05})
    assert world.call("gate") == 2
    assert "the accepted baseline has no reference.token_f1" in world.err
    assert world.call("gate", "--accept") == 0
    assert world.call("gate") == 0


def test_a_damaged_file_is_replaced_by_force_only(world: World) -> None:
    assert world.call("gate", "--accept") == 0
    world.file.write_text(world.file.read_text()[:200])
    assert world.call("gate", "--accept") == 2
    assert "--force" in world.err
    assert world.call("gate", "--accept", "--force") == 0
    assert world.call("gate") == 0


def test_a_name_that_is_too_long_is_told(world: World) -> None:
    assert world.call("gate", "--accept", "--by", "A" * 501) == 2
    assert len(world.err.splitlines()) == 1
    assert not world.file.exists()


def test_a_sequential_run_stops_for_what_was_accepted(world: World) -> None:
    checks = {"metric": "exact_match", "not_worse_than": "accepted", "margin": 0.05}
    world.write(checks)
    assert world.call("gate", "--accept") == 0
    assert json.loads(world.file.read_text())["verdict"] == "pass"
    world.write(checks, sequential={"first": 20, "step": 20})
    record(world.folder, "bot", set(range(QUESTIONS)))
    assert world.call("run", "--quiet", "--fresh", "--sequential") == 0, world.err
    assert "decided after" in world.err
    assert world.call("gate") == 1
    assert "betting, valid at any time" in world.out


def test_what_else_differs_from_the_accepted_state_is_said(world: World) -> None:
    assert world.call("gate", "--accept") == 0
    world.call("gate")
    assert "bot against accepted: nothing else differs" in world.out
    seen = json.loads(world.file.read_text())["traits"]["recording"]
    edited(world, traits={"recording": {**seen, "content": "another"}})
    world.call("gate")
    assert "bot against accepted: differs in recording" in world.out
    world.call("compare", "accepted", "bot", "--json")
    assert "recording" in {note["aspect"] for note in json.loads(world.out)["fairness"]}
