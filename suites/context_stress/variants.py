"""One variant of an item: the passages in its request, the note for the metrics, an id of its own."""

from __future__ import annotations

import random
from collections.abc import Sequence

from bakeoff.evals.records import Capability, DocumentState, Sample
from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.note import EXTRA, Stress
from bakeoff.suites.context_stress.passages import Passage
from bakeoff.suites.reference.acceptable import EXTRA as REFERENCES


def drawing(seed: int, *about: object) -> random.Random:
    """A generator of its own for each purpose, the same on every machine."""
    return random.Random(":".join(str(one) for one in (seed, *about)))


def with_contexts(item: Item, note: Stress, passages: Sequence[Passage]) -> Sample:
    """The item's question, to be answered from just these passages, in this order."""
    contexts = tuple(passage.context() for passage in passages)
    return _derived(item, note, Capability.ACCEPTS_CONTEXTS, {"contexts": contexts})


def with_documents(item: Item, note: Stress, state: DocumentState) -> Sample:
    """The item's question, to be answered with just these documents as the corpus."""
    return _derived(item, note, Capability.ACCEPTS_DOCUMENTS, {"documents": state})


def unanswerable(variant: Sample) -> Sample:
    """The variant as a question that its passages do not answer."""
    return without_reference(variant).model_copy(update={"answerable": False})


def without_reference(variant: Sample) -> Sample:
    """The variant without a reference of its own and without gold passages."""
    extras = {key: value for key, value in variant.extras.items() if key != REFERENCES}
    update = {
        "reference": None,
        "reference_contexts": (),
        "reference_context_ids": (),
        "extras": extras,
    }
    return variant.model_copy(update=update)


def _derived(item: Item, note: Stress, needs: Capability, overridden: dict[str, object]) -> Sample:
    origin = item.sample
    noted = note if note.question else note.model_copy(update={"question": origin.question})
    return origin.model_copy(
        update={
            "id": f"{origin.id}~{note.variant}",
            "origin": origin.id,
            "variant": note.variant,
            "requires": origin.requires | {needs},
            "overrides": origin.overrides.model_copy(update=overridden),
            "extras": {**origin.extras, EXTRA: noted.model_dump(mode="json")},
        }
    )
