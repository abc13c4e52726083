"""Each rule of the choice of interval and test, at its border."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.statistics import (
    Interval,
    PairedTest,
    bca,
    cluster_t,
    difference_interval,
    mcnemar,
    mean_interval,
    paired_test,
    sign_flip,
    tango,
    wilson,
)
from bakeoff.evals.statistics.results import FEW_CLUSTERS

RNG = np.random.default_rng(17)
X, Y = RNG.beta(4, 1, 120), RNG.beta(3, 1, 120)
A, B = (RNG.random(120) < 0.8).astype(float), (RNG.random(120) < 0.7).astype(float)
PAIRS = [i // 4 for i in range(120)]
ALONE = [f"doc-{i}" for i in range(120)]
UNIT = (0.0, 1.0)


@pytest.mark.parametrize("clusters", [None, ALONE, [None] * 120])
def test_one_rate_is_wilson(clusters: list[str] | None) -> None:
    assert mean_interval(A, clusters, binary=True) == wilson(int(A.sum()), 120)


def test_clustered_means_are_cluster_t_binary_or_not() -> None:
    assert mean_interval(A, PAIRS, binary=True) == cluster_t(A, PAIRS, bounds=UNIT)
    assert mean_interval(X, PAIRS).method == "cluster-t"
    assert mean_interval(X[:20], PAIRS[:20]) == cluster_t(X[:20], PAIRS[:20])
    assert mean_interval(X[:20], PAIRS[:20]).flag == FEW_CLUSTERS


def test_a_single_cluster_of_two_counts_as_clustered() -> None:
    labels = ["same", "same", *range(118)]
    found = mean_interval(X, labels)
    assert (found.method, found.clusters, found.n) == ("cluster-t", 119, 120)


def test_continuous_means_are_t_from_100_and_bca_below() -> None:
    assert mean_interval(X[:100]) == cluster_t(X[:100])
    assert mean_interval(X[:99], seed=5) == bca(X[:99], seed=5)
    assert mean_interval(X[:99]).method == "BCa"


def test_zero_variance_falls_back_on_the_range() -> None:
    found = mean_interval([1.0] * 59, alpha=0.1, bounds=UNIT)
    assert found.low == pytest.approx(0.05 ** (1 / 59))
    assert (found.estimate, found.high) == (1.0, 1.0)
    assert mean_interval([3.0] * 200).method == "none (zero variance)"
    assert mean_interval([1.0] * 8, [0] * 4 + [1] * 4, binary=True).method == "bound (zero variance)"


def test_a_binary_metric_averaged_over_repeats_is_not_binary() -> None:
    halves = (A + B) / 2
    assert mean_interval(halves, binary=True).method == "t"
    assert difference_interval(halves[:50], B[:50], binary=True).method == "t"
    assert paired_test(halves, B, binary=True).method.startswith("sign-flip")


def test_a_paired_difference_of_rates_is_tango() -> None:
    b, c = int(((A == 1) & (B == 0)).sum()), int(((A == 0) & (B == 1)).sum())
    assert b != c
    assert difference_interval(A, B, binary=True, alpha=0.1) == tango(b, c, 120, 0.1)
    assert difference_interval(A[:20], B[:20], ALONE[:20], binary=True).method == "Tango"


def test_other_differences_have_t_at_every_size() -> None:
    assert difference_interval(X, Y) == cluster_t(X - Y)
    assert difference_interval(X[:20], Y[:20]) == cluster_t(X[:20] - Y[:20])
    assert difference_interval(A, B, PAIRS, binary=True) == cluster_t(A - B, PAIRS)
    assert difference_interval(X, Y, PAIRS).method == "cluster-t"


def test_bounds_of_a_score_become_bounds_of_a_difference() -> None:
    # Scores from 1 to 5, ten pairs that all differ by 1: low = −4 + 5·√[10]{.025}.
    found = difference_interval([3.0] * 10, [2.0] * 10, bounds=(1.0, 5.0))
    share = 0.025**0.1
    assert found.low == pytest.approx(-4 + 5 * share)
    assert found.high == pytest.approx(4 - 3 * share)
    half_open = difference_interval([3.0] * 10, [2.0] * 10, bounds=(0.0, None))
    assert (half_open.low, half_open.high) == (None, None)
    assert difference_interval(X, X, bounds=UNIT).estimate == 0.0


def test_rounding_noise_is_zero_variance() -> None:
    noisy = X + np.where(np.arange(120) % 2, 1e-16, -1e-16)
    assert difference_interval(noisy, X, bounds=UNIT).method == "bound (zero variance)"
    assert paired_test(noisy, X).p == 1.0


def test_unclustered_binary_pairs_are_mcnemars() -> None:
    counts = int(((A == 1) & (B == 0)).sum()), int(((A == 0) & (B == 1)).sum())
    exact, mid = mcnemar(*counts)
    assert paired_test(A, B, ALONE, binary=True) == PairedTest(
        exact, mid, "McNemar (exact)", 120, None, counts
    )


def test_other_pairs_are_sign_flips() -> None:
    assert paired_test(X, Y, seed=3) == sign_flip(X - Y, seed=3)
    assert paired_test(A, B, PAIRS, binary=True) == sign_flip(A - B, PAIRS)
    assert paired_test(X, Y, permutations=99).permutations == 100


def test_no_pairs() -> None:
    nothing = Interval(None, None, None, "none (no data)", 0)
    assert mean_interval([]) == mean_interval([], binary=True) == difference_interval([], []) == nothing
    assert difference_interval([], [], binary=True) == nothing
    assert paired_test([], [], binary=True).p is None
    assert paired_test([], []).p is None


@pytest.mark.parametrize(
    "call", [mean_interval, lambda v: difference_interval(v, v), lambda v: paired_test(v, v)]
)
def test_missing_values_are_the_callers_to_leave_out(call: object) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        call([0.5, float("nan")])  # type: ignore[operator]


scores = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]), st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 9)
    ),
    min_size=1,
    max_size=30,
)


@settings(deadline=None, max_examples=60)
@given(scores, st.booleans(), st.booleans())
def test_every_bounded_score_gets_an_honest_interval(
    rows: list[tuple[float, float, int]], clustered: bool, binary: bool
) -> None:
    a, b = [round(r[0]) if binary else r[0] for r in rows], [round(r[1]) if binary else r[1] for r in rows]
    clusters = [r[2] for r in rows] if clustered else None
    for found, least in (
        (mean_interval(a, clusters, binary=binary, bounds=UNIT), 0.0),
        (difference_interval(a, b, clusters, binary=binary, bounds=UNIT), -1.0),
    ):
        assert found.estimate is not None
        assert found.low is not None
        assert found.high is not None
        assert least <= found.low <= found.estimate + 1e-12
        assert found.estimate - 1e-12 <= found.high <= 1.0
        assert found.low < found.high
    p = paired_test(a, b, clusters, binary=binary, permutations=99).p
    assert p is not None
    assert 0 < p <= 1


@settings(deadline=None)
@given(scores)
def test_swapping_the_sides_mirrors_the_difference(rows: list[tuple[float, float, int]]) -> None:
    a, b, clusters = ([r[i] for r in rows] for i in range(3))
    one, other = difference_interval(a, b, clusters), difference_interval(b, a, clusters)
    assert one.estimate == pytest.approx(-other.estimate)  # type: ignore[operator]
    if one.method == "cluster-t" and one.low is not None and other.high is not None:
        assert one.low == pytest.approx(-other.high, abs=1e-12)
