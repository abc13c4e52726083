"""Graded support: how far the words of a claim are met by sentences of its contexts.

`M[i, s]` is the best cosine between claim word i and any word of context sentence s. From it

    A  weighted mean over claim words of max over s of M[i, s], rarer words weighing more
    P  mean over adjacent claim words of max over s of min(M[i, s], M[i + 1, s])
    G  (A + P) / 2 - 0.1 min(2, numbers of the claim that the contexts lack)

so A asks whether each word is met anywhere, P whether neighbours are met together. Both are blind to
negation, and to who does what to whom.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bakeoff.adapters.encoders.embedded import embedded_folder
from bakeoff.adapters.encoders.word_vectors import SentenceVectors, Word, WordEncoder
from bakeoff.adapters.judges.claims import content_words, numbers, pairs
from bakeoff.evals.text import sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LAYERS = 3
PAIR_THRESHOLD = 0.80
NUMBER_PENALTY = 0.1
MOST_NUMBERS = 2

# A word's weight grows with the logarithm of its piece's place in a vocabulary ordered by frequency.
_COMMON, _RARE = math.log(1_500), math.log(40_000)
_LEAST_WEIGHT = 0.15
_VOCABULARY = 30_522


@dataclass(frozen=True)
class Support:
    """How far contexts support one claim sentence.

    `A` and `P` are cosines, at most 1; `G` lies between them, less 0.1 for each of up to two missing
    numbers. `pairs` has each adjacent pair's support, `unsupported_phrases` the stretches of the
    sentence whose pairs stay below 0.80.
    """

    G: float
    A: float
    P: float
    missing_numbers: tuple[str, ...]
    unsupported_phrases: tuple[str, ...]
    pairs: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class _Evidence:
    """The words of all context sentences, row by row; `starts` says where each sentence begins."""

    vectors: NDArray[np.float32]
    starts: tuple[int, ...]
    numbers: frozenset[str]


def graded_support(
    claim_sentence: str, contexts: Sequence[str], encoder: WordEncoder | None = None
) -> Support:
    """The support of one sentence by contexts; the embedded model's vectors unless told otherwise.

    No contexts, or contexts without a word, give A = P = 0. Blocking: call it in a thread.
    """
    return supports([claim_sentence], contexts, encoder or word_encoder())[0]


def supports(claims: Sequence[str], contexts: Sequence[str], encoder: WordEncoder) -> list[Support]:
    """The support of each claim sentence by the same contexts, all encoded together."""
    found = list(dict.fromkeys(sentence for context in contexts for sentence in sentences(context)))
    encoded = encoder.encode([*claims, *found])
    evidence = _gather(encoded[len(claims) :], contexts)
    return [_measure(claim, vectors, evidence) for claim, vectors in zip(claims, encoded, strict=False)]


@lru_cache(maxsize=1)
def word_encoder() -> WordEncoder:
    """The process's encoder of content words: the embedded model's first three layers.

    Raises InputError where the embedded model is not installed.
    """
    return WordEncoder(embedded_folder(), LAYERS, content_words)


def word_weight(pieces: Sequence[int]) -> float:
    """A claim word's weight, from 0.15 (most frequent) to 1.

    With v the vocabulary id of a word of one piece, 30522 k for one of k pieces:
    clip((ln(v + 1) - ln 1500) / (ln 40000 - ln 1500), 0.15, 1). A word the model cannot see weighs 1.
    """
    if not pieces:
        return 1.0
    place = pieces[0] if len(pieces) == 1 else _VOCABULARY * len(pieces)
    return min(1.0, max(_LEAST_WEIGHT, (math.log(place + 1) - _COMMON) / (_RARE - _COMMON)))


def _gather(found: Sequence[SentenceVectors], contexts: Sequence[str]) -> _Evidence:
    import numpy as np

    full = [sentence for sentence in found if sentence.words]
    starts, place = [], 0
    for sentence in full:
        starts.append(place)
        place += len(sentence.words)
    vectors = (
        np.concatenate([sentence.vectors for sentence in full]) if full else np.zeros((0, 0), np.float32)
    )
    known = frozenset(number for context in contexts for number in numbers(context))
    return _Evidence(vectors, tuple(starts), known)


def _measure(claim: str, vectors: SentenceVectors, evidence: _Evidence) -> Support:
    import numpy as np

    matrix = _best_cosines(vectors, evidence)
    first, second = [list(side) for side in zip(*pairs(len(vectors.words)), strict=True)] or [[], []]
    together = np.minimum(matrix[first], matrix[second]).max(axis=1)
    weights = np.array([word_weight(pieces) for pieces in vectors.pieces])
    a = float(weights @ matrix.max(axis=1) / weights.sum()) if len(weights) else 0.0
    p = float(together.mean()) if len(together) else 0.0
    missing = tuple(number for number in numbers(claim) if number not in evidence.numbers)
    return Support(
        G=(a + p) / 2 - NUMBER_PENALTY * min(MOST_NUMBERS, len(missing)),
        A=a,
        P=p,
        missing_numbers=missing,
        unsupported_phrases=_phrases(claim, vectors.words, together >= PAIR_THRESHOLD),
        pairs=tuple(float(value) for value in together),
    )


def _best_cosines(claim: SentenceVectors, evidence: _Evidence) -> NDArray[np.float64]:
    """M, shape (claim words, context sentences); one column of zeros where there is no sentence."""
    import numpy as np

    if not evidence.starts:
        return np.zeros((len(claim.words), 1))
    cosines = claim.vectors @ evidence.vectors.T
    best: NDArray[np.float64] = np.maximum.reduceat(cosines, evidence.starts, axis=1).astype(np.float64)
    return best


def _phrases(claim: str, found: Sequence[Word], held: Sequence[bool] | NDArray[np.bool_]) -> tuple[str, ...]:
    """The stretches of the claim that unsupported pairs cover, overlapping ones joined."""
    phrases: list[tuple[int, int]] = []
    for (first, second), supported in zip(pairs(len(found)), held, strict=True):
        if supported:
            continue
        start, end = found[first].start, found[second].end
        if phrases and phrases[-1][1] > start:
            start = phrases.pop()[0]
        phrases.append((start, end))
    return tuple(claim[start:end] for start, end in phrases)
