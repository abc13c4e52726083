"""Samples of systems within a run: paired, or one system's only."""

from __future__ import annotations

from toys.table import column, run_record, table

from bakeoff.evals.comparison import PairCount
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.pair_counts import count_pairs
from bakeoff.evals.records import Output, Status
from bakeoff.evals.table import ScoreTable

NONE = Status.NOT_APPLICABLE


def test_a_sample_is_a_systems_where_any_metric_has_seen_its_answer() -> None:
    first = column(
        Output(name="x"),
        [[1.0, NONE, None, Status.SYSTEM_FAILED, NONE], [1.0, 0.0, 0.0, 1.0, Status.JUDGE_FAILED]],
    )
    second = column(Output(name="y"), [[NONE, NONE, None, NONE, 0.5], [NONE, NONE, NONE, None, NONE]])
    found = count_pairs(table(["new", "old"], [first, second]), [("new", "old"), ("old", "new")])
    assert found == (
        PairCount(name="new", against="old", paired=3, only_against=2),
        PairCount(name="old", against="new", paired=3, only_name=2),
    )


def test_the_comparison_holds_one_for_each_pair() -> None:
    made = table(["base", "a", "b"], [column(Output(name="x"), [[0.0, 1.0]] * 3)])
    pairings = compare_table(run_record(made), made, baseline="base").pairings
    assert [(pair.name, pair.against, pair.paired) for pair in pairings] == [
        ("a", "base", 2),
        ("b", "base", 2),
    ]


def test_a_table_without_metrics_has_none() -> None:
    assert count_pairs(ScoreTable([], [], []), []) == ()
