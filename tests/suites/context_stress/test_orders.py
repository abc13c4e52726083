"""Order: spread, first against middle, flips; by hand."""

from __future__ import annotations

import pytest
from toys.stress_table import Answers, stress_table

from bakeoff.evals.statistics import mcnemar
from bakeoff.suites.context_stress.arms import read
from bakeoff.suites.context_stress.orders import orders

FIRST, MIDDLE, LAST = (("order", f"order:{place}") for place in ("first", "middle", "last"))
P1, P2, P3 = (("order", f"order:p{i}") for i in (1, 2, 3))


def found(answers: Answers) -> dict[str, object]:
    outcomes = read(stress_table({"rag": answers}), "rag", "contexts")
    return {finding.name.removeprefix("context_stress."): finding for finding in orders(outcomes, 0.10)}


def test_lost_in_the_middle() -> None:
    # 40 items: first 36, middle 16 (a subset), last 30
    answers = {
        FIRST: [float(i < 36) for i in range(40)],
        MIDDLE: [float(i < 16) for i in range(40)],
        LAST: [float(i < 30) for i in range(40)],
    }
    outcomes = read(stress_table({"rag": answers}), "rag", "contexts")
    spread, middle = orders(outcomes, 0.10)
    assert (spread.name, spread.status, spread.p) == ("context_stress.order_spread", "found", None)
    assert spread.effect == pytest.approx(0.5)
    assert (spread.low, spread.high) == (None, None)
    assert spread.detail["accuracy"] == pytest.approx({"first": 0.9, "middle": 0.4, "last": 0.75})
    assert (middle.name, middle.status) == ("context_stress.order_middle", "alarm")
    assert middle.effect == pytest.approx(0.5)
    assert middle.detail["p_no_difference"] == pytest.approx(mcnemar(20, 0)[0])


def test_flips_are_items_that_change_at_least_once() -> None:
    # q0 always right, q1 always wrong, q2 and q3 change; the three places of the other probe do not count
    answers = {P1: [1, 0, 1, 0], P2: [1, 0, 0, 0], P3: [1, 0, 1, 1], FIRST: [0, 1, 1, 0]}
    outcomes = read(stress_table({"rag": answers}), "rag", "contexts")
    (flips,) = orders(outcomes, 0.10)
    assert (flips.name, flips.effect, flips.n) == ("context_stress.order_flips", 0.5, 4)
    assert flips.detail["permutations"] == 3


def test_an_average_over_repeats_hides_no_flip() -> None:
    # right in one repeat and wrong in the other, the other way round in the second order: means are equal
    answers: Answers = {P1: [[1.0, 0.0], [1.0, 1.0]], P2: [[0.0, 1.0], [1.0, 1.0]]}
    (flips,) = orders(read(stress_table({"rag": answers}), "rag", "contexts"), 0.10)
    assert flips.effect == 0.5


def test_a_repeat_that_is_open_in_one_order_is_not_compared() -> None:
    answers: Answers = {P1: [[1.0, 0.0], [1.0, None]], P2: [[1.0, 1.0], [None, 1.0]]}
    (flips,) = orders(read(stress_table({"rag": answers}), "rag", "contexts"), 0.10)
    assert (flips.effect, flips.n) == (0.5, 1)


def test_a_steady_system_is_clear() -> None:
    steady = [float(i % 5 != 0) for i in range(60)]
    outcomes = read(
        stress_table({"rag": dict.fromkeys((FIRST, MIDDLE, LAST, P1, P2, P3), steady)}), "rag", "contexts"
    )
    assert [finding.status for finding in orders(outcomes, 0.10)] == ["found", "clear", "clear"]


def test_too_few_orders_say_nothing() -> None:
    assert found({FIRST: [1, 0]}) == {}
    assert found({P1: [1, 0]}) == {}
    assert set(found({FIRST: [1, 0], MIDDLE: [1, 0]})) == {"order_middle"}
