"""One system's mean on one output: its values, clusters, repeats and words."""

from __future__ import annotations

import numpy as np
import pytest

from bakeoff.evals.records import Kind, Output
from bakeoff.evals.statistics import Interval
from bakeoff.evals.table import Column, SampleKey, ScoreTable, SystemInfo
from bakeoff.suites.system_rates import as_detail, column_of, in_words, rate_of


def table(values: list[float], *, clusters: int | None = None, repeats: int = 1) -> ScoreTable:
    cells = np.array([[[0.5]] * (len(values) // repeats)] * 2).repeat(repeats, axis=2)
    cells[1] = np.array(values).reshape(-1, repeats)
    column = Column("suite", Output(name="rate"), cells, np.zeros(cells.shape, np.int8))
    keys = [
        SampleKey(id=f"q{i}", cluster=None if clusters is None else f"c{i % clusters}")
        for i in range(cells.shape[1])
    ]
    systems = [SystemInfo(name=name, kind=Kind.RAG, fingerprint=name) for name in ("a", "b")]
    return ScoreTable(systems, keys, [column])


def test_it_is_that_systems_own_mean_over_the_samples_that_have_a_value() -> None:
    found = rate_of(table([1.0, 0.0, np.nan, 1.0]), "suite.rate", 1)
    assert found is not None
    assert (found.interval.estimate, found.interval.n, found.interval.method) == (2 / 3, 3, "Wilson")
    assert found.values.tolist() == [1, 0, 1]
    assert [label[1] for label in found.labels] == ["q0", "q1", "q3"]  # type: ignore[index]


def test_values_of_one_cluster_are_not_independent() -> None:
    found = rate_of(table([1.0, 0.0] * 20, clusters=4), "suite.rate", 1)
    assert found is not None
    assert found.interval.clusters == 4
    assert found.interval.method != "Wilson"


def test_repeats_are_averaged_first() -> None:
    found = rate_of(table([1.0, 0.0, 1.0, 1.0], repeats=2), "suite.rate", 1)
    assert found is not None
    assert found.values.tolist() == [0.5, 1]


def test_without_column_or_values_there_is_nothing() -> None:
    assert rate_of(table([np.nan]), "suite.rate", 1) is None
    assert rate_of(table([1.0]), "suite.other", 1) is None
    assert column_of(table([1.0]), "suite.rate") is not None


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (Interval(0.25, 0.2, 0.3, "Wilson", 9), "25.0 % (90 % interval 20.0 % to 30.0 %)"),
        (Interval(0.25, None, None, "none (no data)", 1), "25.0 % (no interval: none (no data))"),
    ],
)
def test_in_words(interval: Interval, words: str) -> None:
    assert in_words(interval, 0.10) == words
    assert as_detail(interval)["mean"] == 0.25
