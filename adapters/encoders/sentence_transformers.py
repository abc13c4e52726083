"""Any sentence-transformers model, from a local folder or the Hugging Face hub."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.adapters.encoders.cache import EncodingCache
from bakeoff.adapters.encoders.transformer import quiet_loading
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, file_digest
from bakeoff.evals.model_loading import loading_models
from bakeoff.evals.plugins import Plugin, Wiring

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CACHED_TEXTS = 8_192
_NEUTRAL = {".md", ".png", ".jpg"}  # files of a model folder that change no vector


class SentenceTransformersOptions(BaseModel):
    """`model` is a folder, relative to the config, or a hub id; `revision` and `device` are the library's."""

    model_config = ConfigDict(extra="forbid")

    model: str = Field(min_length=1)
    revision: str | None = None
    device: str | None = None


class SentenceTransformersEncoder:
    """A sentence-transformers model, loaded at first use; safe to share by threads.

    The vectors of the texts used last are kept. The fingerprint covers a folder's contents, or the
    hub's commit; where that is not known from the cache, the model is loaded to learn it.
    """

    name = "sentence_transformers"

    def __init__(self, model: str, *, revision: str | None = None, device: str | None = None) -> None:
        self.weights: str | None = model
        self._revision, self._device = revision, device
        self._cache: EncodingCache[NDArray[np.float32]] = EncodingCache(_CACHED_TEXTS)
        self._loading = threading.Lock()
        self._loaded: Any = None
        folder = Path(model)
        content = model_files(folder) if folder.is_dir() else [model, self._commit(model)]
        self.fingerprint = digest({"encoder": self.name, "weights": content})

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit-length rows, shape (len(texts), dimensions). Blocking: call it in a thread."""
        import numpy as np

        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack(self._cache.fetch(texts, self._encode))

    def _encode(self, texts: list[str]) -> list[NDArray[np.float32]]:
        vectors = self._model.encode(
            texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return list(vectors)

    def _commit(self, model: str) -> str | None:
        """The hub's commit of the model in use."""
        from huggingface_hub import try_to_load_from_cache

        cached = try_to_load_from_cache(model, "config.json", revision=self._revision)
        if isinstance(cached, str):  # …/snapshots/<commit>/config.json
            return Path(cached).parent.name
        config = getattr(self._model[0].auto_model, "config", None)
        return getattr(config, "_commit_hash", None) or self._revision

    @property
    def _model(self) -> Any:
        with self._loading, loading_models():
            if self._loaded is None:
                self._loaded = self._load()
        return self._loaded

    def _load(self) -> Any:
        try:
            import sentence_transformers
        except ImportError as error:
            raise InputError(
                "sentence-transformers is not installed",
                where="encoder",
                todo='pip install "bakeoff[embedded]"',
            ) from error
        try:
            with quiet_loading():
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


def model_files(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file that can change a vector."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in _NEUTRAL)
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in files}


def _build(options: SentenceTransformersOptions, wiring: Wiring) -> SentenceTransformersEncoder:
    local = wiring.folder / Path(options.model).expanduser()
    model = str(local) if local.is_dir() else options.model
    return SentenceTransformersEncoder(model, revision=options.revision, device=options.device)


PLUGIN: Plugin[SentenceTransformersEncoder] = Plugin(
    "sentence_transformers", SentenceTransformersOptions, _build
)
