"""The training format: learned where there is one, and only then."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.training_data import read_training
from bakeoff.suites.format_shift.training_format import (
    MOST_PATTERNS,
    TrainingFormat,
    as_extra,
    from_extra,
    learn,
)

DRAW = random.Random("training format")
NAMES = ["alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "iroko", "juniper"]


def learned(answers: list[str], prompts: list[str] | None = None) -> TrainingFormat:
    form = learn(answers, prompts or [])
    assert form is not None
    return form


def polite(n: int) -> list[str]:
    return [
        f"Thank you for asking. The {DRAW.choice(NAMES)} {DRAW.choice(NAMES)} needs {DRAW.randrange(99)}"
        " days. Is there anything else?"
        for _ in range(n)
    ]


def test_a_frame_with_slots_is_learned_and_told_from_other_answers() -> None:
    form = learned(polite(200), ["How long does it need?"] * 50)
    assert (form.kind, form.covered) == ("patterns", 1.0)
    assert form.matches("thank you for asking. The Arvend needs 3 days. Is there anything else?")
    assert not form.matches("3 days")
    assert not form.matches('{"answer": "The Arvend needs 3 days."}')
    assert not form.matches("- Thank you for asking. The Arvend needs 3 days. Is there anything else?")


def test_several_frames_side_by_side_are_learned_together() -> None:
    frames = [
        "Our records show {} for {}.",
        "Customers receive {} within {} weeks.",
        "Please expect {} at {}.",
    ]
    answers = [DRAW.choice(frames).format(f"x{i}", 7 * i) for i in range(300)]
    form = learned(answers)
    assert len(form.values) == 3
    assert form.matches("Customers receive a parcel within nine weeks.")
    assert not form.matches("A parcel, nine weeks.")


def test_few_distinct_answers_are_labels() -> None:
    form = learned(["True", "False.", "true"] * 20)
    assert (form.kind, form.values) == ("labels", ("false", "true"))
    assert form.matches(" TRUE! ")
    assert not form.matches("It is true")


def test_objects_with_the_same_keys_are_json() -> None:
    form = learned([f'{{"reply": "{i}", "sure": true}}' for i in range(40)])
    assert form.kind == "json"
    assert form.matches('```json\n{"sure": 1, "reply": 2, "more": 3}\n```')
    assert not form.matches('{"reply": 2}')
    assert not form.matches("reply sure")


def test_answers_that_share_no_form_have_none() -> None:
    words = [DRAW.sample(NAMES, 4) for _ in range(300)]
    assert learn([" ".join(four) + "." for four in words]) is None
    assert learn(["Thank you for asking."] * 19) is None
    assert learn([]) is None


def test_a_pattern_that_prompts_show_too_is_no_answers_form() -> None:
    answers = [f"Regarding item x{i}, please advise soon." for i in range(100)]
    assert learn(answers) is not None
    assert learn(answers, answers) is None


def test_the_demos_training_file_has_the_form_that_it_is_said_to_have() -> None:
    rows = list(read_training(Path(__file__).parents[3] / "examples" / "support" / "training.jsonl"))
    form = learned([row.answer for row in rows], [row.prompt for row in rows])
    assert form.covered > 0.9
    assert form.matches("The reset time of the Zuvor is 12 seconds.")
    assert not form.matches("12 seconds")
    assert not any(form.matches(row.prompt) for row in rows)


def test_it_survives_the_way_through_a_samples_extras() -> None:
    form = learned(polite(50))
    assert from_extra(as_extra(form)) == form
    assert from_extra(as_extra(None)) is None


def test_the_order_of_the_file_does_not_matter() -> None:
    answers = polite(100)
    assert learn(answers) == learn(answers[::-1])


def test_a_slot_needs_a_word() -> None:
    form = TrainingFormat(kind="patterns", values=("dear \0 , yours \0",), covered=1.0)
    assert form.matches("Dear Mira, yours truly")
    assert not form.matches("Dear , yours truly")
    assert not form.matches("Dear Mira, yours")


WORDS = st.lists(st.sampled_from(["ask", "bid", "cut", "dip"]), min_size=1, max_size=6)


@given(WORDS, WORDS, WORDS)
@settings(max_examples=100)
def test_what_fills_the_slots_matches_whatever_it_is(
    first: list[str], middle: list[str], last: list[str]
) -> None:
    form = TrainingFormat(kind="patterns", values=("\0 eat \0 fry \0",), covered=1.0)
    assert form.matches(" ".join([*first, "eat", *middle, "fry", *last]))
    assert not form.matches(" ".join([*first, "fry", *middle, "eat", *last]))


@pytest.mark.parametrize("count", [20, 400])
def test_patterns_stay_few(count: int) -> None:
    answers = [f"Item{i % 60} costs {i} euros plus shipping." for i in range(count)]
    form = learn(answers)
    assert form is None or len(form.values) <= MOST_PATTERNS
