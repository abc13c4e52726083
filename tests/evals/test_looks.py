"""The order of a sequential run, and what its looks have seen."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys.table import column, table

from bakeoff.evals.looks import item_ranks, keep_taken, looks, stop_notes, taken_mask, told
from bakeoff.evals.records import Output, Status
from bakeoff.evals.runs import RunHeader, SequentialInfo
from bakeoff.evals.table import STATUS_CODES, SampleKey

MIXED = [
    SampleKey("a"),
    SampleKey("a/typo", origin="a", variant="typo"),
    SampleKey("b", cluster="book"),
    SampleKey("c", cluster="book"),
    SampleKey("d"),
    SampleKey("e"),
]


def info(**changes: object) -> SequentialInfo:
    return SequentialInfo.model_validate({"seed": 3, "total": 6, **changes})


def places(samples: list[SampleKey], seed: int) -> dict[str, int]:
    return dict(zip([sample.id for sample in samples], item_ranks(samples, seed), strict=True))


def test_variants_and_clusters_are_taken_whole() -> None:
    found = places(MIXED, 0)
    assert found["a"] == found["a/typo"]
    assert found["b"] == found["c"]
    assert sorted(set(found.values())) == [0, 1, 2, 3]


def test_neither_the_order_of_the_file_nor_other_samples_change_the_order() -> None:
    samples = [SampleKey(f"s{i}") for i in range(50)]
    first = places(samples, 7)
    shuffled = random.Random("shuffle").sample(samples, 50)
    assert places(shuffled, 7) == first
    fewer = places(samples[:20], 7)
    assert sorted(fewer, key=fewer.__getitem__) == sorted(fewer, key=first.__getitem__)
    assert places(samples, 8) != first
    assert sorted(first.values()) == list(range(50))


def test_the_order_is_the_same_in_every_process() -> None:
    found = places([SampleKey(name) for name in "abcdefgh"], 0)
    assert "".join(sorted(found, key=found.__getitem__)) == ORDER


ORDER = "hfcbgead"


@given(st.lists(st.integers(1, 9), min_size=1, max_size=200), st.integers(1, 50), st.integers(1, 50))
def test_looks_go_up_and_end_with_all(sizes: list[int], first: int, step: int) -> None:
    found = looks(sizes, first, step)
    assert found == sorted(set(found))
    assert found[-1] == len(sizes)
    taken = [sum(sizes[:end]) for end in found]
    assert taken[0] >= min(first, sum(sizes))
    for before, after in itertools.pairwise(taken[:-1]):
        assert after - before >= max(step, 0.05 * before)


def test_a_large_run_is_not_all_looking() -> None:
    assert len(looks([1] * 50_000, 20, 20)) < 150


@pytest.mark.parametrize("whole", [False, True])
def test_what_was_not_taken_is_left_out_or_does_not_apply(whole: bool) -> None:
    made = table(["x"], [column(Output(name="m"), [[float(i) / 10 for i in range(6)]])], MIXED)
    ends = np.cumsum(np.bincount(item_ranks(MIXED, 3)))
    seen = info(taken=int(ends[1]))
    mask = taken_mask(MIXED, seen)
    assert int(mask.sum()) == seen.taken
    found = keep_taken(made, seen, whole=whole)
    assert len(found.samples) == (6 if whole else seen.taken)
    values = found.columns[0].values[0, :, 0]
    assert values[~np.isnan(values)].tolist() == made.columns[0].values[0, mask, 0].tolist()
    if whole:
        assert set(found.columns[0].statuses[0, ~mask, 0]) == {STATUS_CODES[Status.NOT_APPLICABLE]}
    assert not np.isnan(made.columns[0].values).any()


@pytest.mark.parametrize("seen", [None, info(taken=0), info(taken=6)], ids=["none", "no look", "all"])
def test_without_a_look_or_with_all_taken_nothing_is_left_out(seen: SequentialInfo | None) -> None:
    made = table(["x"], [column(Output(name="m"), [[0.5] * 6])], MIXED)
    assert keep_taken(made, seen) is made


def test_it_says_what_stopping_saved() -> None:
    stopped = info(
        total=1500,
        taken=140,
        stopped=True,
        verdict="fail",
        reasons=("m of x at least 0.9",),
        saved_answers=2720,
        saved_scores=640,
    )
    assert told(stopped) == (
        "decided after 140 of 1,500 samples: fail (m of x at least 0.9); "
        "2,720 answers and 640 judged scores were not asked for"
    )
    assert "do not allow for that" in stop_notes(stopped)[0]
    assert told(info(taken=6)) == ""
    assert stop_notes(info(taken=6)) == stop_notes(None) == []


def test_headers_of_before_still_load() -> None:
    assert RunHeader.model_validate({"systems": ()}).sequential is None
