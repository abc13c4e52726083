"""Re-ranking: a cross-encoder reads question and passage together, and puts the best first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.adapters.encoders.sentence_transformers import model_files
from bakeoff.adapters.encoders.transformer import quiet_loading
from bakeoff.adapters.rag.chunking import titled
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest
from bakeoff.evals.model_loading import loading_models
from bakeoff.evals.records import Context


class RerankOptions(BaseModel):
    """`model` is a cross-encoder's folder, relative to the config, or its hub id.

    It reads the `candidates` best passages of the retrieval, each with its title; the `top_k` of them that it
    finds best are kept.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(min_length=1, description="a cross-encoder: a folder, or a hub id")
    revision: str | None = None
    candidates: int = Field(default=20, ge=1, le=1000)
    device: str | None = None


_SHARED: WeakValueDictionary[tuple[str, str | None], Any] = WeakValueDictionary()
"""The models in use, by content and device: the systems of a sweep load one between them."""


class Reranker:
    """A sentence-transformers `CrossEncoder`, loaded at its first use."""

    def __init__(self, options: RerankOptions, folder: Path, where: str) -> None:
        local = folder / Path(options.model).expanduser()
        self.candidates = options.candidates
        self._model = str(local) if local.is_dir() else options.model
        self._options, self._where = options, where
        self._loaded: Any = None
        self._weights = digest(model_files(local) if local.is_dir() else [options.model, options.revision])
        self.fingerprint = digest({"weights": self._weights, "candidates": options.candidates})
        self.content_addressed = local.is_dir()

    def __call__(self, question: str, contexts: Sequence[Context], top_k: int) -> tuple[Context, ...]:
        """The `top_k` best, their scores the cross-encoder's; of equal ones (to six digits) the earlier."""
        if not contexts:
            return ()
        pairs = [(question, titled(context.text, context.metadata)) for context in contexts]
        scores = [round(float(score), 6) for score in self.load().predict(pairs, show_progress_bar=False)]
        order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
        return tuple(contexts[at].model_copy(update={"score": scores[at]}) for at in order[:top_k])

    def load(self) -> Any:
        """The model; InputError where it cannot be had, or is no cross-encoder with one score."""
        key = (self._weights, self._options.device)
        with loading_models():
            if self._loaded is None:
                self._loaded = _SHARED.get(key) or self._load()
                _SHARED[key] = self._loaded
        return self._loaded

    def _load(self) -> Any:
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            todo = 'pip install "bakeoff[rag]"'
            raise InputError(
                "sentence-transformers is not installed", where=self._where, todo=todo
            ) from error
        try:
            with quiet_loading():
                model = CrossEncoder(
                    self._model, revision=self._options.revision, device=self._options.device
                )
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise InputError(
                f"the model {self._options.model!r} does not load: {reason}",
                where=f"{self._where}.model",
                todo="name a folder, or a hub id that is in the cache or can be fetched",
            ) from error
        if model.num_labels != 1:
            what = f"the model {self._options.model!r} gives {model.num_labels} scores for a pair, not one"
            raise InputError(what, where=f"{self._where}.model", todo="name one trained for ranking")
        return model
