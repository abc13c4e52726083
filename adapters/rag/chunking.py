"""Cutting documents into chunks: groups of whole sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from bakeoff.evals.records import Context, Document
from bakeoff.evals.text import sentences


@dataclass(frozen=True)
class Chunk:
    """A passage of a document; `id` is the document's id and the passage's number, `doc#n`."""

    id: str
    source: str
    text: str
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def searchable(self) -> str:
        """What is indexed: the text under its document's title, which often alone names the product."""
        title = self.metadata.get("title")
        return f"{title}. {self.text}" if title else self.text

    def context(self, score: float) -> Context:
        """The chunk as a response shows it."""
        return Context(
            text=self.text, id=self.id, source=self.source, score=round(score, 6), metadata=self.metadata
        )


def chunk_document(document: Document, *, words: int, overlap: int) -> list[Chunk]:
    """Chunks of at most `words` words, each starting with up to `overlap` words of the one before.

    Both count whole sentences: a sentence is never cut, so one that is longer than `words` is a chunk by
    itself, and `overlap` repeats as many closing sentences as fit into it.
    """
    metadata = dict(document.metadata)
    if document.title:
        metadata["title"] = document.title
    if document.as_of is not None:
        metadata["as_of"] = document.as_of.isoformat()
    groups = group_sentences(sentences(document.text), words=words, overlap=overlap)
    return [
        Chunk(f"{document.id}#{number}", document.id, " ".join(group), metadata)
        for number, group in enumerate(groups, 1)
    ]


def group_sentences(parts: list[str], *, words: int, overlap: int) -> list[list[str]]:
    """Consecutive sentences in groups of at most `words` words; see `chunk_document`.

    >>> group_sentences(["One two.", "Three four.", "Five."], words=4, overlap=2)
    [['One two.', 'Three four.'], ['Three four.', 'Five.']]
    """
    lengths = [len(part.split()) for part in parts]
    groups: list[list[str]] = []
    start = end = 0
    while end < len(parts):
        total = sum(lengths[start:end])
        while end < len(parts) and (end == start or total + lengths[end] <= words):
            total += lengths[end]
            end += 1
        groups.append(parts[start:end])
        start = _overlap_start(lengths, start, end, words=words, overlap=overlap)
    return groups


def _overlap_start(lengths: list[int], start: int, end: int, *, words: int, overlap: int) -> int:
    """Where the next group starts: at most `overlap` words back, with room for one new sentence."""
    room = overlap if end == len(lengths) else min(overlap, words - lengths[end])
    back = end
    while back - 1 > start and sum(lengths[back - 1 : end]) <= room:
        back -= 1
    return back
