"""Agreement of two raters on yes-or-no verdicts: Cohen's kappa, with what it hides shown beside it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bakeoff.evals.statistics.choice import mean_interval


@dataclass(frozen=True)
class Agreement:
    """Two raters' verdicts on n things (METHODS §7 "Agreement").

    `kappa` is (raw − expected)/(1 − expected): the share on which they agree, `raw`, beyond the one that
    their rates of yes, `first` and `second`, give by chance, `expected`. A skewed rate makes kappa low where
    raw agreement is high, so all of them are reported. `kappa` and its interval are None where both
    say the same of everything: then nothing is known beyond chance. `se` is METHODS' approximation
    √(raw(1 − raw)/(n(1 − expected)²)). `low` and `high` carry the interval of the raw agreement (Wilson's,
    or cluster-t where things share a cluster) over to kappa, at the expected agreement as measured. So
    perfect agreement on few things has an honest width, which ± z·se has not.
    """

    n: int
    kappa: float | None = None
    low: float | None = None
    high: float | None = None
    se: float | None = None
    raw: float | None = None
    expected: float | None = None
    first: float | None = None
    second: float | None = None
    clusters: int | None = None
    method: str = ""


def cohen_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    alpha: float = 0.05,
) -> Agreement:
    """Cohen's kappa of two raters' verdicts, each of shape (n,) and 0 or 1.

    `clusters` labels things that are not independent (several answers to one question, say). The interval
    is two-sided at `alpha`. Raises ValueError for other values, and for raters of different lengths.

    >>> found = cohen_kappa([1] * 50 + [0] * 50, [1] * 42 + [0] * 50 + [1] * 8)
    >>> round(found.raw, 2), round(found.kappa, 2), found.n
    (0.84, 0.68, 100)
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape or a.ndim != 1 or not np.isin([a, b], (0.0, 1.0)).all():
        raise ValueError("needs two lists of equal length that hold 0 and 1 only")
    n = len(a)
    if n == 0:
        return Agreement(0, method="none (no data)")
    raw, yes_a, yes_b = float((a == b).mean()), float(a.mean()), float(b.mean())
    expected = yes_a * yes_b + (1 - yes_a) * (1 - yes_b)
    found = Agreement(n, raw=raw, expected=expected, first=yes_a, second=yes_b)
    if expected == 1:
        return replace(found, method="none (all verdicts are the same)")
    interval = mean_interval((a == b).astype(float), clusters, binary=True, alpha=alpha, bounds=(0.0, 1.0))

    def beyond_chance(share: float | None) -> float | None:
        return None if share is None else max(-1.0, (share - expected) / (1 - expected))

    return replace(
        found,
        kappa=(raw - expected) / (1 - expected),
        low=beyond_chance(interval.low),
        high=beyond_chance(interval.high),
        se=math.sqrt(raw * (1 - raw) / n) / (1 - expected),
        clusters=interval.clusters,
        method=f"Cohen's kappa, {interval.method} of the raw agreement",
    )
