"""The given samples as the probes see them: a question, its gold passages, and where they come from."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.context_stress.passages import Passage, passages_of, squeezed
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.key_values import Wanted, missing, wanted
from bakeoff.suites.reference.tokens import tokens

KEPT_TEXTS = 4_096
"""Texts whose tokens are kept: the passages of a small corpus are looked at by many items."""

NO_GOLD = "its gold document holds no passage with the reference's key values"


@dataclass(frozen=True)
class Item:
    """A sample that takes part. `wanted` is one for each acceptable answer, `documents` are the ids of the
    documents that its gold passages stand in (none: not in the corpus)."""

    sample: Sample
    gold: tuple[Passage, ...]
    wanted: tuple[Wanted, ...]
    documents: frozenset[str]

    @property
    def id(self) -> str:
        return self.sample.id

    def answered_by(self, text: str) -> bool:
        """Whether the text holds every key value of an acceptable answer, so that it might answer."""
        held = _said(text)
        return any(all(value.forms & held for value in one.values) for one in self.wanted)


@dataclass(frozen=True)
class Shelf:
    """The documents by id, with their texts squeezed and their passages."""

    documents: Mapping[str, Document]
    squeezed: Mapping[str, str]
    passages: Mapping[str, Sequence[Passage]]

    def holding(self, text: str) -> frozenset[str]:
        """The documents that hold a text, whatever its case and spacing."""
        looked_for = squeezed(text)
        return frozenset(key for key, held in self.squeezed.items() if looked_for in held)

    def all_passages(self) -> list[Passage]:
        """Every passage, document by document."""
        return [passage for passages in self.passages.values() for passage in passages]


def shelve(documents: Iterable[Document], words: int) -> Shelf:
    """The documents in the order of their ids, cut into passages of at most `words` words."""
    ordered = {one.id: one for one in sorted(documents, key=lambda one: one.id)}
    return Shelf(
        ordered,
        {key: squeezed(one.text) for key, one in ordered.items()},
        {key: passages_of(one, words) for key, one in ordered.items()},
    )


@lru_cache(maxsize=KEPT_TEXTS)
def _said(text: str) -> frozenset[str]:
    """All that a text says, as `missing` compares it."""
    return frozenset[str]().union(*(token.forms for token in tokens(text)))


def takes_part(sample: Sample, domains: Sequence[str] | None) -> bool:
    """Whether a sample is answerable, no variant, of a wanted domain, and has a reference and gold."""
    return (
        sample.answerable
        and sample.origin is None
        and (domains is None or sample.domain in domains)
        and bool(sample.reference_context_ids or any(text.strip() for text in sample.reference_contexts))
        and bool(acceptable_answers(sample))
    )


def drawn(samples: Iterable[Sample], seed: int) -> list[Sample]:
    """The samples in an order that hangs on the seed and their ids only."""
    return sorted(samples, key=lambda one: (random.Random(f"{seed}:drawn:{one.id}").random(), one.id))


def item_of(sample: Sample, shelf: Shelf) -> Item | str:
    """The sample as an item, or why it cannot be one."""
    answers = tuple(wanted(answer, sample.question) for answer in acceptable_answers(sample))
    named = _named(sample, shelf)
    given = [text for text in sample.reference_contexts if text.strip()]
    gold = _given_gold(sample, given, named, shelf) if given else _found_gold(named, answers, shelf)
    if not gold:
        return NO_GOLD
    documents = {passage.source for passage in gold} | set(named)
    once = {squeezed(passage.text): passage for passage in reversed(gold)}
    return Item(
        sample, tuple(reversed(once.values())), answers, frozenset(documents & shelf.documents.keys())
    )


def _named(sample: Sample, shelf: Shelf) -> list[str]:
    """The documents that the gold ids name, by their own id or by that of a chunk, `document#3`."""
    ids = (key if key in shelf.documents else key.rpartition("#")[0] for key in sample.reference_context_ids)
    return [key for key in dict.fromkeys(ids) if key in shelf.documents]


def _given_gold(sample: Sample, given: Sequence[str], named: Sequence[str], shelf: Shelf) -> list[Passage]:
    """The gold texts as passages of the documents that they stand in, by text, else by place or name."""
    found = []
    for i, text in enumerate(given):
        holding = sorted(key for key in named if squeezed(text) in shelf.squeezed[key])
        by_place = named[i : i + 1] if len(named) == len(given) else named[:1]
        # a scan of the whole corpus only where no name helps
        source = next(iter([*holding, *by_place, *sorted(shelf.holding(text))]), f"{sample.id}-gold")
        document = shelf.documents.get(source)
        title, as_of = (document.title, document.as_of) if document else ("", sample.as_of)
        found.append(Passage(source, _number(text, source, shelf, i), text.strip(), title, as_of))
    return found


def _number(text: str, source: str, shelf: Shelf, place: int) -> int:
    """The number of the passage that holds the text; behind the last one where it is cut otherwise."""
    passages = shelf.passages.get(source, ())
    looked_for = squeezed(text)
    held = (passage.number for passage in passages if looked_for in squeezed(passage.text))
    return next(held, len(passages) + place + 1)


def _found_gold(named: Sequence[str], answers: Sequence[Wanted], shelf: Shelf) -> list[Passage]:
    """Of each named document the passage that holds most of an acceptable answer; none where they do not hold
    it all together."""
    for answer in answers:
        best = [
            min(shelf.passages[key], key=lambda one: len(missing(answer.values, one.text))) for key in named
        ]
        if best and not missing(answer.values, " ".join(passage.text for passage in best)):
            return best
    return []
