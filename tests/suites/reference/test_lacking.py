"""What an answer lacks of the nearest acceptable answer."""

from __future__ import annotations

import pytest

from bakeoff.evals.records import Sample
from bakeoff.suites.reference.lacking import lacking

SAMPLE = Sample(
    id="s",
    question="How long does the Arvend 3 last?",
    reference="It lasts 24 months and 5 days.",
    extras={"references": ["730 days"]},
)


@pytest.mark.parametrize(
    ("answer", "lacks"),
    [
        ("24 months, 5 days", []),
        ("730", []),
        ("24 months", ["5"]),
        ("The Arvend 3 lasts", ["730"]),
    ],
)
def test_the_nearest_answer_counts(answer: str, lacks: list[str]) -> None:
    assert lacking(SAMPLE, answer) == lacks


def test_without_an_answer_there_is_nothing_to_lack() -> None:
    with pytest.raises(ValueError, match="empty"):
        lacking(Sample(id="s", question="?"), "5")
