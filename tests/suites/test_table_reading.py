"""What a suite reads from a table: repeats averaged, holes left out, clusters kept."""

from __future__ import annotations

import numpy as np
import pytest
from toys.table import column, table

from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import Interval
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey
from bakeoff.suites.table_reading import TableReading, between_rates

NAN = float("nan")


@pytest.fixture
def reading() -> TableReading:
    values = np.array(
        [[[1.0, 0.0], [NAN, NAN], [NAN, 1.0]], [[1.0, 1.0], [1.0, 1.0], [NAN, NAN]]]
    )  # systems × samples × repeats
    codes = np.full(values.shape, STATUS_CODES[Status.SCORED], dtype=np.int8)
    made = table(["base", "rag"], [Column("toy", Output(name="x"), values, codes)])
    return TableReading(made, made.columns[0].suite)


def test_picked_are_the_means_of_samples_with_a_value(reading: TableReading) -> None:
    picked = reading.pick("base", "x", [0, 1, 2])
    assert picked.values.tolist() == [0.5, 1.0]
    assert len(picked) == len(picked.labels) == 2
    assert reading.pick("base", "x", [1]).values.tolist() == []
    assert reading.pick("base", "unknown", [0]).values.tolist() == []


def test_pairs_are_samples_that_both_have(reading: TableReading) -> None:
    mine, theirs = reading.pick_pairs("rag", "base", "x", [0, 1, 2])
    assert (mine.values.tolist(), theirs.values.tolist()) == ([1.0], [0.5])


def test_another_suites_columns_are_not_read(reading: TableReading) -> None:
    assert TableReading(reading.table, "another").columns == {}
    assert np.isnan(TableReading(reading.table, "another").means("rag", "x")).all()


def test_a_rate_has_the_runs_interval(reading: TableReading) -> None:
    rate = reading.rate(reading.pick("rag", "x", [0, 1]))
    assert (rate.estimate, rate.n, rate.method) == (1.0, 2, "Wilson")
    assert reading.rate(reading.pick("rag", "x", [])).estimate is None


def test_an_interval_in_words() -> None:
    assert between_rates(Interval(0.1, 0.05, 0.155, "t", 9), 0.1) == "(90 % interval 5.0 % to 15.5 %)"
    assert between_rates(Interval(None, None, None, "no data", 0), 0.05) == "(no interval: no data)"


def test_places_are_those_of_the_variants() -> None:
    keys = [SampleKey("a"), SampleKey("a~x", origin="a", variant="x"), SampleKey("b")]
    made = table(["base"], [column(Output(name="x"), [[1.0, 1.0, 1.0]])], keys)
    reading = TableReading(made, "toy")
    assert (reading.places(None), reading.places("x"), reading.places("y")) == ([0, 2], [1], [])
    assert reading.places(None, "x") == [0, 1, 2]
