"""What an answer lacks of the acceptable answer that it comes nearest to."""

from __future__ import annotations

from bakeoff.evals.records import Sample
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.key_values import missing, wanted


def lacking(sample: Sample, answer: str) -> list[str]:
    """The key values that the answer lacks of the acceptable answer of which it lacks least; none: it is
    right. Raises ValueError for a sample without any acceptable answer.
    """
    tried = (missing(wanted(one, sample.question).values, answer) for one in acceptable_answers(sample))
    return min(tried, key=len)
