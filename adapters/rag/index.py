"""The searchable corpus: chunks, their vectors and their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bakeoff.adapters.rag import routing
from bakeoff.adapters.rag.chunking import Chunk
from bakeoff.adapters.rag.retrieval import Bm25, Method, best, fuse, rank
from bakeoff.adapters.rag.routing import Collections, Router
from bakeoff.adapters.rag.stores import LangchainStore
from bakeoff.adapters.rag.vectors import Vectors
from bakeoff.evals.records import Context, Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FUSED = 1_000
"""How many of a vector store's hits `hybrid` fuses; of the built-in index it fuses all."""


@dataclass(frozen=True)
class Found:
    """The passages for a question, best first, and the collection that they were searched in."""

    contexts: tuple[Context, ...]
    collection: str | None = None


@dataclass(frozen=True)
class _Asked:
    """A question with what it is compared by."""

    text: str
    words: NDArray[np.float64] | None
    vector: NDArray[np.float32] | None


class Index:
    """Chunks of the present documents, searchable from the first question on.

    `replace` only takes note of the documents; `settle`, which every search begins with, chunks and embeds
    them, so that nobody pays for an index that is not asked. `vectors.embedded` counts the chunks that
    were ever sent to the encoder: replacing documents sends only those whose text is new.
    """

    def __init__(
        self,
        vectors: Vectors,
        *,
        method: Method,
        cut: Callable[[Sequence[Document]], list[Chunk]],
        store: LangchainStore | None = None,
        collections: str | None = None,
        router: Router = "centroid",
    ) -> None:
        self.vectors, self._store = vectors, store
        self._method, self._cut = method, cut
        self._field, self._router = collections, router
        self._embeds = method != "bm25" or (collections is not None and router == "centroid")
        self._counts = method != "dense" or (collections is not None and router == "bm25")
        self._documents: Sequence[Document] = ()
        self._chunks: list[Chunk] | None = []
        self._settled = True
        self._rows: NDArray[np.float32] | None = None
        self._bm25: Bm25 | None = None
        self._collections: Collections = {}
        self._centroids: NDArray[np.float32] | None = None

    @property
    def chunks(self) -> list[Chunk]:
        """All chunks, in the order of their documents."""
        if self._chunks is None:
            self._chunks = self._cut(self._documents)
        return self._chunks

    @property
    def embedded(self) -> int:
        """How many chunks were ever embedded."""
        return self.vectors.embedded

    def replace(self, documents: Sequence[Document]) -> None:
        """Search these documents from now on."""
        self._documents, self._chunks, self._settled = documents, None, False

    def settle(self) -> None:
        """Make the present documents searchable, unless they are."""
        if self._settled:
            return
        texts = [chunk.searchable for chunk in self.chunks]
        if self._embeds:
            self._rows = self.vectors.keep(texts)
        if self._store is not None:
            self._store.replace(self.chunks)
        if self._counts:
            self._bm25 = Bm25(texts)
        if self._field is not None and texts:
            self._collections = routing.collections_of(self.chunks, self._field)
            if self._router == "centroid" and self._rows is not None:
                self._centroids = routing.centroids(self._collections, self._rows)
        self._settled = True

    def search(self, question: str, top_k: int) -> Found:
        """The `top_k` best chunks of the collection that the question is routed to, best first.

        A context's score is the BM25 score, the cosine, or for `hybrid` the fused reciprocal rank.
        """
        self.settle()
        if not self.chunks:
            return Found(())
        vector = self.vectors.of(question) if self._embeds else None
        asked = _Asked(question, None if self._bm25 is None else self._bm25.scores(question), vector)
        collection = self._route(asked)
        wanted = range(len(self.chunks)) if collection is None else self._collections[collection]
        scored = self._ranked(asked, wanted, top_k)
        return Found(tuple(self.chunks[place].context(score) for place, score in scored), collection)

    def _route(self, asked: _Asked) -> str | None:
        """The name of a collection; None where there are none, or where nothing speaks for one."""
        if self._field is None:
            return None
        if self._centroids is not None and asked.vector is not None:
            return routing.nearest(self._collections, self._centroids, asked.vector)
        return None if asked.words is None else routing.elected(self._collections, asked.words)

    def _ranked(self, asked: _Asked, wanted: Sequence[int], top_k: int) -> list[tuple[int, float]]:
        """The `top_k` best places among `wanted`, with their scores."""
        columns = []
        if self._method != "dense" and asked.words is not None:
            allowed = set(wanted)
            ranking = [place for place in rank(asked.words, above=0.0) if place in allowed]
            columns.append((asked.words, ranking))
        if self._method != "bm25" and asked.vector is not None and self._rows is not None:
            cosines = (self._rows @ asked.vector).astype("float64")
            columns.append((cosines, self._nearest(asked.text, cosines, wanted, top_k)))
        if self._method == "hybrid":
            return best(fuse([ranking for _, ranking in columns]), top_k)
        scores, ranking = columns[0]
        return [(place, float(scores[place])) for place in ranking[:top_k]]

    def _nearest(
        self, question: str, cosines: NDArray[np.float64], wanted: Sequence[int], top_k: int
    ) -> list[int]:
        """Places among `wanted` by falling cosine, equal ones in their order, or as the store has them."""
        if self._store is None:
            return [wanted[at] for at in rank(cosines[list(wanted)])]
        depth = max(top_k, FUSED) if self._method == "hybrid" else top_k
        return self._store.ranking(question, cosines, wanted, depth)

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()
