"""How often the ledger cries wolf and how often it finds what was planted, in ordinary runs."""

from __future__ import annotations

import pytest
from toys.planted_drops import Plant, false_alarms, power, predicted

from bakeoff.evals.statistics import wilson


def test_the_prediction_is_the_table_of_the_exact_test() -> None:
    for drop, discordant, items in ((0.02, 0.10, 2043), (0.05, 0.10, 337), (0.10, 0.15, 122)):
        assert predicted(Plant(drop, discordant, items)) == pytest.approx(0.80, abs=0.005)


@pytest.mark.slow
def test_a_parent_asked_again_raises_an_alarm_in_at_most_one_report_of_twenty() -> None:
    raised = false_alarms(200, 50, 4)
    rate = wilson(sum(raised), len(raised))
    assert rate.n == 200
    assert rate.low is not None
    assert rate.low <= 0.05, rate


@pytest.mark.slow
@pytest.mark.parametrize(
    "plant", [Plant(0.05, 0.10, 337), Plant(0.10, 0.15, 122)], ids=["five points", "ten points"]
)
def test_a_planted_drop_is_found_as_often_as_predicted(plant: Plant) -> None:
    found = power(plant, 60)
    rate = wilson(sum(found), len(found), alpha=0.001)
    assert rate.low is not None
    assert rate.high is not None
    assert rate.low <= predicted(plant) <= rate.high, rate


@pytest.mark.slow
def test_a_much_smaller_drop_is_mostly_missed() -> None:
    assert sum(power(Plant(0.01, 0.10, 100), 30)) < 10
