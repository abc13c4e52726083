"""Oracle and closed book: the figures, and what becomes of one without the other."""

from __future__ import annotations

import pytest
from toys.stress_table import stress_table

from bakeoff.suites.context_stress.arms import read
from bakeoff.suites.context_stress.bounds import bounds

ORACLE = ("oracle", "oracle")
CLOSED = ("closed_book", "closed_book")


def test_both_ends_over_the_items_that_have_both() -> None:
    # of five items four have both: oracle 3 of 4, closed book 1 of 4
    table = stress_table({"rag": {ORACLE: [1, 1, 1, 0, 1], CLOSED: [1, 0, 0, 0, None]}})
    (finding,) = bounds(read(table, "rag", "contexts"))
    assert (finding.name, finding.family, finding.n) == ("context_stress.bounds", "oracle", 4)
    assert finding.effect == pytest.approx(0.5)
    assert (finding.detail["oracle"], finding.detail["closed_book"]) == (0.75, 0.25)
    assert (finding.status, finding.p, finding.headline) == ("found", None, True)
    assert (
        "rag is right in 75.0 % of 4 items with the right passage alone and in 25.0 % with none"
        in finding.sentence
    )


def test_the_oracle_alone() -> None:
    table = stress_table({"rag": {ORACLE: [1, 0, 0, 0]}})
    (finding,) = bounds(read(table, "rag", "contexts"))
    assert (finding.effect, finding.detail["closed_book"]) == (0.25, None)
    assert finding.low is not None
    assert finding.low < 0.25


@pytest.mark.parametrize("answers", [{CLOSED: [1, 0]}, {ORACLE: [None, None], CLOSED: [None, None]}])
def test_nothing_to_say(answers: dict[tuple[str, str], list[float | None]]) -> None:
    assert bounds(read(stress_table({"rag": answers}), "rag", "contexts")) == []
