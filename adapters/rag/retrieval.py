"""Ranking chunks for a question: BM25, dense vectors, and the fusion of both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Method = Literal["bm25", "dense", "hybrid"]

RRF_K = 60
"""The constant of Cormack, Clarke & Büttcher, "Reciprocal Rank Fusion", SIGIR 2009."""


def tokenize(texts: Sequence[str]) -> list[list[str]]:
    """Lower-cased words and numbers of each text, without English stop words."""
    import bm25s

    # Unlike bm25s' own pattern this one keeps single characters: "5" GHz is a fact.
    tokens: list[list[str]] = bm25s.tokenize(
        list(texts), stopwords="en", token_pattern=r"(?u)\b\w+\b", return_ids=False, show_progress=False
    )
    return tokens


class Bm25:
    """BM25 scores of a fixed list of texts (bm25s, Lucene's variant, k1 = 1.5, b = 0.75)."""

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = tokenize(texts)
        self._size = len(tokens)
        self._known = {token for row in tokens for token in row}
        self._model: Any = None
        if self._known:
            import bm25s

            self._model = bm25s.BM25()
            self._model.index(tokens, show_progress=False)

    def scores(self, question: str) -> NDArray[np.float64]:
        """One score for each text, shape (texts,); 0 where no word is shared."""
        import numpy as np

        words = [token for token in tokenize([question])[0] if token in self._known]
        if not words:
            return np.zeros(self._size)
        return np.asarray(self._model.get_scores(words), dtype=np.float64)


def rank(scores: NDArray[np.float64], *, above: float = -math.inf) -> list[int]:
    """Indices by falling score, equal ones in their order; those not above `above` are left out.

    >>> import numpy as np
    >>> rank(np.array([0.0, 2.0, 1.0, 2.0]), above=0.0)
    [1, 3, 2]
    """
    order = (-scores).argsort(kind="stable")
    return [int(index) for index in order if scores[index] > above]


def fuse(rankings: Sequence[Sequence[int]], *, k: int = RRF_K) -> Mapping[int, float]:
    """Reciprocal rank fusion: an item's score is the sum of 1 / (k + rank), ranks from 1.

    >>> fuse([[7, 8], [8]], k=1)
    {7: 0.5, 8: 0.8333333333333333}
    """
    fused: dict[int, float] = {}
    for ranking in rankings:
        for place, item in enumerate(ranking, 1):
            fused[item] = fused.get(item, 0.0) + 1.0 / (k + place)
    return fused


def best(scored: Mapping[int, float], top_k: int) -> list[tuple[int, float]]:
    """The `top_k` items with the highest scores, equal ones by index."""
    return sorted(scored.items(), key=lambda item: (-item[1], item[0]))[:top_k]
