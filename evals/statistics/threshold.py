"""Is a mean above a stated threshold? A one-sided test, for what is tolerated up to a point."""

from __future__ import annotations

import math

import numpy as np

from bakeoff.evals.statistics.intervals import Values
from bakeoff.evals.statistics.units import Clusters, cluster_codes, finite_vector


def exceeds(values: Values, threshold: float, clusters: Clusters | None = None) -> float | None:
    """One-sided p against H0: the mean is at most `threshold`; None without values.

    Values of 0 and 1 in no clusters → exact binomial tail P(X ≥ k), for a threshold in (0, 1). Else t with
    C − 1 degrees of freedom over C clusters (each value its own where none are given), with the
    cluster-robust standard error of METHODS §7 and its factor C/(C − 1). Without any variance: 1 where the
    mean is not above the threshold, else max(threshold, ½)^C, as if each cluster were one trial.
    """
    x = finite_vector(values)
    if not len(x):
        return None
    codes = np.arange(len(x)) if clusters is None else cluster_codes(clusters, len(x))
    count = len(np.unique(codes))
    if count == len(x) and 0 < threshold < 1 and bool(np.isin(x, (0.0, 1.0)).all()):
        return _binomial_tail(int(x.sum()), len(x), threshold)
    excess = float(x.mean()) - threshold
    sums = np.bincount(codes, weights=x - x.mean())
    spread = float((sums**2).sum())
    if count < 2 or spread < 1e-18:
        return max(threshold, 0.5) ** count if excess > 0 else 1.0
    se = math.sqrt(spread * count / (count - 1)) / len(x)
    from scipy.stats import t

    return float(t.sf(excess / se, count - 1))


def _binomial_tail(hits: int, n: int, threshold: float) -> float:
    from scipy.stats import binom

    return float(binom.sf(hits - 1, n, threshold))
