"""`bakeoff gate` as a user runs it: on a real store, with its exit codes, files and signatures."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from command_line.driver import bakeoff
from command_line.worlds import CHEAP, http_system, question, reference, write_world

from bakeoff.cli.app import main

QUESTIONS = 120
RIGHT = {"good": 114, "twin": 113, "bad": 60}
SYSTEMS = {
    "bad": {"adapter": "recorded", "kind": "prompt", "path": "bad.jsonl"},
    "good": {"adapter": "recorded", "kind": "rag", "parent": "bad", "path": "good.jsonl"},
    "twin": {"adapter": "recorded", "kind": "rag", "path": "twin.jsonl"},
}
PASS = {"metric": "exact_match", "at_least": 0.8}
FAIL = {"metric": "exact_match", "at_least": 0.99}
TELL = {"metric": "exact_match", "at_least": 0.93}
SIGN = {"manual": "privacy review"}


def record(folder: Path, name: str, right: int) -> None:
    """Answers of which the first `right` are, each a hundredth of a second slower than the last."""
    rows = [
        {"question": question(i), "answer": reference(i) if i < right else "No idea.", "latency_s": i / 100}
        for i in range(QUESTIONS)
    ]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one run of three recorded systems."""
    folder = tmp_path_factory.mktemp("finished")
    for name, right in RIGHT.items():
        record(folder, name, right)
    write_world(folder, SYSTEMS, questions=QUESTIONS)
    tag_samples(folder)
    ended = bakeoff("run", "--quiet", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return folder


def tag_samples(folder: Path) -> None:
    """The first three samples are critical, the last one is tagged as hard; two domains."""
    path = folder / "questions.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for i, row in enumerate(rows):
        row["domain"] = "billing" if i % 2 else "returns"
        row["tags"] = ["critical"] if i < 3 else ["hard"] if i == QUESTIONS - 1 else []
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


class World:
    """A copy of the finished folder, whose gate a test writes."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._patch, self._capture = folder, patch, capture
        self.out = self.err = ""

    def gate(self, checks: Sequence[Any], *command: str, **keys: Any) -> object:
        """Write the gate and run it in this process, as the console script would; the exit code."""
        section = {"candidate": "good", "checks": list(checks), **keys}
        write_world(self.folder, SYSTEMS, questions=QUESTIONS, gate=section)
        tag_samples(self.folder)
        return self.again(*command)

    def again(self, *command: str) -> object:
        self._patch.chdir(self.folder)
        self._patch.setattr(sys, "argv", ["bakeoff", "gate", *command])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capture.readouterr()
        self.out, self.err = printed.out, printed.err
        return ended.value.code


@pytest.fixture
def world(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> World:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    copied = tmp_path / "world"
    shutil.copytree(finished, copied)
    return World(copied, monkeypatch, capfd)


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ([PASS], 0),
        ([PASS, FAIL], 1),
        ([PASS, TELL], 3),
        ([PASS, SIGN], 3),
        ([FAIL, TELL, SIGN], 1),
        ([{"metric": "exact_match", "better_than": "baseline"}], 0),
        ([{"metric": "exact_match", "better_than": "parent"}], 0),
        ([{"metric": "exact_match", "better_than": "twin"}], 3),
        ([{"metric": "exact_match", "not_worse_than": "twin", "margin": 0.05}], 0),
        ([{"metric": "latency_p95_s", "at_most": 1.5}], 0),
        ([{"metric": "latency_p95_s", "at_most": 0.5}], 1),
        ([{"metric": "exact_match", "at_least": 0.8, "domain": "billing"}], 0),
        ([{"metric": "exact_match", "none_below": 1, "tag": "critical"}], 0),
        ([{"metric": "exact_match", "none_below": 1, "tag": "hard"}], 1),
        ([{"metric": "cost_usd", "at_most": 0.01}], 3),
        ([{"metric": "failure_rate", "at_most": 0.03}], 0),
    ],
    ids=str,
)
def test_exit_codes(world: World, checks: list[dict[str, object]], code: int) -> None:
    assert world.gate(checks) == code, world.out + world.err
    assert world.err == ""
    verdict = world.out.splitlines()[0]
    assert verdict.startswith({0: "PASS", 1: "FAIL", 3: "INCONCLUSIVE"}[code] + ": good in run world-1")


@pytest.mark.parametrize(("policy", "code"), [("pass", 0), ("fail", 1), ("inconclusive", 3)])
def test_the_policy_of_the_command_line_wins(world: World, policy: str, code: int) -> None:
    assert world.gate([PASS, TELL], "--inconclusive", policy, inconclusive="fail") == code
    assert world.again() == 1
    assert world.gate([PASS, TELL], inconclusive=policy) == code


def test_a_gate_file_stands_in_for_the_section(world: World) -> None:
    assert world.gate([PASS]) == 0
    rules = {"candidate": "good", "checks": [PASS, FAIL]}
    (world.folder / "strict.yaml").write_text(json.dumps(rules))
    assert world.again("--gate", "strict.yaml") == 1
    (world.folder / "strict.yaml").write_text("candidate: nobody\nchecks: []\n")
    assert world.again("--gate", "strict.yaml") == 2
    assert world.err.startswith("bakeoff: strict.yaml:1: candidate: names no system: 'nobody'")


def test_where_the_items_are_too_few_the_needed_n_is_named(world: World) -> None:
    assert world.gate([TELL]) == 3
    assert "samples would decide it with probability 0.8" in world.out


@pytest.mark.parametrize(
    ("checks", "command", "message"),
    [
        (
            [{"metric": "exact_mach", "at_least": 0.8}],
            (),
            "no metric 'exact_mach'; did you mean 'exact_match'?",
        ),
        ([{"finding": "forgetting.change", "at_least": 0}], (), "no finding 'forgetting.change'"),
        ([{"metric": "exact_match", "at_least": 1.0}], (), "no number of samples can show it"),
        ([PASS], ("--run", "world-9"), "there is no run 'world-9'"),
        ([PASS], ("--candidate", "god"), "no system 'god'; did you mean 'good'?"),
        ([PASS], ("--baseline", "base"), "no system 'base'"),
        ([PASS], ("--format", "html"), "unknown format 'html'; known: terminal, markdown, junit, json"),
        ([PASS], ("--out", "gate.html"), "gate.html names no format"),
        ([PASS], ("--inconclusive", "maybe"), "'maybe' is no policy"),
        ([PASS], ("--by", "Ada"), "--by and --note go with --sign"),
        ([SIGN], ("--sign", "privacy review"), "a signature needs a name; add --by NAME"),
        ([SIGN], ("--sign", "privacy revue", "--by", "Ada"), "did you mean 'privacy review'?"),
        ([SIGN], ("--sign", "privacy review", "--by", " "), "must be printable text, not blank"),
        ([PASS, PASS, {"metric": "exact_match"}], (), "takes exactly one of"),
    ],
    ids=str,
)
def test_bad_input_is_one_line_and_exit_2(
    world: World, checks: list[dict[str, object]], command: tuple[str, ...], message: str
) -> None:
    assert world.gate(checks, *command) == 2
    assert world.out == ""
    assert len(world.err.splitlines()) == 1
    assert world.err.startswith("bakeoff: ")
    assert message in world.err


def test_bad_input_beats_a_failed_check(world: World) -> None:
    assert world.gate([FAIL, {"metric": "nothing", "at_least": 0.5}]) == 2


def test_a_config_without_a_gate_or_a_run_says_so(world: World) -> None:
    write_world(world.folder, SYSTEMS, questions=QUESTIONS)
    assert world.again() == 2
    assert "has no `gate:`" in world.err
    section = {"candidate": "good", "checks": [PASS]}
    write_world(world.folder, SYSTEMS, questions=QUESTIONS, gate=section)
    config = world.folder / "bakeoff.yaml"
    config.write_text(config.read_text().replace('"world"', '"another"'))
    assert world.again() == 2
    assert (
        "the store holds no run of 'another', and a gate runs nothing; run `bakeoff run` first" in world.err
    )


def test_an_item_is_signed_for_the_candidate_as_it_is(world: World) -> None:
    file = world.folder / "bakeoff.signoffs.json"
    assert world.gate([PASS, SIGN]) == 3
    assert "not signed for good" in world.out
    assert world.again("--sign", "privacy review", "--by", "Ada", "--note", "form 12") == 0
    assert file.exists()
    assert world.again() == 0
    assert "signed by Ada on " in world.out
    assert world.again("--candidate", "twin") == 3

    tree = json.loads(file.read_text())
    tree["signoffs"][0]["by"] = "Mallory"
    file.write_text(json.dumps(tree))
    assert world.again() == 2
    assert len(world.err.splitlines()) == 1
    assert "was edited after it was signed" in world.err
    assert world.again("--sign", "privacy review", "--by", "Ada") == 2


def test_a_changed_candidate_needs_a_new_signature(world: World) -> None:
    assert world.gate([PASS, SIGN], "--sign", "privacy review", "--by", "Ada") == 0
    record(world.folder, "good", RIGHT["good"] + 1)
    ended = bakeoff("run", "--quiet", cwd=world.folder)
    assert ended.returncode == 0, ended.stderr
    assert world.again() == 3
    assert "for another state of good" in world.out
    assert world.again("--sign", "privacy review", "--by", "Ada") == 0
    assert world.again() == 0


def test_a_config_that_changed_since_the_run_is_noted(world: World) -> None:
    assert world.gate([PASS]) == 0
    assert "has changed since this run" not in world.out
    config = world.folder / "bakeoff.yaml"
    tree = json.loads(config.read_text())
    config.write_text(json.dumps({**tree, "seed": 5}))
    assert world.again() == 0
    assert "The config has changed since this run (seed): `bakeoff run` brings it up to date." in world.out


def test_open_cells_are_exit_4_unless_a_check_fails(world: World) -> None:
    """A system behind a closed port: its answers stay open, and the run is incomplete."""
    closed = http_system("http://127.0.0.1:9/ask", answer="answer")
    systems = {**SYSTEMS, "closed": closed}

    def write(*checks: object) -> None:
        gate = {"candidate": "good", "checks": list(checks)}
        limits = {"retries": 0}
        write_world(world.folder, systems, questions=QUESTIONS, gate=gate, limits=limits, suites=(CHEAP,))
        tag_samples(world.folder)

    write(PASS)
    assert bakeoff("run", "--quiet", cwd=world.folder).returncode == 4
    assert world.again() == 4
    assert world.out.startswith("INCOMPLETE: good in run world-1")
    write(PASS, SIGN)
    assert world.again() == 4
    assert world.again("--inconclusive", "pass") == 4
    write(PASS, FAIL)
    assert world.again() == 1
    write(FAIL, {"metric": "nothing", "at_least": 0.5})
    assert world.again() == 2


def test_every_format_is_written_and_printed(world: World) -> None:
    files = [f"reports/gate{suffix}" for suffix in (".md", ".xml", ".json", ".txt")]
    outs = [part for file in files for part in ("--out", file)]
    assert world.gate([PASS, FAIL, TELL], *outs) == 1
    printed = world.out
    markdown, xml, text, plain = [(world.folder / file).read_text() for file in files]
    assert plain == printed
    assert markdown.startswith(
        "**❌ FAIL: good in run world-1, 1 of 3 checks failed, 1 cannot be decided**\n"
    )
    assert ET.fromstring(xml).get("failures") == "1"
    assert json.loads(text)["exit_code"] == 1
    for name, content in (("markdown", markdown), ("junit", xml), ("json", text)):
        assert world.again("--format", name) == 1
        assert world.out == content
    assert world.again("--json") == 1
    assert world.out == text


def test_github_gets_annotations_on_the_terminal_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert world.gate([PASS, FAIL, TELL]) == 1
    lines = [line for line in world.out.splitlines() if line.startswith("::")]
    assert [line.split()[0] for line in lines] == ["::error", "::warning"]
    assert world.again("--json") == 1
    json.loads(world.out)


def test_the_gate_writes_nothing_that_it_is_not_told_to(world: World) -> None:
    assert world.gate([PASS]) == 0
    files = set(world.folder.rglob("*"))
    store = (world.folder / ".bakeoff" / "runs.db").read_bytes()
    assert world.again() == 0
    assert set(world.folder.rglob("*")) == files
    assert (world.folder / ".bakeoff" / "runs.db").read_bytes() == store


def test_as_a_process_of_its_own(world: World) -> None:
    assert world.gate([PASS, FAIL]) == 1
    ended = bakeoff("gate", cwd=world.folder)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout == world.out
