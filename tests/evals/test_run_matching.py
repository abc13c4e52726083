"""Runs paired by id and content, by content alone where ids were made anew, and never on a guess."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from toys.plan import ToySystem, plan, questions, store_in, text

from bakeoff.evals.comparison import Comparison, PairCount
from bakeoff.evals.records import Sample
from bakeoff.evals.run_matching import KEPT_IDS
from bakeoff.evals.run_pairs import compare_runs
from bakeoff.evals.runner import run
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store
from bakeoff.reports.wording import footer_lines


def renamed(samples: Sequence[Sample], prefix: str = "new-") -> list[Sample]:
    return [sample.model_copy(update={"id": f"{prefix}{sample.id}"}) for sample in samples]


def ran(store: Store, samples: Sequence[Sample], right: int = 99) -> RunRecord:
    """A run of a bot that is right on questions with a number below `right`."""
    bot = ToySystem(
        "bot", text(lambda q: q if int(q[1:]) < right else "wrong"), fingerprint=f"right to {right}"
    )
    return run(plan([bot], samples), store, fresh=True).run


def compared(folder: Path, first: Sequence[Sample], second: Sequence[Sample]) -> Comparison:
    store = store_in(folder)
    return compare_runs(store, [ran(store, first), ran(store, second, right=5)])


def count(comparison: Comparison) -> PairCount:
    return next(pair for pair in comparison.pairings if pair.name == "toy-run-2")


def test_ids_made_anew_are_paired_by_content(tmp_path: Path) -> None:
    first = questions(12)
    second = [*renamed(first[:10][::-1]), *questions(14)[12:]]
    comparison = compared(tmp_path, first, second)
    assert count(comparison) == PairCount(
        name="toy-run-2", against="toy-run-1", paired=10, only_name=2, only_against=2, by_content=10
    )
    match = next(row for row in comparison.metrics if row.metric == "match")
    assert match.cells["bot@toy-run-1"].mean == 1.0
    # 0.5 only where each answer stands beside its own question's
    assert match.cells["bot@toy-run-2"].mean == 0.5
    assert (match.differences[0].n, match.differences[0].effect) == (10, -0.5)
    assert "10 of them by content" in told(comparison)


def told(comparison: Comparison) -> str:
    return " ".join(footer_lines(comparison))


def test_equal_runs_pair_whole_under_their_own_ids(tmp_path: Path) -> None:
    found = compared(tmp_path, questions(6), questions(6))
    assert count(found) == PairCount(name="toy-run-2", against="toy-run-1", paired=6)
    assert "all 6 samples of toy-run-2 with toy-run-1" in told(found)


def test_a_changed_sample_is_ambiguous_and_left_out(tmp_path: Path) -> None:
    changed = questions(8)
    changed[3] = changed[3].model_copy(update={"reference": "something else"})
    found = count(compared(tmp_path, questions(8), changed))
    assert (found.paired, found.ambiguous_name, found.ambiguous_against) == (7, 1, 1)
    assert found.ambiguous_ids == ("s3",)


def test_one_content_under_two_ids_pairs_with_none(tmp_path: Path) -> None:
    first = questions(8)
    second = [*first[:7], *renamed(first[7:]), *renamed(first[7:], "again-")]
    found = count(compared(tmp_path, first, second))
    assert (found.paired, found.by_content) == (7, 0)
    assert (found.ambiguous_name, found.ambiguous_against) == (2, 1)
    assert found.ambiguous_ids == ("new-s7", "again-s7", "s7")


def test_of_many_ambiguous_ids_the_first_are_named(tmp_path: Path) -> None:
    first = questions(40)
    changed = [first[0], *(sample.model_copy(update={"reference": "other"}) for sample in first[1:])]
    found = count(compared(tmp_path, first, changed))
    assert (found.paired, found.ambiguous_name) == (1, 39)
    assert found.ambiguous_ids == tuple(f"s{i}" for i in range(1, KEPT_IDS + 1))


def test_of_three_runs_the_samples_in_all_of_them_count(tmp_path: Path) -> None:
    store, samples = store_in(tmp_path), questions(9)
    runs = [ran(store, samples[:8]), ran(store, renamed(samples[2:])), ran(store, samples[:5])]
    comparison = compare_runs(store, runs)
    assert [(pair.name, pair.paired) for pair in comparison.pairings[:2]] == [
        ("toy-run-2", 6),
        ("toy-run-3", 5),
    ]
    match = next(row for row in comparison.metrics if row.metric == "match")
    assert [difference.n for difference in match.differences] == [3, 3]


@pytest.mark.parametrize("swapped", [False, True])
def test_which_run_comes_first_changes_no_pair(tmp_path: Path, swapped: bool) -> None:
    first, second = questions(6), renamed(questions(9)[3:])
    found = count(compared(tmp_path, second, first) if swapped else compared(tmp_path, first, second))
    assert (found.paired, found.by_content, found.only_name, found.only_against) == (3, 3, 3, 3)
