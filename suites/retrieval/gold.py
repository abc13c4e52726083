"""Which of the gold passages are among a system's contexts, and at what rank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bakeoff.evals.records import Answered, Context
from bakeoff.evals.text import sentences

RULE = 1
"""Version of the rules below; it belongs in the fingerprint of every metric that uses them."""

WORDS = 8
"""A sentence, or a piece of a passage, of fewer words may stand anywhere and proves nothing."""

UNIDENTIFIED = "the contexts have no ids, and the sample no gold texts to know them by"

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Found:
    """The gold passages of a sample, and what was retrieved, best first, each document once.

    A context that holds two gold passages stands for both, one after the other.
    """

    gold: tuple[str, ...]
    ranking: tuple[str, ...]
    by: Literal["ids", "texts"]

    @property
    def held(self) -> tuple[str, ...]:
        """The gold passages that were found."""
        return tuple(name for name in self.gold if name in self.ranking)

    @property
    def missed(self) -> bool:
        """Whether none was."""
        return not self.held


def outside(item: Answered) -> str | None:
    """Why nothing can be said of what was retrieved, whatever was; None where something can."""
    sample = item.sample
    if not item.retrieves:
        return "does not retrieve"
    if sample.overrides.contexts is not None:
        return "the contexts were given, not retrieved"
    if not sample.answerable:
        return "unanswerable: there is nothing to find"
    if not sample.reference_context_ids and not _texts(item):
        return "the sample names no gold passages"
    return None


def find(item: Answered, *, by_text: bool = False) -> Found | None:
    """What was found of the gold passages, or None where the contexts cannot be told (`UNIDENTIFIED`).

    By ids where the sample names some and any context has an id or a source (or there is no context), else,
    and always with `by_text`, by the gold texts.
    """
    contexts = item.response.contexts or ()
    ids, texts = tuple(dict.fromkeys(item.sample.reference_context_ids)), _texts(item)
    named = not contexts or any(context.id or context.source for context in contexts)
    if ids and named and not (by_text and texts):
        return Found(ids, _distinct(_by_ids(contexts, ids)), "ids")
    if not texts:
        return None
    gold = tuple(f"gold text {place + 1}" for place in range(len(texts)))
    return Found(gold, _distinct(_by_texts(contexts, dict(zip(gold, texts, strict=True)))), "texts")


def _texts(item: Answered) -> list[str]:
    distinct = {_normal(text): text for text in item.sample.reference_contexts}
    return [text for normal, text in distinct.items() if normal.strip()]


def _by_ids(contexts: Sequence[Context], gold: Sequence[str]) -> Iterator[str]:
    """Gold ids, of documents or of chunks as the sample has them; other contexts by the same sort of id."""
    chunks = any(one.id in gold and one.source not in gold for one in contexts)
    for place, context in enumerate(contexts):
        held = [name for name in (context.id, context.source) if name in gold]
        first, second = (context.id, context.source) if chunks else (context.source, context.id)
        yield from (name for name in held if name is not None)
        if not held:
            yield first or second or f"context {place + 1}"


def _by_texts(contexts: Sequence[Context], gold: dict[str, str]) -> Iterator[str]:
    for place, context in enumerate(contexts):
        held = [name for name, text in gold.items() if same_passage(context.text, text)]
        yield from held
        if not held:
            yield f"context {place + 1}"


def same_passage(context: str, gold: str) -> bool:
    """Whether a context is the gold passage, or a piece of it that says something.

    Case, marks and white space aside, and by whole words: it contains the gold text; or is contained in it
    and has at least `WORDS` words; or contains one of its sentences of at least so many.

    >>> same_passage("See: the battery lasts 12 hours!", "The battery lasts 12 hours.")
    True
    >>> same_passage("the battery", "The battery lasts 12 hours.")
    False
    """
    here, whole = _normal(context), _normal(gold)
    if whole in here:
        return True
    if len(here.split()) >= WORDS and here in whole:
        return True
    return any(sentence in here for sentence in _key_sentences(gold))


def _distinct(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


@lru_cache(maxsize=8_192)
def _normal(text: str) -> str:
    """The words, with a space on either side of each, so that only whole words match."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


@lru_cache(maxsize=8_192)
def _key_sentences(text: str) -> tuple[str, ...]:
    normal = [_normal(sentence) for sentence in sentences(text)]
    return tuple(sentence for sentence in normal if len(sentence.split()) >= WORDS)
