"""Which items changed most."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.changed_items import Change, is_worse, most_changed

SIZES = st.lists(st.sampled_from([-1.0, -0.5, 0.25, 0.5, 1.0]), max_size=9)


def changes(*sizes: float) -> list[Change]:
    """Of samples a, b, c …"""
    return [Change("bot", chr(97 + i), chr(97 + i), size) for i, size in enumerate(sizes)]


def ids(found: list[Change]) -> str:
    return "".join(one.before for one in found)


def test_the_largest_of_either_direction_losses_first() -> None:
    made = changes(0.9, -0.2, -0.8, 0.1, -1.0, 0.5)
    assert ids(most_changed(made, "higher", 4)) == "ecaf"
    assert ids(most_changed(made, "lower", 4)) == "afec"


def test_ties_are_broken_by_id_in_both_directions() -> None:
    assert ids(most_changed(changes(1, -1, 1, -1, 1), "higher", 3)) == "bac"


def test_ties_of_one_sample_are_broken_by_system() -> None:
    made = [Change("z", "a", "a", -1.0), Change("b", "a", "a", -1.0)]
    assert [one.system for one in most_changed(made, "higher", 2)] == ["b", "z"]


def test_ids_come_before_systems() -> None:
    made = [Change("b", "y", "y", -1.0), Change("z", "x", "x", -1.0)]
    assert ids(most_changed(made, "higher", 2)) == "xy"


def test_fewer_than_wanted_are_all() -> None:
    assert ids(most_changed(changes(0.5), "higher", 10)) == "a"
    assert most_changed([], "higher", 10) == []


def test_worse_is_the_metrics_own_direction() -> None:
    assert is_worse(-0.1, "higher")
    assert is_worse(0.1, "lower")
    assert not is_worse(0.1, "higher")
    assert not is_worse(-0.1, "lower")


@given(SIZES, st.integers(1, 9), st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_changes_nothing(
    sizes: list[float], limit: int, order: random.Random
) -> None:
    made = changes(*sizes)
    straight = most_changed(made, "higher", limit)
    order.shuffle(made)
    assert most_changed(made, "higher", limit) == straight


@given(SIZES, st.integers(1, 9))
def test_none_that_is_left_out_changed_more(sizes: list[float], limit: int) -> None:
    made = changes(*sizes)
    kept = most_changed(made, "higher", limit)
    assert len(kept) == min(limit, len(made))
    least = min((abs(one.change) for one in kept), default=0.0)
    assert all(abs(one.change) <= least for one in made if one not in kept)
    worse = [is_worse(one.change, "higher") for one in kept]
    assert worse == sorted(worse, reverse=True)
