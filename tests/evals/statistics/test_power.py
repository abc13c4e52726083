"""Sample sizes against the table that was computed from the exact tests (METHODS §4, §7)."""

from __future__ import annotations

import pytest

from bakeoff.evals.statistics import mcnemar_n, non_inferiority_n

# exact two-sided McNemar, power .80, by (drop, share of discordant pairs)
EXACT = {
    (0.02, 0.05): 1035,
    (0.02, 0.10): 2043,
    (0.02, 0.15): 3028,
    (0.02, 0.20): 4016,
    (0.02, 0.30): 5980,
    (0.05, 0.10): 337,
    (0.05, 0.15): 498,
    (0.05, 0.20): 658,
    (0.05, 0.30): 975,
    (0.10, 0.20): 168,
    (0.10, 0.30): 249,
}


@pytest.mark.parametrize(("case", "exact"), EXACT.items())
def test_the_approximation_is_within_five_per_cent_of_the_exact_table(
    case: tuple[float, float], exact: int
) -> None:
    assert mcnemar_n(*case) == pytest.approx(exact, rel=0.05)


@pytest.mark.parametrize(
    ("margin", "discordant", "n"),
    [(0.05, 0.1, 248), (0.05, 0.2, 495), (0.03, 0.1, 687), (0.02, 0.1, 1546), (0.01, 0.2, 12_366)],
)
def test_non_inferiority_is_walds_table(margin: float, discordant: float, n: int) -> None:
    assert non_inferiority_n(margin, discordant) == n


def test_more_power_and_a_smaller_drop_need_more() -> None:
    assert mcnemar_n(0.05, 0.2, power=0.9) > mcnemar_n(0.05, 0.2) > mcnemar_n(0.05, 0.2, alpha=0.1)
    assert mcnemar_n(0.05, 0.2) > mcnemar_n(0.06, 0.2)


@pytest.mark.parametrize("bad", [(0.0, 0.1), (0.2, 0.1), (0.1, 1.1), (-0.1, 0.1)])
def test_impossible_plans_are_refused(bad: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="needs"):
        mcnemar_n(*bad)
    if bad != (0.2, 0.1):
        with pytest.raises(ValueError, match="needs"):
            non_inferiority_n(*bad)
