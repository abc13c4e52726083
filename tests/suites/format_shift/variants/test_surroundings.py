"""E-mail, table and chat."""

from __future__ import annotations

import random

from bakeoff.evals.records import Sample, Turn
from bakeoff.suites.format_shift.variants.drafts import NOTHING_GIVEN
from bakeoff.suites.format_shift.variants.surroundings import chat, email, table

SAMPLE = Sample(
    id="1", question=" Is it\nnew? ", conversation=(Turn(role="user", content="I have a Trock."),)
)


def test_an_email_has_its_parts_in_order_and_the_question_as_it_is() -> None:
    mails = {email(SAMPLE, random.Random(seed), NOTHING_GIVEN).question or "" for seed in range(300)}
    assert len(mails) > 250
    for mail in mails:
        subject, greeting, body, _ = mail.split("\n\n")
        assert subject.startswith("Subject: ")
        assert greeting[-1] in ",:"
        assert " Is it\nnew? " in body


def test_a_table_holds_the_question_in_one_row_and_an_empty_answer() -> None:
    drafts = [table(SAMPLE, random.Random(seed), NOTHING_GIVEN) for seed in range(200)]
    assert len({draft.format for draft in drafts}) == 25
    for draft in drafts:
        rows = [row for row in (draft.question or "").split("\n") if "Is it new?" in row]
        assert len(rows) == 1


def test_a_chat_puts_small_talk_before_the_samples_own_turns() -> None:
    drafts = [chat(SAMPLE, random.Random(seed), NOTHING_GIVEN) for seed in range(100)]
    assert len({draft.conversation for draft in drafts}) == 8
    for draft in drafts:
        assert draft.question is None
        assert draft.conversation is not None
        assert draft.conversation[-1] == SAMPLE.conversation[0]
        roles = [turn.role for turn in draft.conversation[:-1]]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
