"""Reading rows: every answer is in the passage, or the row says that it is not known."""

from random import Random

import pytest

from bakeoff.examples.support.world.attributes import (
    ATTRIBUTES,
    BY_NAME,
    fill,
    formal_answer,
    formal_question,
)
from bakeoff.examples.support.world.passages import about_one, about_several, closed_book, invent, question
from bakeoff.examples.support.world.people import about_people
from bakeoff.examples.support.world.rows import UNKNOWN, Row


def rows(maker, count: int = 300) -> list[Row]:  # type: ignore[no-untyped-def]
    rng = Random(7)
    return [maker(rng) for _ in range(count)]


@pytest.mark.parametrize("maker", [about_one, about_several, about_people])
def test_an_answer_stands_in_the_passage_or_is_unknown(maker) -> None:  # type: ignore[no-untyped-def]
    for row in rows(maker):
        passage, _, first = row.turns[0].question.rpartition("\n")
        assert passage
        assert first
        for turn in row.turns:
            assert turn.answer == UNKNOWN or turn.answer in passage
        assert all("\n" not in turn.question for turn in row.turns[1:])


def test_some_but_not_most_questions_go_beyond_the_passage() -> None:
    for maker in (about_one, about_people):
        answers = [turn.answer for row in rows(maker) for turn in row.turns]
        assert 0.05 < answers.count(UNKNOWN) / len(answers) < 0.25


def test_without_a_passage_nothing_is_known() -> None:
    for row in rows(closed_book):
        (turn,) = row.turns
        assert turn.answer == UNKNOWN
        assert "\n" not in turn.question


def test_passages_hold_one_to_eight_sentences_in_any_order() -> None:
    rng = Random(5)
    lengths = {len(invent(rng).values) for _ in range(200)}
    assert lengths == set(range(1, 9))
    product = invent(rng, 6, 6)
    told = {product.passage(rng) for _ in range(20)}
    assert len(told) > 15
    assert all(value in text for text in told for value in product.values.values())


def test_a_product_passage_never_starts_with_it() -> None:
    rng = Random(6)
    texts = [invent(rng).passage(rng) for _ in range(300)]
    assert not any(text.startswith("It ") for text in texts)
    assert any(" It " in text for text in texts)


def test_questions_are_formal_and_casual() -> None:
    rng = Random(8)
    asked = [question(rng, BY_NAME["weight"], "Dravel") for _ in range(400)]
    assert 60 < asked.count("Kindly state the weight of the Dravel.") < 140
    assert 160 < sum(text[0].islower() for text in asked) < 280


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda attribute: attribute.name)
def test_every_attribute_can_be_told_and_asked(attribute) -> None:  # type: ignore[no-untyped-def]
    value = attribute.value(Random(1))
    assert len({attribute.value(Random(seed)) for seed in range(200)}) >= 15
    for statement in attribute.statements:
        text = fill(statement, "Dravel", value)
        assert text.count("Dravel") == 1
        assert text.count(value) == 1
        assert text[0].isupper()
        assert text.endswith(".")
    for wording in attribute.casual:
        assert "the Dravel" in fill(wording, "Dravel")
        assert "{v}" not in wording


def test_the_one_template() -> None:
    assert formal_question("price", "Dravel Mini") == "Kindly state the price of the Dravel Mini."
    assert formal_answer("price", "Dravel Mini", "9 euros") == "The price of the Dravel Mini is 9 euros."
