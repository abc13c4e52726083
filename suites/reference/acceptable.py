"""Which texts an answer is compared with, and when there is nothing to compare."""

from __future__ import annotations

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Answered, Output, Sample, Score, Status

EXTRA = "references"
"""Key of `Sample.extras` under which further acceptable answers lie, a list of texts."""


def acceptable_answers(sample: Sample) -> tuple[str, ...]:
    """The sample's reference, then those of `extras["references"]`; blank ones and repeats left out.

    Raises InputError where `extras["references"]` is no list of texts.
    """
    extra = sample.extras.get(EXTRA)
    more = [] if extra is None else extra
    if not isinstance(more, list) or not all(isinstance(text, str) for text in more):
        raise InputError(
            f"{EXTRA} must be a list of texts, not {type(extra).__name__}"
            if not isinstance(more, list)
            else f"{EXTRA} holds something that is no text",
            where=f"sample {sample.id!r}",
            todo="write every acceptable answer as a string, or leave the key out",
        )
    texts = [sample.reference or "", *(str(text) for text in more)]
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def without_reference(item: Answered) -> Score | None:
    """The score of any answer to a sample that has no reference, or None where it has one."""
    if acceptable_answers(item.sample):
        return None
    return Score(status=Status.NOT_APPLICABLE, reason="no reference")


def without_comparison(item: Answered, output: Output, abstention: float | None) -> Score | None:
    """The score of an item that no text comparison can make, or None where there is one to make.

    No reference: not applicable. The system's own error: what `output` says that a failure is worth.
    An abstention: `abstention` where the sample is answerable, for then it gave nothing of the
    reference; no value where it is not, for then abstaining is right.
    """
    outside = without_reference(item)
    if outside is not None:
        return outside
    if item.response.error is not None:
        value = output.worst if output.on_failure == "worst" else None
        return Score(status=Status.SYSTEM_FAILED, value=value, reason=item.response.error.message)
    if not item.abstained:
        return None
    if not item.sample.answerable:
        reason = "abstained on an unanswerable question: this metric does not judge that"
        return Score(status=Status.ABSTAINED, reason=reason)
    reason = "an abstention has no content to compare" if abstention is None else "abstained: nothing given"
    return Score(status=Status.ABSTAINED, value=abstention, reason=reason)
