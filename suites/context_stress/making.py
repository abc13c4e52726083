"""From the given samples to all that is asked, and the count of what was left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from bakeoff.evals.errors import InputError
from bakeoff.evals.protocols import Encoder, Materials
from bakeoff.evals.records import Document, Sample
from bakeoff.suites.context_stress.ground import Ground, Probing
from bakeoff.suites.context_stress.items import Item, Shelf, drawn, item_of, shelve, takes_part
from bakeoff.suites.context_stress.names import names_of
from bakeoff.suites.context_stress.negatives import hard_negatives
from bakeoff.suites.context_stress.note import DOCUMENTS, Probe, Stress, stress_of
from bakeoff.suites.context_stress.options import WHERE, Options
from bakeoff.suites.context_stress.passages import gold_as_documents
from bakeoff.suites.context_stress.probes.bounds import closed_book, oracle
from bakeoff.suites.context_stress.probes.conflict import conflict, counterfactual
from bakeoff.suites.context_stress.probes.documents import OVER_DOCUMENTS, Corpus
from bakeoff.suites.context_stress.probes.noise import flood, negatives, noise
from bakeoff.suites.context_stress.probes.order import order
from bakeoff.suites.context_stress.probes.poison import poison
from bakeoff.suites.context_stress.probes.split import SIZES, split

POOL = 4
"""Items looked at for each that a probe may keep: joined questions take three, and swaps fail for some."""

NO_PARTNERS = "no joined question can be made of what is left"

PROBINGS: Mapping[Probe, Probing] = {
    "closed_book": closed_book,
    "noise": noise,
    "negatives": negatives,
    "flood": flood,
    "conflict": conflict,
    "counterfactual": counterfactual,
    "order": order,
    "poison": poison,
}
"""Probes that go item by item; `split` takes several items, and `oracle` is asked of all that others take."""

BESIDE_ORACLE = frozenset[Probe]({"negatives", "flood", "split", "poison"})
"""Probes that are compared with the gold passages alone, which are asked with them."""

JOINED = frozenset(f"split:{size}" for size in SIZES)
"""Names of the variants that are made of several samples."""

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Made:
    """What was asked and what was left out.

    `kept`: samples by kind (`noise:0.4`, `conflict:dated`, `poison`, `negatives@documents`). `dropped`: items
    that a probe looked at and could not take, by the probe (`all`: no probe could) and the reason, which
    completes "left out: …". `parts`: the given samples' ids that a joined question was made of, by its id.
    """

    kept: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[tuple[str, str], int] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def make(materials: Materials, options: Options, seed: int) -> tuple[list[Sample], Made]:
    """All variants, probe by probe, and what became of the items.

    Raises InputError where no sample can take part, where an encoder is needed and there is none, and where
    passages shall go through documents of which there are none.
    """
    given = list(materials.samples)
    documents = _documents(materials.documents, given, options)
    shelf = shelve(documents, options.passage_words)
    dropped: Counter[tuple[str, str]] = Counter()
    items = _items(given, shelf, options, seed, dropped)
    ground = _ground(items, given, shelf, options, seed, materials.encoder)
    samples = _through_contexts(items, ground, options, dropped) if "contexts" in options.through else []
    if "documents" in options.through:
        samples += _through_documents(Corpus(items, ground, shelf), options, dropped)
    if not samples:
        raise InputError(
            "no variant can be made of the samples for these probes",
            where=WHERE,
            todo=f"through documents there are {', '.join(OVER_DOCUMENTS)}",
        )
    parts = {sample.id: tuple(_members(sample)) for sample in samples if sample.variant in JOINED}
    return samples, Made(Counter(kind_of(sample) for sample in samples), dropped, parts)


def kind_of(variant: Sample) -> str:
    """The heading under which a variant is counted: of noise the share asked for, of poison no attack."""
    note = stress_of(variant) or Stress(probe="oracle")
    level = "" if note.probe == "poison" else note.level.partition("/")[0]
    return note.model_copy(update={"level": level}).variant


def _documents(given: Sequence[Document], samples: Sequence[Sample], options: Options) -> Sequence[Document]:
    if given:
        return given
    if "documents" in options.through:
        raise InputError(
            "passages cannot be delivered as documents where there are none",
            where=f"{WHERE}.through",
            todo="name the corpus under `documents:`, or leave the option out",
        )
    return gold_as_documents(samples)


def _items(
    given: Iterable[Sample], shelf: Shelf, options: Options, seed: int, dropped: Counter[tuple[str, str]]
) -> list[Item]:
    """The items that the probes draw from, in drawn order."""
    items: list[Item] = []
    for sample in drawn((one for one in given if takes_part(one, options.domains)), seed):
        item = item_of(sample, shelf)
        if isinstance(item, str):
            dropped["all", item] += 1
        else:
            items.append(item)
        if len(items) == POOL * options.size:
            break
    if not items:
        where = "" if options.domains is None else f" of {' or '.join(options.domains)}"
        raise InputError(
            f"no answerable sample{where} has both a reference and gold passages",
            where=WHERE,
            todo="give reference_contexts or reference_context_ids in the data set, or leave the suite out",
        )
    return items


def _ground(
    items: Sequence[Item],
    given: Iterable[Sample],
    shelf: Shelf,
    options: Options,
    seed: int,
    encoder: Encoder | None,
) -> Ground:
    if encoder is None:
        raise InputError("hard negatives cannot be found without an encoder", where=WHERE)
    texts = [text for one in shelf.documents.values() for text in (one.title, one.text)]
    asked = (text for one in given for text in (one.question, one.reference or ""))
    return Ground(
        seed=seed,
        passages=options.passages,
        negatives=hard_negatives(items, shelf, encoder, options.passages),
        names=names_of(one.text for one in shelf.documents.values()),
        words=frozenset(word.casefold() for text in chain(texts, asked) for word in _WORD.findall(text)),
    )


def _through_contexts(
    items: Sequence[Item], ground: Ground, options: Options, dropped: Counter[tuple[str, str]]
) -> list[Sample]:
    found: list[Sample] = []
    for probe in options.probes:
        if probe == "split":
            found += _split(items, ground, options, dropped)
        elif probe != "oracle":
            found += _taken(items, probe, ground, options.size, dropped)
    if "oracle" not in options.probes and not BESIDE_ORACLE & set(options.probes):
        return found
    used = {key for sample in found for key in _members(sample)}
    used = used or {item.id for item in items[: options.size]}
    return [*(one for item in items if item.id in used for one in oracle(item, ground)), *found]


def _split(
    items: Sequence[Item], ground: Ground, options: Options, dropped: Counter[tuple[str, str]]
) -> list[Sample]:
    found = []
    for size in SIZES:
        joined = split(items, ground, size, options.size)
        if not joined:
            dropped[f"split:{size}", NO_PARTNERS] += len(items)
        found += joined
    return found


def _taken(
    items: Iterable[Item], probe: Probe, ground: Ground, most: int, dropped: Counter[tuple[str, str]]
) -> list[Sample]:
    """The variants of the first `most` items that have any; those passed over are counted."""
    found: list[list[Sample]] = []
    for item in items:
        if len(found) == most:
            break
        made = PROBINGS[probe](item, ground)
        if isinstance(made, str):
            dropped[probe, made] += 1
        else:
            found.append(made)
    return list(chain.from_iterable(found))


def _members(variant: Sample) -> list[str]:
    """The ids of the samples that a variant was made of."""
    note = stress_of(variant)
    return [part.id for part in note.parts] if note and note.parts else [variant.origin or ""]


def _through_documents(corpus: Corpus, options: Options, dropped: Counter[tuple[str, str]]) -> list[Sample]:
    found: list[Sample] = []
    for probe in options.probes:
        if probe in OVER_DOCUMENTS:
            chosen = OVER_DOCUMENTS[probe](corpus, options.size)
            found += chosen.samples
            for reason, count in chosen.dropped.items():
                dropped[f"{probe}{DOCUMENTS}", reason] += count
    used = {sample.origin for sample in found}
    return [*corpus.undisturbed([item for item in corpus.items if item.id in used]), *found]
