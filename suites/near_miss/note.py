"""What the suite notes on a near-miss question for its metrics: `Sample.extras["near_miss"]`."""

from __future__ import annotations

from collections.abc import Mapping

from bakeoff.evals.records import Record, Sample
from bakeoff.suites.near_miss.near_questions import Near
from bakeoff.suites.near_miss.options import Family
from bakeoff.suites.reference.acceptable import acceptable_answers

EXTRA = "near_miss"
PREFIX = "near_"
"""What a variant's name has before that of its family."""


class NearMiss(Record):
    """What was asked instead of what, and the answers to the question that it stands beside."""

    family: Family
    asked: str
    replaced: str
    question: str
    neighbours: tuple[str, ...]


def derived(origin: Sample, family: Family, near: Near) -> Sample:
    """The near-miss question as a sample: nobody can answer it, so it has neither reference nor gold."""
    note = NearMiss(
        family=family,
        asked=near.asked,
        replaced=near.replaced,
        question=origin.question,
        neighbours=acceptable_answers(origin),
    )
    variant = f"{PREFIX}{family}"
    return origin.model_copy(
        update={
            "id": f"{origin.id}~{variant}",
            "question": near.question,
            "reference": None,
            "answerable": False,
            "reference_contexts": (),
            "reference_context_ids": (),
            "as_of": None,
            "origin": origin.id,
            "variant": variant,
            "extras": {EXTRA: note.model_dump(mode="json")},
        }
    )


def near_miss(sample: Sample) -> NearMiss | None:
    """The note of a near-miss question, None for any other sample."""
    note = sample.extras.get(EXTRA)
    return NearMiss.model_validate(note) if isinstance(note, Mapping) else None
