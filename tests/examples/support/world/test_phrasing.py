"""Casual wording: what may change and what may not."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.examples.support.world.phrasing import casual, slip


def test_the_same_question_is_put_in_many_ways() -> None:
    rng = Random(0)
    ways = {casual(rng, "how heavy is the Dravel") for _ in range(300)}
    assert len(ways) > 20
    assert {"how heavy is the Dravel", "how heavy is the Dravel?"} < ways
    assert sum("how heavy is the Dravel" in way for way in ways) < len(ways)  # some have a slip


def test_a_slip_changes_one_place_and_never_a_capital() -> None:
    rng = Random(1)
    for _ in range(200):
        slipped = slip(rng, "how heavy is the Dravel")
        assert "D" in slipped
        assert abs(len(slipped) - len("how heavy is the Dravel")) <= 1


@given(st.text(), st.integers(0, 99))
def test_any_text_can_be_slipped_over(text: str, seed: int) -> None:
    assert abs(len(slip(Random(seed), text)) - len(text)) <= 1
