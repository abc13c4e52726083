"""Domain collections: which part of the corpus a question is searched in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from bakeoff.adapters.rag.chunking import Chunk
from bakeoff.adapters.rag.retrieval import best, rank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Router = Literal["centroid", "bm25"]

VOTERS = 10
"""The chunks with the highest BM25 scores, whose scores are the votes of the router `bm25`."""

Collections = Mapping[str, Sequence[int]]
"""The places of each collection's chunks, by name in alphabetical order."""


def collections_of(chunks: Sequence[Chunk], field: str) -> Collections:
    """The chunks by their metadata field; those without it are in the collection with the empty name."""
    found: dict[str, list[int]] = {}
    for place, chunk in enumerate(chunks):
        found.setdefault(str(chunk.metadata.get(field, "")), []).append(place)
    return dict(sorted(found.items()))


def centroids(collections: Collections, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean vector of each collection, at unit length, shape (collections, dimensions)."""
    import numpy as np

    means = np.stack([rows[list(places)].mean(axis=0) for places in collections.values()])
    lengths: NDArray[np.float32] = np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    return np.asarray(means / lengths, dtype=np.float32)


def nearest(collections: Collections, centres: NDArray[np.float32], vector: NDArray[np.float32]) -> str:
    """The collection whose centroid has the greatest cosine with the question; of equal ones the first."""
    cosines = (centres @ vector).astype("float64").round(6)
    return list(collections)[rank(cosines)[0]]


def elected(collections: Collections, scores: NDArray[np.float64]) -> str | None:
    """The collection with the greatest sum of BM25 scores among the question's `VOTERS` best chunks.

    Of equal ones the first; None where no chunk shares a word with the question.
    """
    voters = {place: float(scores[place]) for place in rank(scores, above=0.0)[:VOTERS]}
    if not voters:
        return None
    names = list(collections)
    votes = {
        at: round(sum(voters.get(place, 0.0) for place in collections[name]), 6)
        for at, name in enumerate(names)
    }
    return names[best(votes, 1)[0][0]]
