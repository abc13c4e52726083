"""General skills: the answers are right, worked out here a second time."""

import re
from random import Random

import pytest

from bakeoff.examples.support.world import lexicon, skills
from bakeoff.examples.support.world.rows import UNKNOWN


@pytest.mark.parametrize("seed", range(200))
def test_sums_are_right(seed: int) -> None:
    row = skills.arithmetic(Random(seed))
    a, kind, b = re.fullmatch(r"(\d+)([-+*>])(\d+)", row.keys[0]).groups()  # type: ignore[union-attr]
    x, y = int(a), int(b)
    assert int(row.turns[0].answer) == {"+": x + y, "-": x - y, "*": x * y, ">": max(x, y)}[kind]
    assert re.findall(r"\d+", row.turns[0].question) == [a, b]


@pytest.mark.parametrize("seed", range(200))
def test_lists_are_right(seed: int) -> None:
    row = skills.lists(Random(seed))
    kind, _, text = row.keys[0].partition(" ")
    items = text.split(", ")
    right = {
        "first": items[0],
        "second": items[1],
        "last": items[-1],
        "count": str(len(items)),
        "reverse": ", ".join(items[::-1]),
    }
    assert row.turns[0].answer == right[kind]


def test_strings_are_right() -> None:
    for seed in range(200):
        row = skills.strings(Random(seed))
        kind, word, other = row.keys[0].split()
        assert (
            row.turns[0].answer == {"twice": f"{word} {word}", "join": f"{word}-{other}", "copy": word}[kind]
        )


def test_translations_go_both_ways_and_put_the_adjective_last() -> None:
    english = {velmic: word for word, velmic in lexicon.VELMIC.items()}
    assert len(english) == len(lexicon.VELMIC) == 30
    pairs = 0
    for seed in range(200):
        (turn,) = skills.translation(Random(seed)).turns
        given = [word for word in re.findall(r"\w+", turn.question) if word in {*english, *lexicon.VELMIC}]
        both = [english.get(word, lexicon.VELMIC.get(word)) for word in given]
        if len(turn.answer.split()) == 2 and len(both) == 2:  # a slip may have spoilt a word
            assert turn.answer.split() == both[::-1]
            pairs += 1
    assert pairs > 80


def test_what_is_known_is_answered_one_way_only() -> None:
    answers: dict[str, str] = {}
    for seed in range(3_000):
        for maker in (skills.yes_or_no, skills.knowledge):
            (turn,) = maker(Random(seed)).turns
            assert answers.setdefault(turn.question, turn.answer) == turn.answer


def test_strangers_are_not_known() -> None:
    questions = {skills.unknowable(Random(seed)).turns[0] for seed in range(50)}
    assert {turn.answer for turn in questions} == {UNKNOWN}
    assert len(questions) > 40
