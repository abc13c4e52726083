"""Sign flips against scipy's permutation test and against the definition, written out."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test

from bakeoff.evals.statistics import PairedTest, sign_flip
from bakeoff.evals.statistics.permutation import sign_chunks, vector_count


def clustered_t(values: np.ndarray, groups: np.ndarray) -> float:
    """|mean|/SE from the residuals, as METHODS §7 writes it."""
    mean, count = values.mean(), len(np.unique(groups))
    sums = np.array([(values[groups == g] - mean).sum() for g in np.unique(groups)])
    se = math.sqrt(count / (count - 1) * (sums**2).sum()) / len(values)
    return float(abs(mean) / se)


def test_exact_p_is_scipys() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.random(11), rng.random(11) + 0.15
    reference = permutation_test(
        (a, b), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=10**6
    ).pvalue
    found = sign_flip(a - b)
    assert found.p == pytest.approx(reference, rel=1e-12)
    assert found == PairedTest(found.p, None, "sign-flip (exact)", 11, permutations=2**11)


def test_random_p_is_near_scipys_exact_one() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.random(15), rng.random(15) + 0.15
    reference = permutation_test(
        (a, b), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=10**6
    ).pvalue
    found = sign_flip(a - b)
    assert found.p == pytest.approx(reference, abs=4 * math.sqrt(reference / 10_000))
    assert (found.method, found.permutations) == ("sign-flip (random)", 10_001)


def test_whole_clusters_flip_and_the_statistic_is_clustered() -> None:
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(8), [1, 4, 2, 3, 1, 5, 2, 2])
    d = rng.normal(0.2, 0.3, 20) + rng.normal(0, 0.3, 8)[groups]
    observed = clustered_t(d, groups)
    hits = [
        clustered_t(np.array(signs)[groups] * d, groups) >= observed * (1 - 1e-9)
        for signs in itertools.product([1, -1], repeat=8)
    ]
    found = sign_flip(d, groups)
    assert found.p == pytest.approx(np.mean(hits), rel=1e-12)
    assert (found.method, found.n, found.clusters) == ("sign-flip (exact, by cluster)", 20, 8)


def test_ties_broken_by_rounding_still_count() -> None:
    # 0.1 + 0.2 and 0.3 tie: |sum| ≥ 0.6 for ±(all three) only with (0.1+0.2)+0.3, by 2 of 8 vectors.
    assert sign_flip([0.1, 0.2, 0.3]).p == 2 / 8
    # |Σsd| ≥ 0.4: all aligned, 0.1 flipped (0.4), and their mirrors.
    assert sign_flip([-0.1, 0.2, 0.3]).p == 4 / 8


@pytest.mark.parametrize("n", [1, 5, 13])
def test_least_p_of_an_exact_test(n: int) -> None:
    assert sign_flip([0.5] * n).p == 2 / 2**n


def test_the_identity_is_counted() -> None:
    assert sign_flip(np.linspace(1, 2, 60), permutations=199).p == 1 / 200


def test_nothing_to_test() -> None:
    assert sign_flip([]) == PairedTest(None, None, "none (no pairs)", 0)
    assert sign_flip([0.0] * 30).p == 1.0
    assert sign_flip([0.3, 0.4], ["a", "a"]).p == 1.0
    with pytest.raises(ValueError, match="permutation"):
        sign_flip([1.0], permutations=0)


def test_scale_does_not_matter_even_at_the_ends_of_the_floats() -> None:
    d = np.array([0.3, -0.1, 0.25, 0.7, 0.2, -0.05, 0.4])
    assert {sign_flip(d * scale).p for scale in (1.0, 1e-160, 1e160, 3e-300)} == {sign_flip(d).p}


@pytest.mark.parametrize(("units", "permutations"), [(3, 50), (13, 50), (14, 50), (70, 9)])
def test_sign_vectors_are_signs_and_start_with_the_identity(units: int, permutations: int) -> None:
    signs = np.vstack(list(sign_chunks(units, permutations, seed=1)))
    total, exact = vector_count(units, permutations)
    assert signs.shape == (total, units)
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert (signs[0] == 1).all()
    assert exact == (units <= 13)
    if exact:
        assert len(np.unique(signs, axis=0)) == 2**units


def test_random_signs_are_fair_and_independent() -> None:
    signs = np.vstack(list(sign_chunks(21, 20_000, seed=1)))
    products = signs.T @ signs / len(signs)
    assert np.abs(signs.mean(axis=0)).max() < 0.03
    assert np.abs(products - np.eye(21)).max() < 0.035


differences = st.lists(st.sampled_from([-1.0, -0.5, -0.1, 0.0, 0.1, 0.3, 0.5, 1.0]), min_size=1, max_size=18)


@settings(deadline=None, max_examples=60)
@given(differences, st.randoms(), st.integers(0, 3))
def test_p_is_a_p_value_blind_to_order_and_direction(d: list[float], random: object, seed: int) -> None:
    groups = [i % 15 for i in range(len(d))]
    rows = list(zip(d, groups, strict=True))
    random.shuffle(rows)  # type: ignore[attr-defined]
    p = sign_flip(d, groups, permutations=199, seed=seed).p
    assert p is not None
    assert 0 < p <= 1
    assert sign_flip([v for v, _ in rows], [g for _, g in rows], permutations=199, seed=seed).p == p
    if len(set(groups)) <= 13:
        assert sign_flip([-v for v in d], groups).p == p


def test_false_alarms_under_the_null() -> None:
    # 1,500 tests: SE .0056.
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(20), 4)
    alarms = 0
    for seed in range(1_500):
        d = rng.normal(0, 1, 80) + rng.normal(0, 1, 20)[groups]
        p = sign_flip(d, groups, permutations=399, seed=seed).p
        alarms += p is not None and p <= 0.05
    assert 0.033 <= alarms / 1_500 <= 0.067
