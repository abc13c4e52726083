"""What a change touches: paths that git reports, or that were named, from the repository's root."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from bakeoff.evals.config_errors import one_line
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError

FULL_HISTORY = "fetch the whole history (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)"


def repository_root(folder: Path) -> Path | None:
    """The working tree that holds the folder; None outside any."""
    for place in (folder.resolve(), *folder.resolve().parents):
        if (place / ".git").exists():
            return place
    return None


def changed_paths(config: Config, since: str | None, named: Sequence[str]) -> list[str]:
    """The paths that differ from where `since` and HEAD parted, and the named ones.

    Uncommitted and untracked files count as changed. Outside a repository, named paths start at the config's
    folder. Raises InputError where git cannot tell, or a path lies elsewhere.
    """
    root = repository_root(config.folder)
    found = {_relative(path, root or config.folder.resolve()) for path in named}
    if since is not None:
        if root is None:
            raise InputError(
                f"{config.folder} lies in no git repository",
                where="--changed-since",
                todo="name --changed PATH",
            )
        found |= _since(root, since)
    return sorted(found)


def touching_all(config: Config) -> list[str]:
    """The paths whose change touches every suite: the config's, and the data set's."""
    root = repository_root(config.folder) or config.folder.resolve()
    files = [config.path.absolute()]
    files += [
        config.folder / place for place in (config.dataset.path, config.dataset.hub) if place is not None
    ]
    inside = [file.resolve() for file in files if file.exists() and file.resolve().is_relative_to(root)]
    return [file.relative_to(root).as_posix() for file in inside]


def _relative(path: str, root: Path) -> str:
    """A named path from the root, with `/`; it need not exist, since a change may be a removal."""
    plain = path.replace("\\", "/")
    if Path(path).is_absolute():
        place = Path(path).resolve()
        plain = place.relative_to(root).as_posix() if place.is_relative_to(root) else ".."
    parts = [part for part in PurePosixPath(plain).parts if part != "."]
    if not path.strip() or not parts:
        raise InputError("names no file", where="--changed", todo="give a path from the repository's root")
    if ".." in parts:
        raise InputError(f"{path} lies outside {root}", where="--changed", todo="give a path inside it")
    return "/".join(parts)


def _since(root: Path, revision: str) -> set[str]:
    commit = _git(root, revision, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    base = _git(root, revision, "merge-base", commit.strip(), "HEAD").strip()
    tracked = _git(root, revision, "diff", "--name-only", "--no-renames", "-z", base, "--")
    new = _git(root, revision, "ls-files", "--others", "--exclude-standard", "-z")
    return {path for path in (tracked + new).split("\0") if path}


def _git(root: Path, revision: str, *arguments: str) -> str:
    """What git prints; every failure is one of the revision's."""
    command = ["git", "-C", str(root), *arguments]
    try:
        ended = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        todo = "install it, or name --changed PATH"
        raise InputError(
            f"git cannot be run ({error.strerror})", where="--changed-since", todo=todo
        ) from error
    if ended.returncode:
        told = one_line(ended.stderr.decode(errors="replace").strip()) or "no common ancestor with HEAD"
        raise InputError(f"{revision!r}: {told}", where="--changed-since", todo=FULL_HISTORY)
    return ended.stdout.decode("utf-8", "surrogateescape")
