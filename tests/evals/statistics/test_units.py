"""Samples become independent units, in an order that only their values decide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.statistics import paired_differences
from bakeoff.evals.statistics.units import cluster_codes, finite_vector, unit_sums

NAN = float("nan")


def test_none_and_nan_labels_are_clusters_of_their_own() -> None:
    codes = cluster_codes(["a", None, "b", "a", None, NAN, NAN], 7)
    assert codes.tolist() == [0, 1, 2, 0, 3, 4, 5]


def test_codes_of_numpy_labels() -> None:
    assert cluster_codes(np.array([7, 3, 7]), 3).tolist() == [0, 1, 0]


def test_a_label_for_each_value_is_demanded() -> None:
    with pytest.raises(ValueError, match="2 cluster labels for 3 values"):
        cluster_codes(["a", "b"], 3)


def test_sums_and_counts_per_cluster_and_column() -> None:
    values = np.array([[1.0, NAN], [2.0, 5.0], [4.0, 7.0], [NAN, NAN]])
    found = unit_sums(values, ["x", "y", "x", "z"])
    assert found.clustered
    assert found.sums.tolist() == [[2.0, 5.0], [5.0, 7.0]]
    assert found.counts.tolist() == [[1.0, 1.0], [2.0, 1.0]]


def test_clusters_of_one_value_each_are_no_clusters() -> None:
    # The second member of "x" has no value, so "x" is a single value too.
    found = unit_sums(np.array([[1.0], [2.0], [NAN]]), ["x", "y", "x"])
    assert not found.clustered
    assert found.units == 2


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(0, 4)), min_size=1, max_size=30), st.randoms())
def test_order_of_samples_leaves_every_bit_alone(rows: list[tuple[float, int]], random: object) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (unit_sums(np.array([[v] for v, _ in r]), [c for _, c in r]) for r in (rows, shuffled))
    assert np.array_equal(one.sums, other.sums)
    assert np.array_equal(one.counts, other.counts)


@pytest.mark.parametrize("bad", [[1.0, NAN], [float("inf")], [[1.0, 2.0]]])
def test_vectors_are_finite_and_flat(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="values must be"):
        finite_vector(bad)


def test_rounding_noise_between_pairs_is_no_difference() -> None:
    found = paired_differences([0.1 + 0.2, 0.5, 1e-9, NAN], [0.3, 0.25, 0.0, 1.0])
    assert found[0] == 0.0
    assert found[1:3].tolist() == [0.25, 1e-9]
    assert np.isnan(found[3])


def test_pairs_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="different shapes"):
        paired_differences([1.0, 2.0], [1.0])
