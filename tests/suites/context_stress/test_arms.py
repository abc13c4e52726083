"""How the table is read: variants' names, deliveries, pairs, clusters."""

from __future__ import annotations

import math

from toys.stress_table import stress_table

from bakeoff.evals.records import Status
from bakeoff.evals.table import SampleKey, ScoreTable
from bakeoff.suites.context_stress.arms import merged, read


def test_names_are_probe_level_and_delivery() -> None:
    row = [1.0, 0.0]
    table = stress_table(
        {
            "rag": {
                ("oracle", "oracle"): row,
                ("noise", "noise:0.4/0.50"): row,
                ("oracle", "oracle@documents"): row,
            }
        }
    )
    handed, held = read(table, "rag", "contexts"), read(table, "rag", "documents")
    assert [(arm.probe, arm.level, dict(arm.places)) for arm in handed.arms] == [
        ("oracle", "", {"q0": 0, "q1": 1}),
        ("noise", "0.4/0.50", {"q0": 2, "q1": 3}),
    ]
    assert [(arm.probe, dict(arm.places)) for arm in held.arms] == [("oracle", {"q0": 4, "q1": 5})]
    assert (handed.slice, held.slice) == (None, "documents")


def test_another_suites_variant_of_the_same_name_does_not_stand_in_for_ours() -> None:
    ours = ("closed_book", "closed_book")
    table = stress_table({"rag": {ours: [1.0, Status.NOT_APPLICABLE]}})
    keys = [*table.samples[:1], SampleKey("q0~elsewhere", origin="q0", variant="closed_book")]
    outcomes = read(ScoreTable(table.systems, keys, table.columns), "rag", "contexts")
    assert [(arm.probe, dict(arm.places)) for arm in outcomes.arms] == [("closed_book", {"q0": 0})]
    assert outcomes.answered


def test_plain_samples_and_other_variants_are_not_ours() -> None:
    table = stress_table({"rag": {("oracle", "oracle"): [1.0, 1.0, 1.0]}})
    keys = [*table.samples[:1], SampleKey("q0"), SampleKey("q0~typos", origin="q0", variant="typos")]
    outcomes = read(ScoreTable(table.systems, keys, table.columns), "rag", "contexts")
    assert [(arm.probe, dict(arm.places)) for arm in outcomes.arms] == [("oracle", {"q0": 0})]
    assert not read(ScoreTable(table.systems, keys, []), "rag", "contexts").answered


def test_pairs_hold_the_items_with_all_values_in_order() -> None:
    table = stress_table(
        {"rag": {("oracle", "oracle"): [1, 0, None, 1], ("flood", "flood"): [0, 1, 1]}}, clusters=2
    )
    outcomes = read(table, "rag", "contexts")
    oracle, flood = (merged(outcomes.of(probe)) for probe in ("oracle", "flood"))
    assert oracle is not None
    assert flood is not None
    pair = outcomes.paired(("oracle", oracle), ("flood", flood))
    assert (pair.items, pair.values.tolist(), len(pair)) == (["q0", "q1"], [[1, 0], [0, 1]], 2)
    assert pair.labels == [("cluster", "c0"), ("cluster", "c1")]
    assert len(outcomes.paired(("no such output", oracle))) == 0
    assert math.isnan(outcomes.value("oracle", None))


def test_each_systems_own_row_is_read() -> None:
    table = stress_table({"a": {("oracle", "oracle"): [1.0]}, "b": {("oracle", "oracle"): [0.0]}})
    assert [read(table, name, "contexts").value("oracle", 0) for name in ("a", "b")] == [1.0, 0.0]


def test_arms_without_any_are_none() -> None:
    assert merged([]) is None
