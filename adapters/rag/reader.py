"""The extractive reader: answers with sentences of the contexts, or declines."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bakeoff.adapters.rag.chunking import titled
from bakeoff.adapters.rag.retrieval import tokenize
from bakeoff.evals.records import Citation, Context
from bakeoff.evals.text import sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]

DECLINED = "I cannot find the answer in the documents."
TWINS = 0.85
"""Cosine from which `prefer_newest` takes two sentences for versions of one statement."""


@dataclass(frozen=True)
class Reading:
    """What a reader makes of the contexts: an answer with its sources, or None."""

    text: str | None
    citations: tuple[Citation, ...] = ()


class Reader(Protocol):
    """Answers a question from contexts, and from nothing else."""

    def __call__(self, question: str, contexts: Sequence[Context]) -> Reading: ...


@dataclass(frozen=True)
class _Candidate:
    """A sentence of a context, with what it is compared by: its words under the document's title."""

    text: str
    place: int
    context: Context

    @property
    def titled(self) -> str:
        return titled(self.text, self.context.metadata)

    @property
    def as_of(self) -> str:
        return str(self.context.metadata.get("as_of") or "")


@dataclass(frozen=True, kw_only=True)
class ExtractiveReader:
    """Answers with the `sentences` sentences that fit the question best.

    A sentence's fit is the mean of two numbers: its cosine with the question, and the share of the
    question's words that it holds, weighted by their rarity among the candidates (the IDF of BM25). Where
    no sentence reaches `abstain_below` there is no answer. `prefer_newest` replaces a sentence by its
    newest near-copy; without it dates play no part.
    """

    encode: Encode
    sentences: int = 1
    abstain_below: float = 0.0
    prefer_newest: bool = False

    def __call__(self, question: str, contexts: Sequence[Context]) -> Reading:
        candidates = _candidates(contexts)
        if not candidates:
            return Reading(None)
        rows = self.encode([question, *(candidate.titled for candidate in candidates)])
        fits = (rows[1:] @ rows[0] + overlaps(question, [c.titled for c in candidates])) / 2
        order = (-fits.round(6)).argsort(kind="stable")
        chosen = [int(at) for at in order[: self.sentences] if fits[at] >= self.abstain_below]
        if self.prefer_newest:
            chosen = list(dict.fromkeys(_newest_twin(at, candidates, rows[1:]) for at in chosen))
        return _compose([candidates[at] for at in chosen])


def _candidates(contexts: Sequence[Context]) -> list[_Candidate]:
    """The contexts' sentences in reading order; one that overlapping chunks share is taken once."""
    found: dict[tuple[str | None, str], _Candidate] = {}
    for context in contexts:
        for text in sentences(context.text):
            found.setdefault((context.source, text), _Candidate(text, len(found), context))
    return list(found.values())


def overlaps(question: str, texts: Sequence[str]) -> NDArray[np.float64]:
    """IDF-weighted share of the question's words in each text, 0 to 1, shape (texts,).

    The weight of a word in d of n texts is ln(1 + (n - d + 0.5) / (d + 0.5)), as in BM25.
    """
    import numpy as np

    asked = sorted(set(tokenize([question])[0]))
    held = [set(words) for words in tokenize(texts)]
    weights: Mapping[str, float] = {
        word: math.log(1 + (len(held) - d + 0.5) / (d + 0.5))
        for word in asked
        for d in [sum(word in words for words in held)]
    }
    total = sum(weights.values())
    shares = [sum(weights[word] for word in asked if word in words) for words in held]
    return np.asarray(shares) / total if total else np.zeros(len(texts))


def _newest_twin(at: int, candidates: Sequence[_Candidate], rows: NDArray[np.float32]) -> int:
    """The candidate that says nearly the same with the latest date; itself where none is later."""
    alike = (rows @ rows[at] >= TWINS).nonzero()[0]
    return max([at, *(int(other) for other in alike)], key=lambda other: candidates[other].as_of)


def _compose(chosen: Sequence[_Candidate]) -> Reading:
    """The sentences in reading order, each cited with its offsets in the answer."""
    text, citations = "", []
    for candidate in sorted(chosen, key=lambda candidate: candidate.place):
        text += " " if text else ""
        source = candidate.context.source or candidate.context.id
        if source is not None:
            citations.append(Citation(source=source, start=len(text), end=len(text) + len(candidate.text)))
        text += candidate.text
    return Reading(text or None, tuple(citations))
