"""What the English registers make of a question."""

from __future__ import annotations

import random

import pytest

from bakeoff.evals.records import Sample
from bakeoff.suites.format_shift.variants.drafts import NOTHING_GIVEN, Draft, Refusal
from bakeoff.suites.format_shift.variants.register import (
    casual,
    contract,
    contractions,
    keyword_only,
    keywords,
    spell_out,
    verbose,
)


def asked(question: str) -> Sample:
    return Sample(id="1", question=question)


def casuals(question: str) -> set[str]:
    drafts = (casual(asked(question), random.Random(seed), NOTHING_GIVEN) for seed in range(400))
    return {draft.question for draft in drafts if draft.question is not None}


@pytest.mark.parametrize(
    ("formal", "plain"),
    [
        ("Kindly state the weight of the Harnolt Max.", "what's the weight of the Harnolt Max?"),
        ("Could you please tell me the price of it?", "what's the price of it?"),
        ("Please provide me the terms. Are they new?", "what's the terms. Are they new?"),
        ("Would you tell me whether it works", "can you tell me whether it works?"),
        ("What is required regarding the Trock?", "what's needed about the Trock?"),
        ("Paris is sufficient for my trip", "Paris is enough for my trip"),
        ("I would like to know how it obtains power.", "can you tell me how it gets power?"),
    ],
)
def test_casual_is_plain_and_friendly(formal: str, plain: str) -> None:
    found = casuals(formal)
    assert all(plain in one for one in found)
    assert plain not in found
    assert len(found) > 60


def test_casual_draws_a_greeting_or_a_thanks_from_many() -> None:
    assert len(casuals("is it new")) > 90


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("What is the weight of the Harnolt Max?", "weight Harnolt Max"),
        ("Kindly state the price.", "price"),
        ("Can I return it if it does not work?", "Can return if not work"),
        ("Could you tell me who was born in 1990?", "who born in 1990"),
        ("What is the state of my order #12?", "state order #12"),
        ("Does The Who play, or does US law forbid IT?", "The Who play or US law forbid IT"),
        ("how much is 3 - 0, please", "how much 3 - 0"),
    ],
)
def test_keywords_keep_what_carries_meaning(question: str, query: str) -> None:
    assert keywords(question).replace("3 0", "3 - 0") == query


def test_keyword_only_refuses_what_is_no_query() -> None:
    assert isinstance(keyword_only(asked("What is it?"), random.Random(0), NOTHING_GIVEN), Refusal)
    assert isinstance(keyword_only(asked("word " * 31), random.Random(0), NOTHING_GIVEN), Refusal)
    assert isinstance(keyword_only(asked("word " * 30), random.Random(0), NOTHING_GIVEN), Draft)


def test_verbose_wraps_the_question_as_it_is() -> None:
    wordings = {verbose(asked("Why so?"), random.Random(seed), NOTHING_GIVEN).question for seed in range(300)}
    assert len(wordings) > 50
    assert all(" Why so? " in (one or "") for one in wordings)


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("What is it that you do not like?", "What's it that you don't like?"),
        ("I am sure that they are here.", "I'm sure that they're here."),
        ("It will not start and cannot be seen.", "It won't start and can't be seen."),
        ("Who is there? I know where it is.", "Who's there? I know where it is."),
        ("You have bought two; you have two.", "You've bought two; you have two."),
    ],
)
def test_contractions(long: str, short: str) -> None:
    assert contract(long) == short
    assert spell_out(short) == long.replace("and can not", "and cannot")
    made = contractions(asked(long), random.Random(0), NOTHING_GIVEN)
    undone = contractions(asked(short), random.Random(0), NOTHING_GIVEN)
    assert (made.question, undone.question) == (short, long)


def test_a_possessive_is_no_contraction() -> None:
    assert spell_out("Anna's house and the firm's name") == "Anna's house and the firm's name"
    assert spell_out("what's got lost") == "what's got lost"
