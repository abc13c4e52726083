"""What the suite notes on a variant for its metrics: `Sample.extras["format_shift"]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import JsonValue

from bakeoff.evals.records import Record, Sample
from bakeoff.suites.format_shift.payload import WANTS, Wants
from bakeoff.suites.format_shift.training_format import TrainingFormat, as_extra, from_extra
from bakeoff.suites.reference.key_values import POLARITY, KeyValue, wanted

EXTRA = "format_shift"


class Asked(Record):
    """What form the question asks its answer in.

    `question` is the origin's, in whose words the key values are looked up, so that a variant and its
    twin are measured by the same; `trained` the training format, where there is one to be told from.
    """

    wants: Wants = "as_trained"
    key: str | None = None
    question: str
    trained: TrainingFormat | None = None

    def wanted(self, reference: str) -> tuple[KeyValue, ...]:
        """What an answer must hold of that reference. Of an answer in another language only what stays as
        it is there: names, numbers, dates; none where there is nothing of the kind."""
        found = wanted(reference, self.question)
        if self.wants != "language":
            return found.values
        kept = (value for value in found.values if not value.forms <= POLARITY)
        return tuple(kept) if found.rule == "key_values" else ()

    @property
    def elsewhere(self) -> bool:
        """Whether another form is asked for than the one that was trained."""
        return self.wants != "as_trained"


def asked(sample: Sample) -> Asked:
    """What was asked; a sample that is no variant asks for its answer as it stands."""
    note = sample.extras.get(EXTRA)
    if not isinstance(note, Mapping):
        return Asked(question=sample.question)
    wants, key, question = note.get("wants"), note.get("key"), note.get("asked")
    return Asked(
        wants=wants if wants in WANTS else "as_trained",
        key=key if isinstance(key, str) else None,
        question=question if isinstance(question, str) else sample.question,
        trained=from_extra(note.get("training_format")),
    )


def noted(variant: Sample, origin: Sample, trained: TrainingFormat | None) -> Sample:
    """The variant with its origin's question and, where another form is asked for, the trained one."""
    held = variant.extras.get(EXTRA)
    note: dict[str, JsonValue] = dict(cast(Mapping[str, Any], held)) if isinstance(held, Mapping) else {}
    note["asked"] = origin.question
    if note.get("wants", "as_trained") != "as_trained":
        note["training_format"] = as_extra(trained)
    return variant.model_copy(update={"extras": {**variant.extras, EXTRA: note}})
