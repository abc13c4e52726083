"""What a change touches, asked of a real git."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from command_line.worlds import write_world

from bakeoff.assemble import read_config
from bakeoff.changed_paths import changed_paths, touching_all
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError

SYSTEMS = {"bot": {"adapter": "recorded", "kind": "prompt", "path": "bot.jsonl"}}
NAME = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *NAME, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, **files: str) -> None:
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "work")


def world(folder: Path) -> Config:
    """A config in a folder of its own."""
    return read_config(write_world(folder, SYSTEMS, questions=3))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """main and a branch that parted from it; both have gone on since."""
    folder = tmp_path / "repository"
    (folder / "evaluation").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    world(folder / "evaluation")
    commit(folder, old_txt="old\n", moved_txt="a text that is long enough to be found again\n")
    git(folder, "checkout", "--quiet", "-b", "branch")
    commit(folder, new_txt="new")
    git(folder, "checkout", "--quiet", "main")
    commit(folder, other_txt="only on main")
    git(folder, "checkout", "--quiet", "branch")
    return folder


def config_of(folder: Path) -> Config:
    return read_config(folder / "evaluation" / "bakeoff.yaml")


def test_what_the_branch_changed_counts_not_what_main_did(repository: Path) -> None:
    assert changed_paths(config_of(repository), "main", []) == ["new.txt"]


def test_what_is_not_committed_counts_and_what_is_ignored_does_not(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.db\n")
    (repository / "runs.db").write_text("")
    (repository / "evaluation" / "ä b.txt").write_text("untracked, with a name that git would quote")
    (repository / "old.txt").write_text("changed\n")
    changed = changed_paths(config_of(repository), "main", [])
    assert changed == [".gitignore", "evaluation/ä b.txt", "new.txt", "old.txt"]


def test_what_moved_or_went_counts_under_its_old_name_too(repository: Path) -> None:
    git(repository, "mv", "moved.txt", "elsewhere.txt")
    git(repository, "rm", "--quiet", "old.txt")
    assert changed_paths(config_of(repository), "main", []) == [
        "elsewhere.txt",
        "moved.txt",
        "new.txt",
        "old.txt",
    ]


def test_named_paths_start_at_the_root(repository: Path) -> None:
    named = ["./a.txt", "docs//b.md", "win\\c.txt", str(repository / "evaluation" / "d.txt")]
    assert changed_paths(config_of(repository), None, named) == [
        "a.txt",
        "docs/b.md",
        "evaluation/d.txt",
        "win/c.txt",
    ]
    assert "a.txt" in changed_paths(config_of(repository), "main", ["a.txt"])


@pytest.mark.parametrize("path", ["", " ", ".", "../a.txt", "docs/../../a.txt", "/etc/hosts"])
def test_a_path_outside_is_refused(repository: Path, path: str) -> None:
    with pytest.raises(InputError, match=r"--changed: .*(names no file|lies outside)"):
        changed_paths(config_of(repository), None, [path])


@pytest.mark.parametrize("revision", ["", "nowhere", "--output=stolen.txt", "main..branch", "a\nb"])
def test_an_unknown_revision_is_one_line(repository: Path, revision: str) -> None:
    with pytest.raises(InputError, match="fetch the whole history") as raised:
        changed_paths(config_of(repository), revision, [])
    assert len(str(raised.value).splitlines()) == 1
    assert not (repository / "stolen.txt").exists()


def test_a_branch_without_a_common_ancestor_is_told(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "alone")
    git(repository, "commit", "--quiet", "--message", "alone")
    with pytest.raises(InputError, match="no common ancestor with HEAD; fetch the whole history"):
        changed_paths(config_of(repository), "main", [])


def test_without_a_repository_paths_start_at_the_config(tmp_path: Path) -> None:
    config = world(tmp_path)
    assert changed_paths(config, None, ["a.txt", str(tmp_path / "b.txt")]) == ["a.txt", "b.txt"]
    with pytest.raises(InputError, match="lies in no git repository; name --changed PATH"):
        changed_paths(config, "main", [])


def test_without_git_named_paths_still_work(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_of(repository)
    monkeypatch.setenv("PATH", str(repository))
    assert changed_paths(config, None, ["a.txt"]) == ["a.txt"]
    with pytest.raises(InputError, match="git cannot be run"):
        changed_paths(config, "main", [])


def test_the_config_and_the_data_set_touch_everything(repository: Path, tmp_path: Path) -> None:
    config = config_of(repository)
    assert touching_all(config) == ["evaluation/bakeoff.yaml", "evaluation/questions.jsonl"]
    tree = json.loads(config.path.read_text())
    outside = tmp_path / "outside.jsonl"
    outside.write_text((repository / "evaluation" / "questions.jsonl").read_text())
    config.path.write_text(json.dumps({**tree, "dataset": {"path": str(outside)}}))
    assert touching_all(config_of(repository)) == ["evaluation/bakeoff.yaml"]
