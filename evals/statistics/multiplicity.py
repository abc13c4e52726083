"""Adjusted p-values of families that have no joint distribution: Holm for claims, BH for exploration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bakeoff.evals.statistics.results import FloatArray

FALSE_DISCOVERY_RATE = 0.10
"""The q that exploration is held to: slices, worst domains (METHODS §7, §10)."""


def holm(p: Sequence[float] | npt.NDArray[Any]) -> FloatArray:
    """Holm's step-down adjusted p-values, in the order given (Holm 1979; METHODS §7).

    Sorted ascending, the i-th of m becomes max over j ≤ i of (m − j + 1)·p_j, at most 1.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    values, order = _sorted(p)
    m = len(values)
    return _restore(np.maximum.accumulate(values * np.arange(m, 0, -1)), order)


def benjamini_hochberg(p: Sequence[float] | npt.NDArray[Any]) -> FloatArray:
    """Benjamini and Hochberg's adjusted p-values, in the order given (1995; METHODS §7).

    Sorted ascending, the i-th of m becomes min over j ≥ i of (m/j)·p_j, at most 1.

    >>> benjamini_hochberg([0.01, 0.04, 0.02]).tolist()
    [0.03, 0.04, 0.03]
    """
    values, order = _sorted(p)
    m = len(values)
    scaled = values * (m / np.arange(1, m + 1))
    return _restore(np.minimum.accumulate(scaled[::-1])[::-1], order)


def _sorted(p: Sequence[float] | npt.NDArray[Any]) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError("p-values must be a vector of numbers from 0 to 1")
    order = np.argsort(values, kind="stable")
    return values[order], order


def _restore(adjusted: FloatArray, order: npt.NDArray[np.intp]) -> FloatArray:
    result = np.empty_like(adjusted)
    result[order] = np.minimum(adjusted, 1.0)
    return result
