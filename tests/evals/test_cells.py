"""One system on one metric: repeats, intervals by kind of data, coverage and counts."""

from __future__ import annotations

import numpy as np
import pytest
from toys.table import Value, column

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means, shared_clusters, summarise
from bakeoff.evals.records import Output, Status
from bakeoff.evals.table import Column, SampleKey

SCORE = Output(name="score")
LABELS = [("sample", f"s{i}") for i in range(6)]


def test_repeats_are_averaged_first_and_missing_ones_skipped() -> None:
    values = np.array([[1.0, 0.0, np.nan], [np.nan] * 3, [0.3, 0.3, 0.3]])
    assert sample_means(values) == pytest.approx([0.5, np.nan, 0.3], nan_ok=True)


def test_n_counts_samples_not_answers() -> None:
    once = column(SCORE, [[1.0, 0.0, 1.0, 1.0]])
    thrice = Column("toy", SCORE, np.repeat(once.values, 3, axis=2), np.repeat(once.statuses, 3, axis=2))
    cell = summarise(thrice, 0, LABELS[:4], alpha=0.05, seed=0)
    assert (cell.n, cell.mean, cell.statuses) == (4, 0.75, {"scored": 12})
    assert cell == summarise(once, 0, LABELS[:4], alpha=0.05, seed=0).model_copy(
        update={"statuses": {"scored": 12}}
    )


def test_rates_have_wilsons_interval() -> None:
    cell = summarise(column(SCORE, [[1.0, 0.0, 1.0, 1.0]]), 0, LABELS[:4], alpha=0.05, seed=0)
    assert "wilson" in cell.method.lower()
    assert (cell.low, cell.high) == pytest.approx((0.3006, 0.9544), abs=1e-4)


def test_coverage_is_of_the_applicable_samples() -> None:
    row: list[Value] = [0.5, Status.NOT_APPLICABLE, Status.JUDGE_FAILED, None, Status.ABSTAINED, 0.7]
    cell = summarise(column(SCORE, [row]), 0, LABELS, alpha=0.05, seed=0)
    assert (cell.n, cell.coverage) == (2, 0.4)
    assert cell.statuses == {"scored": 2, "not_applicable": 1, "judge_failed": 1, "open": 1, "abstained": 1}


def test_nothing_computed_is_no_number() -> None:
    cell = summarise(column(SCORE, [[Status.JUDGE_FAILED, None]]), 0, LABELS[:2], alpha=0.05, seed=0)
    assert (cell.mean, cell.low, cell.high, cell.n, cell.coverage) == (None, None, None, 0, 0.0)


def test_binary_is_seen_in_the_values() -> None:
    assert is_binary(np.array([0.0, 1.0, np.nan]))
    assert not is_binary(np.array([0.0, 0.5]))
    assert not is_binary(np.array([np.nan]))


def test_labels_follow_origins_through_chains_and_to_absent_ones() -> None:
    keys = [
        SampleKey("a", cluster="doc"),
        SampleKey("b", origin="a"),
        SampleKey("c", origin="b"),
        SampleKey("d", origin="gone"),
        SampleKey("e"),
    ]
    labels = cluster_labels(keys)
    assert labels[0] == labels[1] == labels[2]
    assert len(set(labels)) == 3
    used = np.array([True, False, False, True, True])
    assert shared_clusters(labels, used) is None
    assert shared_clusters(labels, np.array([True, True, False, False, False])) == labels[:2]
