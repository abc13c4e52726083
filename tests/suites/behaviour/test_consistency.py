"""Consistency: agreement of an answer with its siblings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys.plan import ToyEncoder, ToyJudge

from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Failure, Response, Sample, Score, Status
from bakeoff.suites.behaviour.consistency import ConsistencyMetric

TEXTS = st.lists(st.sampled_from(["yes", "Yes!", "no", "it depends", ""]), min_size=2, max_size=5)


def item(text: str, siblings: Sequence[str], response: Response | None = None) -> Answered:
    return Answered(
        system="x",
        retrieves=False,
        sample=Sample(id="1", question="q"),
        response=response or Response(text=text),
        siblings=tuple(siblings),
    )


def scored(*items: Answered) -> list[dict[str, Score]]:
    rows = asyncio.run(ConsistencyMetric().score(items, Tools(ToyJudge(), ToyEncoder())))
    return [row for row in rows if row is not None]


def test_the_share_of_siblings_that_say_the_same() -> None:
    (row,) = scored(item("Yes.", ["yes", "no", "the yes!", "maybe"]))
    assert row["consistency"].value == 0.5
    assert row["consistency"].detail == {"others": 4}


def test_the_cosine_is_the_encoders() -> None:
    (row,) = scored(item("ab", ["abcd", "ab"]))
    a, b = np.array([2, 1]) / np.sqrt(5), np.array([4, 1]) / np.sqrt(17)
    assert row["consistency_cosine"].value == pytest.approx((a @ b + 1) / 2, abs=1e-6)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_the_same_text_again_is_exactly_one(text: str) -> None:
    (row,) = scored(item(text, [text, text]))
    assert [score.value for score in row.values()] == [1.0, 1.0]


def test_a_cosines_last_bits_are_rounded_away() -> None:
    (row,) = scored(item("one", ["two", "six"]))  # the toy encoder sees lengths only
    assert row["consistency_cosine"].value == 1.0


@settings(deadline=None)
@given(TEXTS)
def test_over_the_repeats_it_is_the_mean_over_pairs(texts: list[str]) -> None:
    rows = scored(*(item(text, texts[:i] + texts[i + 1 :]) for i, text in enumerate(texts)))
    plain = [text.lower().strip("!") for text in texts]
    pairs = [plain[i] == plain[j] for i in range(len(plain)) for j in range(i)]
    mean = sum(row["consistency"].value or 0.0 for row in rows) / len(rows)
    assert mean == pytest.approx(sum(pairs) / len(pairs))


def test_alone_there_is_nothing_to_say_and_a_failure_is_no_agreement() -> None:
    (alone,) = scored(item("yes", []))
    assert {score.status for score in alone.values()} == {Status.NOT_APPLICABLE}
    assert "`repeats:`" in (alone["consistency"].reason or "")
    (failed,) = scored(item("", ["yes"], Response(error=Failure(kind="error", message="it broke"))))
    assert (failed["consistency"].status, failed["consistency"].value) == (Status.SYSTEM_FAILED, 0.0)
    assert failed["consistency_cosine"].value is None
