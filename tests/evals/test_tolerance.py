"""Rates and drops against what is tolerated."""

from __future__ import annotations

import numpy as np
import pytest

from bakeoff.evals.statistics import exceeds, wilson
from bakeoff.evals.tolerance import tolerated_drop, tolerated_rate


def bits(ones: int, zeros: int) -> np.ndarray:
    return np.array([1.0] * ones + [0.0] * zeros)


@pytest.mark.parametrize(
    ("ones", "zeros", "status"),
    [
        (20, 80, "alarm"),
        (2, 98, "clear"),
        (10, 90, "cannot_tell"),
        (1, 4, "cannot_tell"),
        (0, 5, "cannot_tell"),
    ],
)
def test_a_rate_is_above_below_or_neither(ones: int, zeros: int, status: str) -> None:
    values = bits(ones, zeros)
    found = tolerated_rate(values, range(len(values)), tolerance=0.10)
    assert found.status == status
    assert found.p == exceeds(values, 0.10)
    assert found.interval == wilson(ones, ones + zeros)


def test_a_rate_of_nothing_cannot_be_told() -> None:
    found = tolerated_rate(np.array([]), [], tolerance=0.1)
    assert (found.status, found.p, found.interval.estimate) == ("cannot_tell", None, None)


def test_a_rate_of_few_clusters_is_less_sure_than_of_as_many_values() -> None:
    values = np.array([1.0] * 20 + [0.0] * 80)
    assert tolerated_rate(values, range(100), tolerance=0.1).status == "alarm"
    assert tolerated_rate(values, [i // 20 for i in range(100)], tolerance=0.1).status == "cannot_tell"


@pytest.mark.parametrize(("lost", "status"), [(40, "alarm"), (0, "clear"), (12, "cannot_tell")])
def test_a_drop_is_before_minus_after(lost: int, status: str) -> None:
    before, after = bits(95, 5), bits(95 - lost, 5 + lost)
    found = tolerated_drop(before, after, range(100), tolerance=0.10)
    assert found.status == status
    assert found.interval.estimate == pytest.approx(lost / 100)
    assert found.interval.method.startswith("Tango")


def test_what_rises_is_clear() -> None:
    assert tolerated_drop(bits(50, 50), bits(95, 5), range(100), tolerance=0.10).status == "clear"
