"""Hard negatives: the passages nearest to a question that do not answer it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from bakeoff.evals.protocols import Encoder
from bakeoff.evals.records import Document
from bakeoff.suites.context_stress.items import Item, Shelf
from bakeoff.suites.context_stress.passages import Passage, squeezed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAR_COPY = 0.85
"""A passage with at least this cosine to a gold passage is a version of it, and may answer."""

MOST_VERSIONS = 3
"""Near copies in more documents than these are a template, not versions of one document."""

BLOCK = 64
"""Questions whose similarities are held in memory at once."""

BATCH = 512
"""Texts that the encoder is given at once."""


@dataclass(frozen=True)
class Negatives:
    """Passages that surely do not answer an item, the nearest first, and the documents that may."""

    passages: tuple[Passage, ...] = ()
    versions: frozenset[str] = frozenset()


def hard_negatives(
    items: Sequence[Item], shelf: Shelf, encoder: Encoder, most: int
) -> Mapping[str, Negatives]:
    """For each item, by id, up to `most` passages of the corpus, the nearest to its question first.

    Left out are the documents that hold a gold passage, and those that may answer as well: another version
    of a gold document (it holds a near copy of a gold passage, or the metadata of one names the other),
    and passages that hold all key values of an acceptable answer. Where near copies lie in many documents
    only these passages are left out: what all pages say alike does not make them versions of each other.
    """
    passages = shelf.all_passages()
    if not passages or not items:
        return {}
    vectors = _encoded([passage.text for passage in passages], encoder)
    named = _named_by_metadata(shelf.documents.values())
    found: dict[str, Negatives] = {}
    for start in range(0, len(items), BLOCK):
        block = items[start : start + BLOCK]
        questions = _encoded([item.sample.question for item in block], encoder) @ vectors.T
        copies = _near_copies(block, vectors, encoder)
        for item, similarity, near in zip(block, questions, copies, strict=True):
            versions = {passages[i].source for i in near} - item.documents
            few = versions if len(versions) <= MOST_VERSIONS else frozenset[str]()
            outside = few.union(item.documents, *(named[key] for key in item.documents))
            ranked = (passages[i] for i in _descending(similarity) if i not in near)
            chosen = tuple(islice(_negatives(item, ranked, outside, shelf), most))
            found[item.id] = Negatives(chosen, frozenset(outside))
    return found


def _negatives(
    item: Item, ranked: Iterable[Passage], outside: Iterable[str], shelf: Shelf
) -> Iterator[Passage]:
    without = set(outside)
    gold = [squeezed(passage.text) for passage in item.gold]
    seen: set[str] = set()
    for passage in ranked:
        if passage.source in without or passage.text in seen or item.answered_by(passage.text):
            continue
        if any(text in shelf.squeezed[passage.source] for text in gold):
            without.add(passage.source)
            continue
        seen.add(passage.text)
        yield passage


def _near_copies(items: Sequence[Item], vectors: NDArray[np.float32], encoder: Encoder) -> list[set[int]]:
    """For each item the places of the passages that are near copies of one of its gold passages."""
    import numpy as np

    texts = [passage.text for item in items for passage in item.gold]
    rows = iter(_encoded(texts, encoder) @ vectors.T >= NEAR_COPY)
    return [{i for _ in item.gold for i in np.flatnonzero(next(rows)).tolist()} for item in items]


def _named_by_metadata(documents: Iterable[Document]) -> Mapping[str, frozenset[str]]:
    """For each document those that its metadata names (`supersedes: …`), and those that name it."""
    linked: dict[str, set[str]] = {document.id: set() for document in documents}
    for document in documents:
        for value in document.metadata.values():
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, str) and name in linked and name != document.id:
                    linked[document.id].add(name)
                    linked[name].add(document.id)
    return {key: frozenset(names) for key, names in linked.items()}


def _descending(similarity: NDArray[np.float32]) -> list[int]:
    """Places from the most similar down; rounded, so that the last bits of a machine decide nothing."""
    import numpy as np

    order: list[int] = np.argsort(-np.round(similarity, 4), kind="stable").tolist()
    return order


def _encoded(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    import numpy as np

    blocks = [encoder.encode(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    return np.concatenate(blocks)
