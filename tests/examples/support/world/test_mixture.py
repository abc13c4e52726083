"""The pretraining stream: reproducible, in its shares, free of what is evaluated."""

from collections import Counter
from itertools import islice
from random import Random

from bakeoff.examples.support.world import skills
from bakeoff.examples.support.world.mixture import SHARES, held_out_rows, rows
from bakeoff.examples.support.world.names import SHOP_NAMES
from bakeoff.examples.support.world.rows import held_out
from bakeoff.examples.support.world.shop import questions

DRAWN = list(islice(rows(Random("test")), 20_000))


def test_a_seed_gives_the_same_rows_again() -> None:
    assert list(islice(rows(Random("test")), 50)) == DRAWN[:50]
    assert list(islice(rows(Random("other")), 50)) != DRAWN[:50]


def test_the_shares_add_up_and_are_kept() -> None:
    assert round(sum(SHARES.values()), 9) == 1
    found = Counter(row.skill for row in DRAWN)
    assert 0.27 < found["reading"] / len(DRAWN) < 0.37  # held-out rows of the skills make room for it
    assert 0.14 < found["arithmetic"] / len(DRAWN) < 0.20
    assert 300 < sum(row.system is not None for row in DRAWN) < 900


def test_nothing_of_the_shop_is_pretrained() -> None:
    text = "\n".join(turn.question + turn.answer for row in DRAWN for turn in row.turns)
    assert not [name for name in SHOP_NAMES if name in text]


def test_nothing_that_is_held_out_is_pretrained() -> None:
    assert not any(held_out(key) for row in DRAWN for key in row.keys)
    asked = {row["question"] for row in questions() if row["domain"] == "general"}
    trained = {turn.question for row in DRAWN for turn in row.turns}
    assert asked.isdisjoint(trained)


def test_held_out_rows_are_held_out() -> None:
    some = list(islice(held_out_rows(Random(0), skills.arithmetic), 100))
    assert all(row.held_out for row in some)


def test_some_questions_stand_under_a_passage_that_does_not_matter() -> None:
    sums = [row for row in DRAWN if row.skill == "arithmetic"]
    under = [row for row in sums if "\n" in row.turns[0].question]
    assert 0.2 < len(under) / len(sums) < 0.3
