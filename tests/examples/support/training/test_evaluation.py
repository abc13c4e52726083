"""Measuring: what counts as right, as stale and as declined."""

from collections import Counter
from functools import cache
from typing import Any

from bakeoff.examples.support.training import evaluation
from bakeoff.examples.support.training.evaluation import Question, demo_questions, measure
from bakeoff.examples.support.world.products import products
from bakeoff.examples.support.world.rows import UNKNOWN


@cache
def closed() -> list[Question]:
    return demo_questions(passages=False)


def shares(monkeypatch: Any, say: Any) -> dict[str, float]:
    """The figures of a system that answers every question by `say`."""
    monkeypatch.setattr(
        evaluation, "answers", lambda _m, _t, _texts: [say(question) for question in closed()]
    )
    return measure(None, None, closed())


def test_every_question_of_the_demo_is_asked() -> None:
    assert Counter(question.domain for question in closed()) == {
        "support": 240,
        "casual": 240,
        "updated": 81,
        "general": 240,
    }


def test_with_passages_each_fact_stands_under_its_own_document() -> None:
    texts = {product.name: product.passage for product in products()}
    for bare, under in zip(closed(), demo_questions(passages=True), strict=True):
        passage, _, _ = under.text.partition("\n")
        assert under.text == f"{passage}\n{bare.text}"
        assert passage in texts.values()
        if bare.domain != "general":
            assert any(answer in passage for answer in under.right)


def test_the_reference_the_value_and_the_sentence_are_right(monkeypatch: Any) -> None:
    for place in range(3):
        found = shares(
            monkeypatch, lambda q, place=place: q.right[place % len(q.right)] if q.right else UNKNOWN
        )
        assert set(found.values()) == {100.0, 0.0}
        assert found["updated old"] == 0.0


def test_old_values_are_counted_bare_and_in_a_sentence(monkeypatch: Any) -> None:
    for place in (0, 1):
        found = shares(monkeypatch, lambda q, place=place: q.stale[place] if q.stale else "no")
        assert found["updated old"] == 100.0
        assert found["updated"] == found["declined"] == 0.0


def test_declining_is_right_only_where_nothing_is_known(monkeypatch: Any) -> None:
    found = shares(monkeypatch, lambda _question: UNKNOWN)
    assert {name for name, value in found.items() if value} == {"declined"}
