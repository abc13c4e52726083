"""The corpus before the update: today's, with the old values put back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.freshness.changed_fact import ChangedFact

Span = tuple[int, int, str]
"""First character, first character behind, and what to write there."""


@dataclass(frozen=True)
class PutBack:
    """The documents as they were, and the samples whose new value could be replaced there."""

    documents: tuple[Document, ...]
    samples: frozenset[str]


def put_back(documents: Sequence[Document], facts: Mapping[str, tuple[Sample, ChangedFact]]) -> PutBack:
    """The documents with each fact's new value replaced by its old one in its gold documents.

    Within the gold passage where the document holds it as it stands, else wherever the value is written;
    whole words only. A fact whose value is in none of its gold documents, or overlaps what another
    one replaces, stays as it is. A changed document loses its date: what it was is not known.
    """
    texts = {document.id: document.text for document in documents}
    taken: dict[str, list[Span]] = defaultdict(list)
    done = set()
    for id_, (sample, fact) in facts.items():
        found = {
            gold: _spans(texts[gold], sample.reference_contexts, fact)
            for gold in sample.reference_context_ids
            if gold in texts
        }
        if not any(found.values()) or any(_clash(taken[gold], spans) for gold, spans in found.items()):
            continue
        for gold, spans in found.items():
            taken[gold] += [span for span in spans if span not in taken[gold]]
        done.add(id_)
    return PutBack(tuple(_written(one, taken.get(one.id, [])) for one in documents), frozenset(done))


def _spans(text: str, passages: Sequence[str], fact: ChangedFact) -> list[Span]:
    places = [(start, start + len(passage)) for passage in passages for start in _starts(text, passage)]
    pattern = _whole(fact.new)
    found = (
        (match.start(), match.end(), fact.old)
        for low, high in places or [(0, len(text))]
        for match in pattern.finditer(text)
        if low <= match.start() and match.end() <= high
    )
    return list(dict.fromkeys(found))


def _starts(text: str, passage: str) -> Iterator[int]:
    at = text.find(passage) if passage else -1
    while at >= 0:
        yield at
        at = text.find(passage, at + 1)


def _whole(value: str) -> re.Pattern[str]:
    """The value as it is written, in any spacing and case, no part of a longer word or number."""
    words = r"\s+".join(map(re.escape, value.split()))
    return re.compile(rf"(?<!\w)(?<!\d[.,]){words}(?!\w)(?![.,]\d)", re.IGNORECASE)


def _clash(taken: Sequence[Span], spans: Sequence[Span]) -> bool:
    """Whether one overlaps what is taken; the same replacement at the same place is no clash."""
    return any(one != other and one[0] < other[1] and other[0] < one[1] for one in spans for other in taken)


def _written(document: Document, spans: Sequence[Span]) -> Document:
    if not spans:
        return document
    text = document.text
    for start, end, old in sorted(spans, reverse=True):
        text = text[:start] + old + text[end:]
    return document.model_copy(update={"text": text, "as_of": None})
