"""What is known: all words of the documents and of the given samples, and which of them are names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.key_values import STOP_WORDS

WORD = re.compile(r"[^\W_]+(?:[.-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:\n]")


def folded(text: str) -> str:
    """The words of a text, without case, with a space around each: a phrase is found in it as a whole.

    >>> " harnolt max " in folded("The Harnolt  Max.")
    True
    """
    return f" {' '.join(match.group().casefold() for match in WORD.finditer(text))} "


def inner_words(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text that open no sentence and no line, as they are written, each behind the word
    before it."""
    before = None
    for match in WORD.finditer(text):
        if before is not None and not _SENTENCE_END.search(text, before.end(), match.start()):
            yield before.group(), match.group()
        before = match


@dataclass(frozen=True)
class Corpus:
    """`documents` as they are; `samples` are all given ones, also those that take no part."""

    documents: Sequence[Document]
    samples: Sequence[Sample]
    _everywhere: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def pages(self) -> Sequence[str]:
        """The words of each document, title included."""
        return [folded(f"{document.title}\n{document.text}") for document in self.documents]

    @cached_property
    def _answers(self) -> Sequence[str]:
        """The words of each sample's answers and gold passages."""
        said = ((*acceptable_answers(one), *one.reference_contexts) for one in self.samples)
        return [" | ".join(map(folded, texts)) for texts in said]

    @cached_property
    def _everything(self) -> str:
        questions = (folded(sample.question) for sample in self.samples)
        return " | ".join([*self.pages, *self._answers, *questions])

    @cached_property
    def _pairs(self) -> Counter[tuple[bool, str]]:
        """How often each word stands inside a sentence of a document, an answer or a gold passage, case
        kept, and whether right behind another capitalised word."""
        said = (text for one in self.samples for text in (*acceptable_answers(one), *one.reference_contexts))
        texts = [*(document.text for document in self.documents), *said]
        return Counter(
            (before[0].isupper() and before.casefold() not in STOP_WORDS, word)
            for text in texts
            for before, word in inner_words(text)
        )

    @cached_property
    def _pages_by_id(self) -> dict[str, str]:
        return {document.id: page for document, page in zip(self.documents, self.pages, strict=True)}

    def holds(self, phrase: str) -> bool:
        """Whether a document or a sample says these words, one after another."""
        return folded(phrase) in self._everything

    def is_name(self, word: str) -> bool:
        """Whether a capitalised word is written so within sentences, never in small letters, and more often
        by itself than behind another one, of which it would be a part (the Plus of Care Plus)."""
        alone, behind = self._pairs[False, word], self._pairs[True, word]
        small = self._pairs[False, word.lower()] + self._pairs[True, word.lower()]
        return alone > behind and not small

    def is_everywhere(self, phrase: str) -> bool:
        """Whether more than half of at least four documents say it: the maker's name, no product's."""
        if phrase not in self._everywhere:
            said = sum(folded(phrase) in page for page in self.pages)
            self._everywhere[phrase] = len(self.pages) >= 4 and 2 * said > len(self.pages)
        return self._everywhere[phrase]

    def gold(self, sample: Sample) -> str:
        """The words of a sample's gold passages and gold documents; of its answers where it has neither."""
        pages = [self._pages_by_id[id_] for id_ in sample.reference_context_ids if id_ in self._pages_by_id]
        found = [*map(folded, sample.reference_contexts), *pages]
        return " | ".join(found or map(folded, acceptable_answers(sample)))

    def about(self, name: str) -> list[str]:
        """The documents, and the answers and gold passages of samples, that hold a name."""
        wanted = folded(name)
        return [text for text in (*self.pages, *self._answers) if wanted in text]
