"""Our encoder in the shape in which ragas' metrics ask for embeddings."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bakeoff.evals.protocols import Encoder

if TYPE_CHECKING:
    from ragas.embeddings.base import BaseRagasEmbedding


class Vectors:
    """Vectors of texts, each encoded once per batch, in a thread.

    A text is encoded by itself, never beside others: padding would move the last digits, and a score must
    not depend on which answers were scored together. One thread at a time, since an encoder's arithmetic
    uses all cores already.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, list[float]] = {}
        self._turn = asyncio.Lock()

    async def of(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector for each text, in order."""
        if any(text not in self._known for text in texts):
            async with self._turn:
                await asyncio.to_thread(self.encode, texts)
        return [self._known[text] for text in texts]

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """The same, blocking."""
        for text in dict.fromkeys(texts):
            if text not in self._known:
                self._known[text] = self._encoder.encode([text])[0].tolist()
        return [self._known[text] for text in texts]


def encoder_embedding(vectors: Vectors) -> BaseRagasEmbedding:
    """The embedding that ragas' metric classes are given."""
    embedding: BaseRagasEmbedding = _embedding_class()(vectors)
    return embedding


@functools.cache
def _embedding_class() -> type[Any]:
    from ragas.embeddings.base import BaseRagasEmbedding

    class EncoderEmbedding(BaseRagasEmbedding):
        def __init__(self, vectors: Vectors) -> None:
            super().__init__()
            self.vectors = vectors

        def embed_text(self, text: str, **_: Any) -> list[float]:
            return self.vectors.encode([text])[0]

        async def aembed_text(self, text: str, **_: Any) -> list[float]:
            return (await self.vectors.of([text]))[0]

        async def aembed_texts(self, texts: list[str], **_: Any) -> list[list[float]]:
            return await self.vectors.of(texts)

    return EncoderEmbedding
