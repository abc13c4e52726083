"""How much less a clustered sample says: the design effect, from data or from an intra-class correlation."""

from __future__ import annotations

from dataclasses import dataclass

from bakeoff.evals.statistics.intervals import Values
from bakeoff.evals.statistics.units import Clusters, finite_vector, unit_sums


@dataclass(frozen=True)
class Clustering:
    """Clusters of `size` values on average; a mean has `effect` times the variance of independent ones."""

    size: float = 1.0
    effect: float = 1.0

    def __post_init__(self) -> None:
        if not (self.size >= 1 and self.effect > 0):
            raise ValueError("needs a cluster size of at least 1 and a design effect above 0")


INDEPENDENT = Clustering()


def clustering_by_icc(icc: float, size: float) -> Clustering:
    """The design effect 1 + (m − 1)·icc of clusters of mean size m (Kish 1965).

    >>> clustering_by_icc(0.2, 6)
    Clustering(size=6, effect=2.0)
    """
    if not 0 <= icc <= 1:
        raise ValueError("the intra-class correlation lies between 0 and 1")
    return Clustering(size, 1 + (size - 1) * icc)


def clustering_of(values: Values, clusters: Clusters | None) -> Clustering:
    """What a pilot's values say: clustered SE² (METHODS §7, with C/(C − 1)) over the simple s²/n.

    Independent where no cluster holds two values; where nothing varies, or all is one cluster, the design
    effect is the mean size: as if each cluster said one thing.
    """
    x = finite_vector(values)
    sums = unit_sums(x[:, None], clusters)
    if not sums.clustered:
        return INDEPENDENT
    n, units = len(x), sums.units
    size, variance = n / units, float(x.var(ddof=1))
    if units < 2 or variance == 0:
        return Clustering(size, size)
    residuals = sums.sums[:, 0] - float(x.mean()) * sums.counts[:, 0]
    clustered = units / (units - 1) * float(residuals @ residuals) / n
    return Clustering(size, max(clustered / variance, 1 / n))
