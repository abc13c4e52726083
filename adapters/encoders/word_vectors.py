"""Contextual vectors of the words of a sentence, from a model's first layers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bakeoff.adapters.encoders.cache import EncodingCache
from bakeoff.adapters.encoders.transformer import Pieces, Transformer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CACHE_BYTES = 128 * 2**20
_WINDOW = 510  # word pieces that BERT's 512 positions leave beside the two special tokens

# Group 1 is the word: a number, or letters and digits with apostrophes inside; a possessive 's stays outside.
_WORD = re.compile(r"(\d+(?:[.,:/]\d+)*|[^\W_]+(?:['’](?!s\b)[^\W_]+)*)(?:['’]s\b)?", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """A word in its sentence, `start` and `end` being character offsets."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class SentenceVectors:
    """A sentence's words with their unit-length vectors, shape (words, dimensions), and their pieces' ids.

    A word of which the model sees nothing (a character that it drops) has a zero vector and no pieces.
    """

    words: tuple[Word, ...]
    vectors: NDArray[np.float32]
    pieces: tuple[tuple[int, ...], ...]


def words(sentence: str) -> tuple[Word, ...]:
    """The words of a sentence: numbers with their separators, and letters and digits with apostrophes.

    >>> [word.text for word in words("Ann's set isn't 1,200.5 kg (all-in).")]
    ['Ann', 'set', "isn't", '1,200.5', 'kg', 'all', 'in']
    """
    return tuple(Word(match[1], match.start(1), match.end(1)) for match in _WORD.finditer(sentence))


class WordEncoder:
    """Word vectors from the first `layers` layers of the model in `folder`; each sentence by itself.

    `select` says which words of a sentence to keep. Sentences used last are kept, up to 128 MiB. A
    sentence beyond the model's 512 positions is read in consecutive windows. Safe to share by threads.
    """

    def __init__(
        self, folder: Path, layers: int = 3, select: Callable[[str], Sequence[Word]] = words
    ) -> None:
        self._model = Transformer(folder, layers)
        self._select = select
        self._cache: EncodingCache[SentenceVectors] = EncodingCache(_CACHE_BYTES, _size)

    def encode(self, sentences: Sequence[str]) -> list[SentenceVectors]:
        """The word vectors of each sentence, in order; those not known yet are computed in batches."""
        return self._cache.fetch(sentences, self._encode)

    def _encode(self, sentences: Sequence[str]) -> list[SentenceVectors]:
        import numpy as np

        pieces = self._model.tokenize(sentences)
        windows = [
            (number, piece.ids[start : start + _WINDOW])
            for number, piece in enumerate(pieces)
            for start in range(0, max(1, len(piece.ids)), _WINDOW)
        ]
        states: list[list[NDArray[np.float32]]] = [[] for _ in sentences]
        for (number, _), state in zip(windows, self._model.states([ids for _, ids in windows]), strict=True):
            states[number].append(state[1:-1])
        return [
            _pool(self._select(sentence), piece, np.concatenate(parts))
            for sentence, piece, parts in zip(sentences, pieces, states, strict=True)
        ]


def _pool(chosen: Sequence[Word], pieces: Pieces, states: NDArray[np.float32]) -> SentenceVectors:
    """Mean of the states of each word's pieces, scaled to length 1."""
    import numpy as np

    vectors = np.zeros((len(chosen), states.shape[1]), dtype=np.float32)
    ids = []
    first = 0
    for row, word in enumerate(chosen):
        while first < len(pieces.ids) and pieces.offsets[first][1] <= word.start:
            first += 1
        last = first
        while last < len(pieces.ids) and pieces.offsets[last][0] < word.end:
            last += 1
        ids.append(pieces.ids[first:last])
        if last > first:
            mean = states[first:last].mean(axis=0)
            vectors[row] = mean / np.linalg.norm(mean)
    return SentenceVectors(tuple(chosen), vectors, tuple(ids))


def _size(vectors: SentenceVectors) -> int:
    return int(vectors.vectors.nbytes) + 200 * len(vectors.words) + 500
