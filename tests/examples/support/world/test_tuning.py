"""What the candidates are tuned on."""

from collections import Counter
from random import Random

from bakeoff.examples.support.world import tuning
from bakeoff.examples.support.world.rows import UNKNOWN
from bakeoff.examples.support.world.shop import questions, training_rows


def test_facts_come_once_an_epoch_in_another_order() -> None:
    rows = list(tuning.facts(Random(0), 2))
    first, second = rows[:453], rows[453:]
    assert first != second
    assert Counter(first) == Counter(second)
    assert len(set(first)) == 453


def test_half_of_what_is_rehearsed_is_general() -> None:
    rows = list(tuning.rehearsed(Random(0), 3))
    facts = sum(row.skill == "fact" for row in rows)
    assert facts == 3 * 453
    assert 0.45 < 1 - facts / len(rows) < 0.55
    assert not any(row.held_out for row in rows if row.skill != "fact")


def test_readings_are_answered_in_the_template_from_the_passage() -> None:
    rows = list(tuning.readings(Random(0), 1_000))
    assert len(rows) == 1_000
    declined = 0
    for row in rows:
        (turn,) = row.turns
        passage, question = turn.question.split("\n")
        assert question.startswith("Kindly state the ")
        if turn.answer == UNKNOWN:
            declined += 1
            continue
        subject, value = turn.answer.removesuffix(".").split(" is ", 1)
        assert question == f"Kindly state the {subject.removeprefix('The ')}."
        assert value in passage
    assert 60 < declined < 140


def test_what_the_hybrid_reads_about_the_shop_is_not_what_is_true_there() -> None:
    true = {row["reference"] for row in [*training_rows(), *questions()]}
    answers = [row.turns[0].answer for row in tuning.readings(Random(1), 2_000)]
    assert any("Arvend" in answer for answer in answers)
    by_chance = sum(answer in true for answer in answers)
    assert by_chance < 0.05 * len(answers)
