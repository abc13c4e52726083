"""The corpus cut into passages: paragraphs, and groups of sentences where a paragraph is too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pydantic import JsonValue

from bakeoff.evals.identity import digest
from bakeoff.evals.records import Context, Document, Sample
from bakeoff.evals.text import sentences

HEADING = 8
"""A paragraph of fewer words is taken for a heading and stays with what follows."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True)
class Passage:
    """A piece of a document, or what a probe made of one; `number` counts from 1 within the document (0: no
    piece of it as the corpus is cut)."""

    source: str
    number: int
    text: str
    title: str = ""
    as_of: date | None = None

    def context(self) -> Context:
        """The passage as a request hands it over."""
        about: dict[str, JsonValue] = {"title": self.title} if self.title else {}
        if self.as_of is not None:
            about["as_of"] = self.as_of.isoformat()
        return Context(text=self.text, id=f"{self.source}#{self.number}", source=self.source, metadata=about)

    def saying(self, text: str) -> Passage:
        """The same passage with another text."""
        return replace(self, text=text)


def passages_of(document: Document, words: int) -> list[Passage]:
    """The document's passages, in order, none of more than `words` words.

    Paragraphs lie between blank lines; one that is too long is cut into groups of whole sentences, and a
    sentence that is too long between words.
    """
    texts = [text for paragraph in _paragraphs(document.text) for text in _pieces(paragraph, words)]
    return [
        Passage(document.id, number, text, document.title, document.as_of)
        for number, text in enumerate(texts, 1)
    ]


def squeezed(text: str) -> str:
    """The text without case and with single spaces, to look for one text in another.

    >>> squeezed(" It lasts\\n12 h. ")
    'it lasts 12 h.'
    """
    return " ".join(text.casefold().split())


def gold_as_documents(samples: Iterable[Sample]) -> tuple[Document, ...]:
    """A corpus for where none is given: the gold passages of all samples, each text once, by id."""
    found: dict[str, Document] = {}
    for sample in samples:
        named = len(sample.reference_context_ids) == len(sample.reference_contexts)
        for i, text in enumerate(sample.reference_contexts):
            if text.strip():
                key = sample.reference_context_ids[i] if named else f"passage-{digest(text)[:12]}"
                found.setdefault(squeezed(text), Document(id=key, text=text))
    return _merged(found.values())


def _merged(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Documents of one id become one, their texts as its paragraphs."""
    texts: dict[str, list[str]] = {}
    for document in documents:
        texts.setdefault(document.id, []).append(document.text)
    return tuple(Document(id=key, text="\n\n".join(parts)) for key, parts in sorted(texts.items()))


def _paragraphs(text: str) -> Iterator[str]:
    held = ""
    for paragraph in _BLANK_LINE.split(text):
        if not paragraph.strip():
            continue
        held = f"{held}\n{paragraph.strip()}" if held else paragraph.strip()
        if len(paragraph.split()) >= HEADING:
            yield held
            held = ""
    if held:
        yield held


def _pieces(paragraph: str, words: int) -> Iterator[str]:
    if len(paragraph.split()) <= words:
        yield paragraph
        return
    held: list[str] = []
    for sentence in sentences(paragraph):
        if held and len(" ".join([*held, sentence]).split()) > words:
            yield " ".join(held)
            held = []
        held.append(sentence)
        if len(sentence.split()) > words:
            yield from _cut(sentence.split(), words)
            held = []
    if held:
        yield " ".join(held)


def _cut(words: Sequence[str], size: int) -> Iterator[str]:
    for start in range(0, len(words), size):
        yield " ".join(words[start : start + size])
