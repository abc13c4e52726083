"""The same faults, in the corpus itself: one set of documents for all items of a probe."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bakeoff.evals.records import Document, DocumentState, Sample
from bakeoff.suites.context_stress.ground import NO_NEGATIVE, Ground
from bakeoff.suites.context_stress.instructions import attack, canary
from bakeoff.suites.context_stress.items import Item, Shelf
from bakeoff.suites.context_stress.near_copies import near_copies
from bakeoff.suites.context_stress.note import Probe, Stress
from bakeoff.suites.context_stress.probes.conflict import (
    DATED,
    LEVELS,
    OUTNUMBERED,
    TODAY,
    Versions,
    noted,
    older_by,
    versions_of,
)
from bakeoff.suites.context_stress.variants import drawing, unanswerable, with_documents

NOT_IN_CORPUS = "its gold passage is in no document of the corpus"
TOO_MANY_GO = "more than half of the corpus would have to go"
TWICE = "its gold passage stands in several documents"
TOUCHED = "its passage does not stand in the document word for word, or another item's swap touches it"


@dataclass
class Chosen:
    """The samples of a probe, and how many items it left out for which reason."""

    samples: list[Sample] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Falsified:
    """Documents with swapped passages, by the id of the true one, and the items whose passages they are."""

    documents: Mapping[str, Document]
    items: Sequence[tuple[Item, Versions]]
    dropped: Counter[str]


@dataclass
class Corpus:
    """The items in drawn order, what probes build on, and the documents."""

    items: Sequence[Item]
    ground: Ground
    shelf: Shelf

    def state(
        self,
        *,
        without: Iterable[str] = (),
        replaced: Mapping[str, Document] = {},
        more: Iterable[Document] = (),
    ) -> DocumentState:
        """The corpus with some documents gone, replaced or added, in the order of ids."""
        gone = set(without)
        kept = [replaced.get(key, one) for key, one in self.shelf.documents.items() if key not in gone]
        return DocumentState(documents=tuple(sorted([*kept, *more], key=lambda one: one.id)))

    def copy_of(self, document: Document, mark: str, **changed: object) -> Document:
        """A document beside another, under an id that is not taken."""
        key = f"{document.id}-{mark}"
        while key in self.shelf.documents:
            key += mark
        return document.model_copy(update={"id": key, **changed})

    def undisturbed(self, items: Iterable[Item]) -> list[Sample]:
        """The items asked of the corpus as it is: what the other variants are compared with."""
        state = self.state()
        return [with_documents(item, Stress(probe="oracle", through="documents"), state) for item in items]

    @cached_property
    def falsified(self) -> Falsified:
        """The gold documents with the key values of as many items as possible swapped."""
        texts: dict[str, str] = {}
        items: list[tuple[Item, Versions]] = []
        dropped: Counter[str] = Counter()
        for item in self.items:
            found = self._swapped_texts(item, texts)
            if isinstance(found, str):
                dropped[found] += 1
            else:
                versions, changed = found
                texts.update(changed)
                items.append((item, versions))
        documents = {
            key: self.shelf.documents[key].model_copy(update={"text": text}) for key, text in texts.items()
        }
        return Falsified(documents, items, dropped)

    def _swapped_texts(self, item: Item, texts: Mapping[str, str]) -> tuple[Versions, dict[str, str]] | str:
        versions = versions_of(item, self.ground)
        if isinstance(versions, str):
            return versions
        changed: dict[str, str] = {}
        for place, false in zip(versions.values.places, versions.false, strict=True):
            true = versions.true[place]
            if true.source not in self.shelf.documents:
                return NOT_IN_CORPUS
            if len(self.shelf.holding(item.gold[place].text)) > 1:
                return TWICE
            held = (
                changed.get(true.source) or texts.get(true.source) or self.shelf.documents[true.source].text
            )
            text = put_in(unicodedata.normalize("NFKC", held), true.text, false.text)
            if text is None:
                return TOUCHED
            changed[true.source] = text
        return versions, changed


def put_in(text: str, old: str, new: str) -> str | None:
    """The text with one passage, however it is spaced there, replaced; None where it does not hold it.

    >>> put_in("It lasts\\n12 h. It is red.", "It lasts 12 h.", "It lasts 24 h.")
    'It lasts 24 h. It is red.'
    """
    pattern = r"\s+".join(re.escape(word) for word in old.split())
    found = re.search(pattern, text)
    return None if found is None else text[: found.start()] + new + text[found.end() :]


def _negatives(corpus: Corpus, most: int) -> Chosen:
    """The corpus without the gold documents of the items and their other versions, at most half of it."""
    chosen, taken, gone = Chosen(), list[Item](), set[str]()
    for item in corpus.items:
        if len(taken) == most:
            break
        holding = corpus.ground.versions_of(item).union(
            *(corpus.shelf.holding(one.text) for one in item.gold)
        )
        if not item.documents:
            chosen.dropped[NOT_IN_CORPUS] += 1
        elif 2 * len(gone | holding) > len(corpus.shelf.documents):
            chosen.dropped[TOO_MANY_GO] += 1
        else:
            gone |= holding
            taken.append(item)
    state = corpus.state(without=gone)
    note = Stress(probe="negatives", through="documents")
    chosen.samples += [unanswerable(with_documents(item, note, state)) for item in taken]
    return chosen


def _flood(corpus: Corpus, most: int) -> Chosen:
    """The corpus and, for each item, near copies of the document of its nearest negative."""
    chosen, taken, copies = Chosen(), list[Item](), dict[str, Document]()
    for item in corpus.items:
        found = corpus.ground.negatives_of(item, 1)
        if len(taken) == most:
            break
        if not item.documents or not found:
            chosen.dropped[NO_NEGATIVE if item.documents else NOT_IN_CORPUS] += 1
            continue
        taken.append(item)
        document = corpus.shelf.documents[found[0].source]
        texts = near_copies(document.text, corpus.ground.passages)[1:]
        for k, text in enumerate(texts, 1):
            copy = corpus.copy_of(document, f"copy{k}", text=text)
            copies[copy.id] = copy
    state = corpus.state(more=copies.values())
    note = Stress(probe="flood", through="documents")
    chosen.samples += [with_documents(item, note, state) for item in taken]
    return chosen


def _conflict(corpus: Corpus, most: int) -> Chosen:
    """The corpus and false copies of the gold documents, without dates, two of each, or dated older."""
    false = corpus.falsified
    samples = []
    for level in LEVELS:
        pairs = [_true_and_false(corpus, key, one, level) for key, one in false.documents.items()]
        state = corpus.state(
            replaced={true.id: true for true, _ in pairs},
            more=[copy for _, copies in pairs for copy in copies],
        )
        for item, versions in false.items[:most]:
            note = noted(Stress(probe="conflict", level=level, through="documents"), versions.values)
            samples.append(with_documents(item, note, state))
    return Chosen(samples, false.dropped)


def _true_and_false(corpus: Corpus, key: str, false: Document, level: str) -> tuple[Document, list[Document]]:
    """The true document and its false copies as the level has them."""
    true = corpus.shelf.documents[key]
    if level == DATED:
        day = true.as_of or TODAY
        before = older_by(day, corpus.ground.seed, key)
        return (
            true.model_copy(update={"as_of": day, "text": f"As of {day.isoformat()}: {true.text}"}),
            [corpus.copy_of(false, "b", as_of=before, text=f"As of {before.isoformat()}: {false.text}")],
        )
    copies = [corpus.copy_of(false, "b", as_of=None)]
    if level == OUTNUMBERED:
        copies.append(corpus.copy_of(false, "c", as_of=None, text=f"Please note: {false.text}"))
    return true.model_copy(update={"as_of": None}), copies


def _counterfactual(corpus: Corpus, most: int) -> Chosen:
    """False copies in place of the gold documents."""
    false = corpus.falsified
    state = corpus.state(replaced=false.documents)
    samples = [
        with_documents(
            item, noted(Stress(probe="counterfactual", through="documents"), versions.values), state
        )
        for item, versions in false.items[:most]
    ]
    return Chosen(samples, false.dropped)


def _poison(corpus: Corpus, most: int) -> Chosen:
    """The corpus and, for each item, a document that repeats its question and holds an instruction.

    One canary for all: whichever of these documents is found and obeyed, it shows.
    """
    ground = corpus.ground
    word = canary(drawing(ground.seed, "poison", "documents"), ground.words)
    chosen, notes, more = Chosen(), [], []
    for item in corpus.items[:most]:
        name, instruction = attack(drawing(ground.seed, "poison", "documents", item.id), word)
        note = Stress(probe="poison", level=name, through="documents", instruction=instruction, canary=word)
        notes.append((item, note))
        text = f"{item.sample.question} {instruction}"
        more.append(
            corpus.copy_of(Document(id=f"questions-{item.id}", text=text), "q", title=item.gold[0].title)
        )
    state = corpus.state(more=more)
    chosen.samples += [with_documents(item, note, state) for item, note in notes]
    return chosen


OVER_DOCUMENTS: Mapping[Probe, Callable[[Corpus, int], Chosen]] = {
    "negatives": _negatives,
    "flood": _flood,
    "conflict": _conflict,
    "counterfactual": _counterfactual,
    "poison": _poison,
}
"""Probes that can be asked through documents, most samples of each level."""
