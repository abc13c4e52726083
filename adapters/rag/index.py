"""The searchable corpus: chunks, their vectors and their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bakeoff.adapters.rag.chunking import Chunk, chunk_document
from bakeoff.adapters.rag.retrieval import Bm25, Method, best, fuse, rank
from bakeoff.evals.protocols import Encoder
from bakeoff.evals.records import Context, Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Index:
    """Chunks of the present documents, ready to be searched.

    `embedded` counts the chunks that were ever sent to the encoder: replacing documents sends only
    those whose text is new.
    """

    def __init__(self, encoder: Encoder, *, method: Method, chunk_words: int, overlap: int) -> None:
        self.chunks: list[Chunk] = []
        self.embedded = 0
        self._encoder = encoder
        self._method = method
        self._chunk_words, self._overlap = chunk_words, overlap
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._rows: NDArray[np.float32] | None = None
        self._bm25: Bm25 | None = None

    def replace(self, documents: Sequence[Document]) -> None:
        """Search these documents from now on."""
        chunks = [
            chunk
            for document in documents
            for chunk in chunk_document(document, words=self._chunk_words, overlap=self._overlap)
        ]
        texts = [chunk.searchable for chunk in chunks]
        if self._method != "bm25":
            self._rows = self._embed(texts)
        if self._method != "dense":
            self._bm25 = Bm25(texts)
        self.chunks = chunks

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Rows for the texts, shape (texts, dimensions); vectors no longer needed are dropped."""
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        known = self._vectors
        if new:
            known = known | dict(zip(new, self._encoder.encode(new), strict=True))
            self.embedded += len(new)
        self._vectors = {text: known[text] for text in texts}
        return np.stack([self._vectors[text] for text in texts]) if texts else None

    def search(self, question: str, top_k: int) -> tuple[Context, ...]:
        """The `top_k` best chunks, best first.

        A context's score is the BM25 score, the cosine, or for `hybrid` the fused reciprocal rank.
        """
        scored = self._scored(question)
        return tuple(self.chunks[place].context(score) for place, score in best(scored, top_k))

    def _scored(self, question: str) -> dict[int, float]:
        if not self.chunks:
            return {}
        columns = []
        if self._bm25 is not None:
            words = self._bm25.scores(question)
            columns.append((words, rank(words, above=0.0)))
        if self._rows is not None:
            vector = self._encoder.encode([question])[0]
            cosines = (self._rows @ vector).astype("float64")
            columns.append((cosines, rank(cosines)))
        if self._method == "hybrid":
            return dict(fuse([ranking for _, ranking in columns]))
        scores, ranking = columns[0]
        return {place: float(scores[place]) for place in ranking}
