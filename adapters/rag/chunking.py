"""Cutting documents into chunks: groups of whole sentences, single sentences, or sections under headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from bakeoff.adapters.rag.headings import Section, sections
from bakeoff.evals.records import Context, Document
from bakeoff.evals.text import sentences

ChunkBy = Literal["words", "sentence", "heading"]


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
        return titled(self.text, self.metadata)

    def context(self, score: float) -> Context:
        """The chunk as a response shows it."""
        return Context(
            text=self.text, id=self.id, source=self.source, score=round(score, 6), metadata=self.metadata
        )


def titled(text: str, metadata: Mapping[str, JsonValue]) -> str:
    """The text under its title and its headings, where the metadata has them.

    >>> titled("It lasts 24 months.", {"title": "Warranty", "heading": "Hubs > Ostrel"})
    'Warranty. Hubs > Ostrel. It lasts 24 months.'
    """
    above = dict.fromkeys(str(metadata[key]) for key in ("title", "heading") if metadata.get(key))
    return ". ".join([*above, text])


def chunk_document(document: Document, *, words: int, overlap: int, by: ChunkBy = "words") -> list[Chunk]:
    """Chunks of at most `words` words, each starting with up to `overlap` words of the one before.

    Both count whole sentences: a sentence is never cut, so one that is longer than `words` is a chunk by
    itself, and `overlap` repeats as many closing sentences as fit into it. By `heading` no chunk reaches
    across a Markdown heading, and each has the headings above it in its metadata (`heading`). By
    `sentence` each sentence is a chunk, whatever the sizes say.
    """
    metadata = dict(document.metadata)
    if document.title:
        metadata["title"] = document.title
    if document.as_of is not None:
        metadata["as_of"] = document.as_of.isoformat()
    parts = sections(document.text) if by == "heading" else [Section((), document.text)]
    passages = [
        (" ".join(group), {**metadata, "heading": part.heading} if part.path else metadata)
        for part in parts
        for group in _groups(sentences(part.text), words, overlap, by)
    ]
    return [
        Chunk(f"{document.id}#{number}", document.id, text, about)
        for number, (text, about) in enumerate(passages, 1)
    ]


def _groups(parts: list[str], words: int, overlap: int, by: ChunkBy) -> list[list[str]]:
    if by == "sentence":
        return [[part] for part in parts]
    return group_sentences(parts, words=words, overlap=overlap)


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
