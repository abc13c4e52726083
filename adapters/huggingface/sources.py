"""Where weights lie: a folder beside the config, or a repository on the hub."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, file_digest

_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
# weights, configs, tokenizers and chat templates; a model card changes no answer
_CONTENT = {".safetensors", ".bin", ".pt", ".json", ".txt", ".model", ".jinja", ".tiktoken", ".spm", ".vocab"}


@dataclass(frozen=True)
class Source:
    """A folder (then `name` is its absolute path and `content` what its files hold), or a hub id."""

    name: str
    revision: str | None = None
    content: str | None = None

    @property
    def is_local(self) -> bool:
        return self.content is not None

    @property
    def is_pinned(self) -> bool:
        """Whether what it names can never change: by its content, or by a full commit."""
        return self.is_local or _COMMIT.fullmatch(self.revision or "") is not None

    @property
    def access(self) -> dict[str, Any]:
        """The keywords of `from_pretrained` beside the name; a folder never touches the network."""
        return {"local_files_only": True} if self.is_local else {"revision": self.revision}

    def identity(self) -> Mapping[str, str | None]:
        """What goes into a fingerprint: content where it is known, else the name."""
        return {"content": self.content} if self.is_local else {"hub": self.name, "revision": self.revision}


def find_source(text: str, revision: str | None, folder: Path, *, where: str, needs: str) -> Source:
    """The source that a config names; `needs` is the file that makes a folder one of its kind.

    A hub id has two parts. A text that could be both is a folder where there is one, or where its first
    part is a folder: a mistyped path must not become a question to the hub. Raises InputError.
    """
    path = (folder / Path(text).expanduser()).resolve()
    if not path.is_dir():
        if not _HUB_ID.fullmatch(text) or _starts_in_folder(text, folder):
            todo = "name a folder relative to the config's, or a hub id (organisation/name)"
            raise InputError(f"there is no folder {path}", where=where, todo=todo)
        return Source(text, revision)
    if revision is not None:
        todo = "leave out the revision: the fingerprint covers the folder's files"
        raise InputError(f"{path} is a folder and has no revisions", where=where, todo=todo)
    _check_folder(path, where=where, needs=needs)
    return Source(str(path), content=content_digest(path))


def _starts_in_folder(text: str, folder: Path) -> bool:
    return (folder / text.split("/")[0]).is_dir()


def _check_folder(path: Path, *, where: str, needs: str) -> None:
    """What transformers would otherwise answer with a walk to the hub, or with weights made up at random."""
    if needs == "config.json" and (path / "adapter_config.json").exists():
        todo = "name the parent's folder as `model` and this one as `peft`"
        raise InputError(f"{path} holds a PEFT adapter, not a whole model", where=where, todo=todo)
    if not (path / needs).is_file():
        todo = "name a folder written by save_pretrained"
        raise InputError(f"{path} has no {needs}", where=where, todo=todo)


def content_digest(folder: Path) -> str:
    """Digest of the names and bytes of all files of a model's folder that can change an answer."""
    files = [*folder.iterdir(), *folder.glob("additional_chat_templates/*")]
    chosen = sorted(path for path in files if path.is_file() and path.suffix in _CONTENT)
    return digest({path.relative_to(folder).as_posix(): _file_content(path) for path in chosen})


def _file_content(path: Path) -> str:
    stat = path.stat()
    return _digest_once(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4096)
def _digest_once(path: Path, size: int, mtime_ns: int) -> str:  # noqa: ARG001 - a file that changed is another key
    return file_digest(path)
