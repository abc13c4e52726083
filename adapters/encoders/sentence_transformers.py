"""Any sentence-transformers model, from a local folder or the Hugging Face hub."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.adapters.encoders.cache import LruCache
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, file_digest
from bakeoff.evals.plugins import Plugin, Wiring

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CACHED_TEXTS = 8_192
_NEUTRAL = {".md", ".gitattributes", ".png", ".jpg"}  # files of a model folder that change no vector


class SentenceTransformersOptions(BaseModel):
    """`model`: a folder (relative to the config) or a hub id; `revision` and `device` as the library takes them."""

    model_config = ConfigDict(extra="forbid")

    model: str = Field(min_length=1)
    revision: str | None = None
    device: str | None = None


class SentenceTransformersEncoder:
    """A sentence-transformers model, loaded at first use. Vectors used last are kept; safe to share by threads.

    The fingerprint covers a folder's contents, or the hub's commit; asking for the latter loads the model.
    """

    name = "sentence_transformers"

    def __init__(self, model: str, *, revision: str | None = None, device: str | None = None) -> None:
        self.weights: str | None = model
        self._revision, self._device = revision, device
        self._lock = threading.RLock()
        self._cache: LruCache[str, NDArray[np.float32]] = LruCache(_CACHED_TEXTS, lambda _: 1)

    @cached_property
    def fingerprint(self) -> str:
        return digest({"encoder": self.name, "weights": self._content()})

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit-length rows, shape (len(texts), dimensions). Blocking: call it in a thread."""
        import numpy as np

        found: dict[str, NDArray[np.float32]] = {}
        with self._lock:
            for text in texts:
                if (vector := self._cache.get(text)) is not None:
                    found[text] = vector
            missing = [text for text in dict.fromkeys(texts) if text not in found]
            for text, vector in zip(missing, self._encode(missing), strict=True):
                found[text] = vector
                self._cache.put(text, vector)
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([found[text] for text in texts])

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self._model.encode(
            texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return vectors

    def _content(self) -> Any:
        folder = Path(self.weights or "")
        if folder.is_dir():
            files = sorted(
                path for path in folder.rglob("*") if path.is_file() and path.suffix not in _NEUTRAL
            )
            return {path.relative_to(folder).as_posix(): file_digest(path) for path in files}
        config = getattr(self._model[0].auto_model, "config", None)
        return [self.weights, getattr(config, "_commit_hash", None) or self._revision]

    @cached_property
    def _model(self) -> Any:
        try:
            import sentence_transformers
        except ImportError as error:
            raise InputError(
                "sentence-transformers is not installed",
                where="encoder",
                todo='pip install "bakeoff[embedded]"',
            ) from error
        from transformers.utils import logging

        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        try:
            return sentence_transformers.SentenceTransformer(
                self.weights, revision=self._revision, device=self._device
            )
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise InputError(
                f"the model {self.weights!r} does not load: {reason}",
                where="encoder.model",
                todo="name a folder, or a hub id that is in the cache or can be fetched",
            ) from error
        finally:
            if shown:
                logging.enable_progress_bar()


def _build(options: SentenceTransformersOptions, wiring: Wiring) -> SentenceTransformersEncoder:
    local = wiring.folder / Path(options.model).expanduser()
    model = str(local) if local.is_dir() else options.model
    return SentenceTransformersEncoder(model, revision=options.revision, device=options.device)


PLUGIN: Plugin[SentenceTransformersEncoder] = Plugin(
    "sentence_transformers", SentenceTransformersOptions, _build
)
