"""Which interval and which test: the rules of DESIGN §9, in one place."""

from __future__ import annotations

import numpy as np

from bakeoff.evals.statistics.intervals import Values, bca, cluster_t
from bakeoff.evals.statistics.permutation import sign_flip
from bakeoff.evals.statistics.proportions import mcnemar, tango, wilson
from bakeoff.evals.statistics.results import UNBOUNDED, Bounds, FloatArray, Interval, PairedTest
from bakeoff.evals.statistics.units import Clusters, cluster_codes, finite_vector, paired_differences

# From this many values on t covers as well as BCa (METHODS §7).
ENOUGH_FOR_T = 100
_UNIT: Bounds = (0.0, 1.0)


def mean_interval(
    values: Values,
    clusters: Clusters | None = None,
    *,
    binary: bool = False,
    alpha: float = 0.05,
    seed: int = 0,
    bounds: Bounds = UNBOUNDED,
) -> Interval:
    """The interval of one mean over n finite values.

    Unclustered binary → Wilson; any cluster of more than one value → cluster-t; else n ≥ 100 → t, below
    → BCa. `bounds` is the score's range, None for an open end (binary: 0 and 1 unless told): ends are
    clipped to it, and without variance it is what the interval is built from ("bound (…)" in `method`).
    `binary` counts only where all values are 0 or 1: a binary metric averaged over repeats is not
    binary any more. Each end is a one-sided bound at alpha/2. Raises ValueError on NaN.
    """
    x = finite_vector(values)
    groups = _real_clusters(clusters, len(x))
    if binary and groups is None and _zero_one(x):
        return wilson(int(x.sum()), len(x), alpha)
    return _of_mean(x, groups, alpha, seed, _range(bounds, binary))


def difference_interval(
    a: Values,
    b: Values,
    clusters: Clusters | None = None,
    *,
    binary: bool = False,
    alpha: float = 0.05,
    bounds: Bounds = UNBOUNDED,
) -> Interval:
    """The interval of the mean of a − b over n pairs.

    Unclustered binary → Tango, clustered → cluster-t, else t: of differences, unlike of single means, t
    covers better than BCa at every n (`docs/statistics_checked.md`). `bounds` is the range of one *score*, as
    there; the difference then lies in [low − high, high − low]. For non-inferiority at one-sided 5 % ask for
    alpha=0.10 and compare `low` with −margin.
    """
    x, y = finite_vector(a, "a"), finite_vector(b, "b")
    differences = paired_differences(x, y)
    groups = _real_clusters(clusters, len(x))
    if binary and groups is None and _zero_one(x) and _zero_one(y):
        return tango(*_discordant(x, y), len(x), alpha)
    low, high = _range(bounds, binary)
    span = None if low is None or high is None else high - low
    return cluster_t(differences, groups, alpha, bounds=UNBOUNDED if span is None else (-span, span))


def paired_test(
    a: Values,
    b: Values,
    clusters: Clusters | None = None,
    *,
    binary: bool = False,
    permutations: int = 10_000,
    seed: int = 0,
) -> PairedTest:
    """The test of no difference over n pairs: exact McNemar (mid-p beside it) for unclustered binary
    values, else a sign-flip permutation test, by whole clusters where there are clusters.
    """
    x, y = finite_vector(a, "a"), finite_vector(b, "b")
    differences = paired_differences(x, y)
    groups = _real_clusters(clusters, len(x))
    if len(x) == 0 or groups is not None or not (binary and _zero_one(x) and _zero_one(y)):
        return sign_flip(differences, groups, permutations=permutations, seed=seed)
    counts = _discordant(x, y)
    exact, mid = mcnemar(*counts)
    return PairedTest(exact, mid, "McNemar (exact)", len(x), discordant=counts)


def _of_mean(x: FloatArray, groups: Clusters | None, alpha: float, seed: int, bounds: Bounds) -> Interval:
    if groups is not None or len(x) >= ENOUGH_FOR_T:
        return cluster_t(x, groups, alpha, bounds=bounds)
    return bca(x, None, alpha, seed=seed, bounds=bounds)


def _real_clusters(clusters: Clusters | None, n: int) -> Clusters | None:
    """The clusters as codes, or None where each holds one value."""
    if clusters is None:
        return None
    codes = cluster_codes(clusters, n)
    return codes if len(np.unique(codes)) < n else None


def _range(bounds: Bounds, binary: bool) -> Bounds:
    return _UNIT if binary and bounds == UNBOUNDED else bounds


def _zero_one(x: FloatArray) -> bool:
    return bool(((x == 0) | (x == 1)).all())


def _discordant(a: FloatArray, b: FloatArray) -> tuple[int, int]:
    return int(((a == 1) & (b == 0)).sum()), int(((a == 0) & (b == 1)).sum())
