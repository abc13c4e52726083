"""Folders and hub ids: which is which, and what changes a folder's content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bakeoff.adapters.huggingface.sources import Source, content_digest, find_source
from bakeoff.evals.errors import InputError

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def find(text: str, folder: Path, revision: str | None = None) -> Source:
    return find_source(text, revision, folder, where="systems.x.model", needs="config.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = tmp_path / "models" / "base"
    model.mkdir(parents=True)
    (model / "config.json").write_text("{}")
    (model / "model.safetensors").write_bytes(b"weights")
    (model / "README.md").write_text("card")
    return tmp_path


def test_a_folder_is_found_beside_the_config_and_stays_offline(folder: Path) -> None:
    source = find("models/base", folder)
    assert source.name == str(folder / "models" / "base")
    assert source.is_local
    assert source.is_pinned
    assert source.access == {"local_files_only": True}
    assert find(str(folder / "models" / "base"), folder / "models") == source


def test_a_hub_id_is_one_where_no_folder_is(folder: Path) -> None:
    source = find("org/model-1.5B", folder)
    assert (source.name, source.is_local, source.is_pinned) == ("org/model-1.5B", False, False)
    assert source.access == {"revision": None}
    assert not find("openai-community/gpt2", folder, "main").is_pinned
    assert find("openai-community/gpt2", folder, COMMIT).is_pinned
    assert (
        find("openai-community/gpt2", folder, COMMIT).identity()
        != find("openai-community/gpt2", folder).identity()
    )


@pytest.mark.parametrize(
    "text", ["models/bsae", "./base", "../base", "/nowhere/base", "a/b/c", "~/no-such", "bsae"]
)
def test_a_mistyped_path_is_no_question_to_the_hub(folder: Path, text: str) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        find(text, folder)


def test_a_folder_without_a_model_is_refused(folder: Path) -> None:
    (folder / "models" / "base" / "config.json").unlink()
    with pytest.raises(InputError, match=r"has no config\.json; name a folder written by save_pretrained"):
        find("models/base", folder)


def test_an_adapters_folder_is_no_model(folder: Path) -> None:
    (folder / "models" / "base" / "adapter_config.json").write_text("{}")
    with pytest.raises(InputError, match="PEFT adapter, not a whole model; name the parent's"):
        find("models/base", folder)


def test_a_folder_has_no_revision(folder: Path) -> None:
    with pytest.raises(InputError, match="has no revisions"):
        find("models/base", folder, "main")


def test_the_digest_covers_every_file_that_can_change_an_answer(folder: Path) -> None:
    model = folder / "models" / "base"
    seen = {content_digest(model)}
    (model / "README.md").write_text("another card")
    assert content_digest(model) in seen
    for name in ("model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja", "vocab.txt"):
        (model / name).write_text(f"changed {name}")
        digest = content_digest(model)
        assert digest not in seen
        seen.add(digest)


def test_a_file_is_read_again_only_when_it_changed(folder: Path) -> None:
    weights = folder / "models" / "base" / "model.safetensors"
    before = content_digest(weights.parent)
    stat = weights.stat()
    weights.write_bytes(b"weighty")  # same size
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert content_digest(weights.parent) == before
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert content_digest(weights.parent) != before
