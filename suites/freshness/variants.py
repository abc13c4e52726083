"""The same question before an update of the documents and after it."""

from __future__ import annotations

from collections.abc import Mapping

from bakeoff.evals.records import Capability, DocumentState, Sample

EXTRA = "freshness"
BEFORE, AFTER = "before", "after"


def in_state(sample: Sample, state: str, documents: DocumentState, reference: str | None) -> Sample:
    """The sample asked of other documents; `state` is `before` or `after`, `reference` right in it.

    Before the update the gold passages and the further acceptable answers of today do not hold.
    """
    before = state == BEFORE
    extras = {name: value for name, value in sample.extras.items() if not (before and name == "references")}
    return sample.model_copy(
        update={
            "id": f"{sample.id}~{state}",
            "origin": sample.id,
            "variant": state,
            "reference": reference,
            "reference_contexts": () if before else sample.reference_contexts,
            "requires": sample.requires | {Capability.ACCEPTS_DOCUMENTS},
            "overrides": sample.overrides.model_copy(update={"documents": documents}),
            "extras": {**extras, EXTRA: {"state": state}},
        }
    )


def state_of(sample: Sample) -> str | None:
    """`before` or `after`, None for a sample that is asked of the system's own documents."""
    note = sample.extras.get(EXTRA)
    state = note.get("state") if isinstance(note, Mapping) else None
    return state if isinstance(state, str) else None
