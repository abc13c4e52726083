"""Other forms of answer."""

from __future__ import annotations

import random

import pytest

from bakeoff.evals.records import Sample
from bakeoff.suites.format_shift.variants.drafts import NOTHING_GIVEN, Draft, Given, Refusal
from bakeoff.suites.format_shift.variants.outputs import (
    output_json,
    output_language,
    output_list,
    output_one_word,
)

SAMPLE = Sample(
    id="1", question="What does it weigh?\n", reference="It weighs 5 kg.", extras={"references": ["5 kg"]}
)


def test_json_names_the_key_that_it_says_it_wants() -> None:
    drafts = [output_json(SAMPLE, random.Random(seed), NOTHING_GIVEN) for seed in range(200)]
    assert all(f'"{draft.key}"' in (draft.question or "") for draft in drafts)
    assert {draft.wants for draft in drafts} == {"json"}
    assert len({draft.key for draft in drafts}) == 6
    assert len({draft.question for draft in drafts}) == 24
    assert all("{{" not in (draft.question or "") for draft in drafts)


def test_every_instruction_follows_the_question_on_a_line_of_its_own() -> None:
    given = Given(language="de", instruction="Antworte auf Deutsch.")
    for make in (output_json, output_list, output_one_word, output_language):
        draft = make(SAMPLE, random.Random(0), given)
        assert isinstance(draft, Draft)
        assert (draft.question or "").startswith("What does it weigh?\n")
        assert (draft.question or "").count("\n") == 1


@pytest.mark.parametrize(
    ("reference", "further", "fits"),
    [
        ("It weighs 5 kg.", ["5 kg"], True),
        ("It weighs 5 kg.", [], False),
        ("yes", [], True),
        (None, [], False),
        (None, ["yes"], True),
        (" ", ["a b c"], False),
    ],
)
def test_one_word_is_asked_only_where_a_word_answers(
    reference: str | None, further: list[str], fits: bool
) -> None:
    sample = Sample(id="1", question="What?", reference=reference, extras={"references": further})
    draft = output_one_word(sample, random.Random(0), NOTHING_GIVEN)
    assert isinstance(draft, Draft) == fits
    assert isinstance(draft, Refusal) or draft.wants == "one_word"


def test_a_language_needs_the_users_words() -> None:
    assert isinstance(output_language(SAMPLE, random.Random(0), Given(language="de")), Refusal)
    draft = output_language(SAMPLE, random.Random(0), Given(language="de", instruction="Auf Deutsch!"))
    assert draft == Draft("What does it weigh?\nAuf Deutsch!", wants="language")
