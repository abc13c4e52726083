"""How well scores tell two groups apart: the area under the ROC curve, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bakeoff.evals.statistics.intervals import Values
from bakeoff.evals.statistics.proportions import normal_quantile
from bakeoff.evals.statistics.results import Interval
from bakeoff.evals.statistics.units import finite_vector


def auc(
    folds: Sequence[tuple[Values, Values]],
    alpha: float = 0.05,
    *,
    units: tuple[int, int] | None = None,
    cross_validated: bool = False,
) -> Interval:
    """The AUC of scores: the chance that a positive outranks a negative, ties counted half.

    Each fold is (scores of its positives, scores of its negatives); only pairs within a fold are compared,
    because scores of different folds come from different models. `units` are the numbers of independent
    positives and negatives where values hang together (several answers to one question), else all count.

    The interval is a score interval, as Wilson's of a rate: it holds the θ with (θ̂ − θ)² ≤ z²·V(θ), where
    V(θ) = θ(1 − θ)·[1 + N·((1 − θ)/(2 − θ) + θ/(1 + θ))]/(m·n) and N = (m + n)/2 − 1. V is Hanley and
    McNeil's variance (1982) at θ, with m − 1 and n − 1 both replaced by their mean (its roots are the SEs of
    METHODS.md §6). It stays honest where nothing overlaps (θ̂ = 1). `n` of the result counts all values.

    `cross_validated` says that the k folds' models learnt from each other's data. Their AUCs then vary
    together, and V is multiplied by 1 + k/(k − 1), Nadeau and Bengio's correction (2003): where the groups do
    not differ, the variance for five folds was measured at 1.8 to 2.3 times V, and the correction says 2.25.

    >>> found = auc([([0.9, 0.8, 0.4], [0.1, 0.5])])
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.833, 0.313, 0.981)
    """
    pairs, won, positives, negatives = 0, 0.0, 0, 0
    for positive, negative in folds:
        x, y = finite_vector(positive, "positives"), finite_vector(negative, "negatives")
        positives, negatives = positives + len(x), negatives + len(y)
        pairs += len(x) * len(y)
        won += float((x[:, None] > y).sum()) + float((x[:, None] == y).sum()) / 2
    n = positives + negatives
    if pairs == 0:
        return Interval(None, None, None, "none (no pair of a positive and a negative)", n)
    m, k = units or (positives, negatives)
    if not (1 <= m <= positives and 1 <= k <= negatives):
        raise ValueError(f"{m} and {k} units of {positives} and {negatives} values")
    estimate, z = won / pairs, normal_quantile(alpha)
    if cross_validated:
        z *= _widening(len(folds))
    low = 1 - _upper(1 - estimate, m, k, z)
    return Interval(estimate, low, _upper(estimate, m, k, z), "AUC score", n)


def _widening(folds: int) -> float:
    if folds < 2:
        raise ValueError("cross-validation has at least two folds")
    return math.sqrt(1 + folds / (folds - 1))


def _upper(estimate: float, m: int, n: int, z: float) -> float:
    """The largest θ ≥ the estimate that the score test does not reject, by bisection.

    V(θ) = V(1 − θ), so the lower end is this one mirrored.
    """
    inside, outside = estimate, 1.0
    while outside - inside > 1e-12:
        middle = (inside + outside) / 2
        if (middle - estimate) ** 2 <= z * z * _variance(middle, m, n):
            inside = middle
        else:
            outside = middle
    return inside


def _variance(theta: float, m: int, n: int) -> float:
    spread = (1 - theta) / (2 - theta) + theta / (1 + theta)
    return theta * (1 - theta) * (1 + ((m + n) / 2 - 1) * spread) / (m * n)
