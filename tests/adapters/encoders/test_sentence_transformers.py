from __future__ import annotations

import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from bakeoff.adapters.encoders.embedded import EmbeddedEncoder, embedded_folder
from bakeoff.adapters.encoders.sentence_transformers import (
    PLUGIN,
    SentenceTransformersEncoder,
    SentenceTransformersOptions,
)
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    source = Path(__file__).parents[3] / "src"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@lru_cache
def encoder() -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(str(embedded_folder()), device="cpu")


def test_encodes_a_local_model_like_the_embedded_one() -> None:
    texts = ["The battery lasts twelve hours.", "refunds", "The battery lasts twelve hours.", ""]
    found = encoder().encode(texts)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, EmbeddedEncoder().encode(texts), atol=1e-5)


def test_no_text_gives_no_row() -> None:
    assert len(encoder().encode([])) == 0


def test_is_an_encoder() -> None:
    fresh: Encoder = encoder()
    assert isinstance(fresh, Encoder)
    assert fresh.weights == str(embedded_folder())


def test_fingerprint_follows_the_contents_of_the_folder(tmp_path: Path) -> None:
    shutil.copytree(embedded_folder(), tmp_path / "copy")
    copy = SentenceTransformersEncoder(str(tmp_path / "copy"), device="cpu")
    assert copy.fingerprint == encoder().fingerprint
    (tmp_path / "copy" / "README.md").write_text("another description")
    assert SentenceTransformersEncoder(str(tmp_path / "copy")).fingerprint == encoder().fingerprint
    (tmp_path / "copy" / "config.json").write_text("{}")
    assert SentenceTransformersEncoder(str(tmp_path / "copy")).fingerprint != encoder().fingerprint


def test_a_folder_is_found_relative_to_the_config(tmp_path: Path) -> None:
    (tmp_path / "models" / "mine").mkdir(parents=True)
    wiring = Wiring(folder=tmp_path, encoder=encoder)
    built = PLUGIN.build(SentenceTransformersOptions(model="models/mine"), wiring)
    assert built.weights == str(tmp_path / "models" / "mine")


def test_a_hub_model_is_known_by_its_commit_and_a_missing_one_is_one_clear_line(tmp_path: Path) -> None:
    code = f"""
import os, shutil
from pathlib import Path
cache = Path({str(tmp_path)!r}) / "hub"
os.environ.update(HF_HUB_CACHE=str(cache), HF_HUB_OFFLINE="1")
from bakeoff.adapters.encoders.embedded import embedded_folder
from bakeoff.adapters.encoders.sentence_transformers import SentenceTransformersEncoder
from bakeoff.evals.errors import InputError
for commit in ("a" * 40, "b" * 40):
    shutil.copytree(embedded_folder(), cache / "models--org--name" / "snapshots" / commit)
(cache / "models--org--name" / "refs").mkdir()
(cache / "models--org--name" / "refs" / "main").write_text("a" * 40)
named = SentenceTransformersEncoder("org/name")
pinned = [SentenceTransformersEncoder("org/name", revision=commit * 40) for commit in "ab"]
print(named.fingerprint == pinned[0].fingerprint, named.fingerprint == pinned[1].fingerprint)
print(named.weights, pinned[1].encode(["The battery lasts."]).shape)
try:
    SentenceTransformersEncoder("org/missing")
except InputError as error:
    print(error)
"""
    result = run_python(code)
    assert result.returncode == 0, result.stderr
    same, found, missing = result.stdout.splitlines()
    assert (same, found) == ("True False", "org/name (1, 384)")
    assert missing.startswith("encoder.model: the model 'org/missing' does not load: ")


def test_a_folder_that_holds_no_model_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(InputError, match="does not load") as caught:
        SentenceTransformersEncoder(str(tmp_path)).encode(["text"])
    assert "\n" not in str(caught.value)


def test_unknown_options_are_refused() -> None:
    with pytest.raises(ValidationError):
        SentenceTransformersOptions.model_validate({"model": "org/name", "modell": "x"})
    with pytest.raises(ValidationError):
        SentenceTransformersOptions(model="")
