"""A repository with a planted regression, gated by the files in examples/ci and the action as they stand."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command_line.driver import LONGEST_S, environment
from command_line.workflow import Ended, read, run_steps, shim
from command_line.worlds import CHEAP

ROOT = Path(__file__).resolve().parents[2]
GITHUB, SHELL, ACTION = (ROOT / "examples/ci/github.yml", ROOT / "examples/ci/gate.sh", ROOT / "action.yml")
NAME = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")

BOT = '''
"""Adds up, as the released bot does."""

def answer(question: str) -> str:
    return f"It is {2 * int(question.split()[2])}."
'''
RELEASED = {"adapter": "python", "kind": "prompt", "target": "released:answer", "capabilities": ["live"]}
SYSTEMS = {"released": RELEASED, "candidate": {**RELEASED, "target": "bot:answer"}}
CHECK = {"metric": "exact_match", "not_worse_than": "baseline", "margin": 0.05}
ASKS = "exact_match of candidate not worse than released by 0.05"
SHIFT = {"finding": "format_shift.interaction", "at_least": -0.05}
PAID = {"kind": "openai", "model": "gpt", "api_key": "${OPENAI_API_KEY}"}


@dataclass(frozen=True)
class Repository:
    """A clone with a branch that changes the bot; `origin` holds the branch that it leads to."""

    folder: Path
    scratch: Path

    def github(self, *, key: str = "key", base: str = "main") -> Ended:
        """The example workflow's steps, as in a pull request to `base` (nightly where that is empty)."""
        (job,) = read(GITHUB)["jobs"].values()
        assert list(job["env"]) == ["OPENAI_API_KEY"]
        context = {"vars.BAKEOFF_COMMENT": "", "github.event_name": "pull_request"}
        variables = {"OPENAI_API_KEY": key, "GITHUB_BASE_REF": base}
        return run_steps(job["steps"], context, cwd=self.folder, scratch=self.scratch, **variables)

    def action(self, *, key: str = "key", **inputs: str) -> Ended:
        """The composite action's steps with these inputs, and the defaults of the others."""
        tree = read(ACTION)
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(given) <= set(tree["inputs"])
        context = {f"inputs.{name}": entry["default"] for name, entry in tree["inputs"].items()}
        context |= {f"inputs.{name}": value for name, value in given.items()}
        steps = tree["runs"]["steps"]
        return run_steps(steps, context, cwd=self.folder, scratch=self.scratch, OPENAI_API_KEY=key)

    def shell(self, *arguments: str, key: str = "key") -> subprocess.CompletedProcess[str]:
        """The plain shell script."""
        path = f"{shim(self.scratch / 'bin')}:{environment()['PATH']}"
        return subprocess.run(
            ["sh", str(SHELL), *arguments],
            cwd=self.folder,
            env=environment(PATH=path, OPENAI_API_KEY=key, GITHUB_ACTIONS=""),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_S,
            check=False,
        )

    def report(self, name: str) -> Any:
        return json.loads((self.folder / name / "gate.json").read_text())


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *NAME, *arguments], check=True, capture_output=True)


def repository(folder: Path, *, items: int = 200, bot: str = BOT, **keys: Any) -> Repository:
    """main with the released bot, and a branch with this one."""
    origin, clone, scratch = folder / "origin", folder / "clone", folder / "scratch"
    for place in (origin, scratch):
        place.mkdir()
    git(origin, "init", "--quiet", "--initial-branch", "main")
    (origin / ".gitignore").write_text(".bakeoff/\n__pycache__/\nreports/\nbakeoff-reports/\n")
    (origin / "released.py").write_text(BOT)
    (origin / "bot.py").write_text(BOT)
    rows = [
        {"question": f"What is {i} and {i}?", "reference": f"It is {2 * i}."} for i in range(100, 100 + items)
    ]
    (origin / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (origin / "bakeoff.yaml").write_text(json.dumps(config(**keys), indent=1))
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "--message", "the released bot")
    git(folder, "clone", "--quiet", str(origin), str(clone))
    git(clone, "checkout", "--quiet", "-b", "change")
    (clone / "bot.py").write_text(bot + "# touched\n")
    git(clone, "commit", "--quiet", "--all", "--message", "another bot")
    return Repository(clone, scratch)


def config(**keys: Any) -> Mapping[str, Any]:
    """exact_match where the bot changes, format_shift where the prompts do; a judge that needs a key."""
    return {
        "name": "bot",
        "dataset": {"path": "questions.jsonl"},
        "systems": SYSTEMS,
        "baseline": "released",
        "judge": PAID,
        "suites": [CHEAP, "format_shift"],
        "touches": {"reference": ["bot.py"], "format_shift": ["prompts/**"]},
        "gate": {"candidate": "candidate", "checks": [CHECK, SHIFT]},
        **keys,
    }


def regressed() -> str:
    """Every third question or so is answered wrong."""
    return BOT.replace("{2 *", "{(3 if question[10] in '369' else 2) *")


def test_a_planted_regression_fails_and_the_summary_names_it(tmp_path: Path) -> None:
    ended = repository(tmp_path, bot=regressed()).github()
    assert (ended.code, ended.ran) == (1, ["Run", "Gate"]), ended.out + ended.err
    head, _, rest = ended.summary.partition("\n")
    assert head.startswith("**❌ FAIL: candidate in run bot-pre-merge-1, 1 of 1 check failed")
    failed, _, folded = rest.partition("<details>")
    assert ASKS.replace("_", "\\_") in failed
    assert "format\\_shift" not in failed
    assert "format\\_shift was left out: no changed path touches prompts" in folded
    assert "**Significant differences from released**" in folded
    assert f"::error title=bakeoff gate%3A {ASKS}::" in ended.out


@pytest.mark.slow
def test_without_it_the_gate_passes(tmp_path: Path) -> None:
    ended = repository(tmp_path).github()
    assert (ended.code, ended.ran) == (0, ["Run", "Gate"]), ended.out + ended.err
    assert ended.summary.startswith("**✅ PASS: candidate in run bot-pre-merge-1, 1 check passed**")


@pytest.mark.slow
def test_with_20_items_nobody_can_tell_and_the_n_is_named(tmp_path: Path) -> None:
    ended = repository(tmp_path, items=20).github()
    assert ended.code == 3, ended.out + ended.err
    head, _, rest = ended.summary.partition("\n")
    assert head.startswith("**❔ INCONCLUSIVE")
    assert "samples would decide it with probability 0.8" in rest.partition("<details>")[0]


@pytest.mark.slow
def test_a_fork_without_the_secret_cannot_tell(tmp_path: Path) -> None:
    """The secret is empty: the offline judge stands in, and what it says decides nothing."""
    judged = {"metric": "answer_relevancy", "at_least": 0.1}
    suites = [CHEAP, {"ragas": {"metrics": ["answer_relevancy"]}}]
    gate = {"candidate": "candidate", "checks": [CHECK, judged]}
    forked = repository(tmp_path, items=150, suites=suites, touches={}, gate=gate)
    ended = forked.github(key="")
    assert (ended.code, ended.ran) == (3, ["Run", "Gate"]), ended.out + ended.err
    assert "answer\\_relevancy of candidate at least 0.1**: scored by the offline judge" in ended.summary
    assert "Passed: 1" in ended.summary
    shell = forked.shell(key="")
    assert shell.returncode == 3, shell.stdout + shell.stderr
    assert forked.report("reports")["verdict"] == "inconclusive"
    allowed = json.loads((forked.folder / "bakeoff.yaml").read_text())
    allowed["gate"]["allow_offline_judge"] = True
    (forked.folder / "bakeoff.yaml").write_text(json.dumps(allowed))
    assert forked.shell("bakeoff.yaml", "origin/main", key="").returncode == 0


@pytest.mark.slow
def test_the_shell_script_keeps_the_exit_code_and_writes_the_reports(tmp_path: Path) -> None:
    """The whole run first, as at night, then a pull request's."""
    bad = repository(
        tmp_path,
        bot=regressed(),
        suites=[CHEAP],
        touches={},
        gate={"candidate": "candidate", "checks": [CHECK]},
    )
    ended = bad.shell()
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "FAIL: candidate in run bot-1, 1 of 1 check failed" in ended.stdout
    assert bad.report("reports")["run"] == "bot-1"
    assert ASKS.replace("_", "\\_") in (bad.folder / "reports/gate.md").read_text()
    assert b"<failure" in (bad.folder / "reports/gate.xml").read_bytes()
    assert bad.shell("bakeoff.yaml", "origin/main").returncode == 1
    assert bad.report("reports")["run"] == "bot-pre-merge-1"
    nightly = bad.github(base="")
    assert (nightly.code, nightly.ran) == (1, ["Run", "Gate"])
    assert nightly.summary.startswith("**❌ FAIL: candidate in run bot-2")
    missing = bad.shell("elsewhere.yaml")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert bad.shell("bakeoff.yaml", "origin/nowhere").returncode == 2


@pytest.mark.slow
def test_the_action_says_verdict_and_exit_code(tmp_path: Path) -> None:
    bad = repository(tmp_path, bot=regressed())
    ended = bad.action(changed_since="origin/main")
    assert (ended.code, ended.ran) == (1, ["Run and gate", "Verdict"]), ended.out + ended.err
    assert ended.outputs == {"exit-code": "1", "verdict": "fail"}
    assert ended.summary.startswith("**❌ FAIL: candidate in run bot-pre-merge-1")
    (bad.folder / "bot.py").write_text(BOT)
    options = "--inconclusive fail --candidate candidate"
    ended = bad.action(changed_since="origin/main", judge="offline", summary="false", gate_options=options)
    assert (ended.code, ended.summary) == (0, ""), ended.out + ended.err
    assert ended.outputs == {"exit-code": "0", "verdict": "pass"}
    ended = bad.action(changed_since="origin/nowhere")
    assert (ended.code, ended.outputs) == (2, {"exit-code": "2", "verdict": "error"})


@pytest.mark.slow
def test_a_system_that_needs_the_secret_is_told_in_one_sentence(tmp_path: Path) -> None:
    paid = {"adapter": "openai", "kind": "prompt", "model": "gpt", "api_key": "${OPENAI_API_KEY}"}
    forked = repository(tmp_path, items=5, systems={**SYSTEMS, "paid": paid})
    ended = forked.shell(key="")
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert "systems.paid.api_key: environment variable OPENAI_API_KEY is empty" in line
