"""Templates and system prompts: what is recognised in a training file, and what replaces it."""

from __future__ import annotations

import random

import pytest

from bakeoff.evals.records import Sample
from bakeoff.evals.training_data import TrainingRow
from bakeoff.suites.format_shift.variants.drafts import NOTHING_GIVEN, Draft, Frame, Given, Refusal
from bakeoff.suites.format_shift.variants.templates import (
    reword,
    system_prompt_removed,
    system_prompt_reworded,
    template,
    training_frame,
    training_system_prompt,
    training_template_absent,
    training_template_foreign,
    training_template_present,
)

SAMPLE = Sample(id="1", question="Why?")
QUESTIONS = ("What is new?", "Which is old?", "Where to?", "How much is it?", "When was that?", "Why?")


def rows(before: str, after: str, questions: tuple[str, ...] = QUESTIONS) -> list[TrainingRow]:
    return [TrainingRow(f"{before}{question}{after}", "x") for question in questions]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Question: ", "\nAnswer:"),
        ("### Instruction:\n", "\n\n### Response:\n"),
        ("<|user|>\n", "\n<|assistant|>\n"),
        ("[INST] ", " [/INST]"),
        ("Q: ", ""),
        ("Kindly answer this.\n\n", ""),
    ],
)
def test_the_template_of_a_training_file_is_found(before: str, after: str) -> None:
    assert training_frame(rows(before, after)) == Frame(before, after)


@pytest.mark.parametrize(
    "training",
    [
        [],
        rows("Kindly state the price of the ", "."),
        rows("", "?"),
        rows("Question: ", "\n", QUESTIONS[:4]),
        rows("{question}\n", ""),
    ],
)
def test_a_shared_wording_is_no_template(training: list[TrainingRow]) -> None:
    assert training_frame(training) is None


def rendered(draft: Draft | Refusal) -> str | None:
    assert isinstance(draft, Draft)
    assert draft.rendering is not None
    assert (draft.rendering.mode, draft.rendering.system_prompt, draft.question) == ("given", None, None)
    return draft.rendering.template


def test_the_training_template_is_put_on_taken_off_and_exchanged() -> None:
    given = Given(frame=Frame("### Instruction:\n", "\n\n### Response:\n"))
    own = "### Instruction:\n{question}\n\n### Response:\n"
    assert rendered(training_template_present(SAMPLE, random.Random(0), given)) == own
    assert rendered(training_template_absent(SAMPLE, random.Random(0), given)) == "{question}"
    others = {rendered(training_template_foreign(SAMPLE, random.Random(seed), given)) for seed in range(200)}
    assert own not in others
    assert len(others) == 7
    assert all("{question}" in (one or "") for one in others)
    without = {
        rendered(training_template_foreign(SAMPLE, random.Random(s), NOTHING_GIVEN)) for s in range(200)
    }
    assert without == others | {own}
    assert isinstance(training_template_present(SAMPLE, random.Random(0), NOTHING_GIVEN), Refusal)


def test_a_template_of_the_grammar_stands_in_the_question() -> None:
    draft = template(SAMPLE, random.Random(0), NOTHING_GIVEN)
    assert "Why?" in (draft.question or "")
    assert draft.format
    assert draft.rendering is None


def test_the_system_prompt_goes_and_nothing_else() -> None:
    draft = system_prompt_removed(SAMPLE, random.Random(0), NOTHING_GIVEN)
    assert draft.rendering is not None
    assert (draft.rendering.system_prompt, draft.rendering.template) == ("", None)


PROMPT = "You are a helpful assistant of Oskelby. Always answer in 2 sentences. Do not guess."


def test_a_reworded_prompt_says_the_same() -> None:
    prompts = set()
    for seed in range(100):
        draft = system_prompt_reworded(SAMPLE, random.Random(seed), Given(system_prompt=PROMPT))
        assert isinstance(draft, Draft)
        assert draft.rendering is not None
        prompts.add(draft.rendering.system_prompt or "")
    assert len(prompts) > 20
    assert PROMPT not in prompts
    assert all("Oskelby" in one and "2 sentences. Do not guess." in one for one in prompts)
    assert all("reply in" in one and "You are" not in one for one in prompts)


def test_a_prompt_without_a_known_phrase_still_changes() -> None:
    assert reword("Reply with care; don't guess.", random.Random(0)).endswith(
        "Reply with care; do not guess."
    )
    assert reword("Be kind.", random.Random(0)) != "Be kind."


def test_the_users_own_rewording_wins_and_no_prompt_is_a_refusal() -> None:
    given = Given(system_prompt=PROMPT, reworded_prompt="Be brief.")
    draft = system_prompt_reworded(SAMPLE, random.Random(0), given)
    assert isinstance(draft, Draft)
    assert draft.rendering is not None
    assert draft.rendering.system_prompt == "Be brief."
    assert isinstance(system_prompt_reworded(SAMPLE, random.Random(0), NOTHING_GIVEN), Refusal)
    german = Given(system_prompt="Du bist ein Verkäufer und antwortest in einem Satz.")
    assert isinstance(system_prompt_reworded(SAMPLE, random.Random(0), german), Refusal)


def test_the_training_files_system_prompt_is_its_most_frequent() -> None:
    prompts = ("A", "B", "", "B", "", "")
    assert training_system_prompt([TrainingRow("q", "a", one) for one in prompts]) == "B"
    assert training_system_prompt([TrainingRow("q", "a")]) is None
