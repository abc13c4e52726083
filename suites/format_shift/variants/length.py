"""English lengths: about half, and about three times as long."""

from __future__ import annotations

import random
import re

from bakeoff.evals.records import Sample
from bakeoff.evals.text import sentences
from bakeoff.suites.format_shift.variants.drafts import Draft, Given, Refusal
from bakeoff.suites.format_shift.variants.english import closed
from bakeoff.suites.format_shift.variants.guard import loss
from bakeoff.suites.format_shift.variants.register import keywords

SHORTER, LONGER = 0.5, 3.0
"""The lengths that are aimed at, as shares of the original's characters (METHODS.md §3, P9)."""

SHORT_ENOUGH = 0.75
"""A text that cannot be brought below this share has no shorter variant."""

_BACKGROUND = (
    "I am asking out of general interest.",
    "A friend and I were talking about this over breakfast.",
    "We had a long day with a lot of visitors.",
    "The weather has been mild lately, and the garden is doing well.",
    "My neighbour likes to read about such things too.",
    "I am sitting on the train while I write this.",
    "I will pass the answer on to my family.",
    "My notes on this are somewhere in a drawer.",
    "The kettle is on, so I have a little time.",
    "I always like to learn something new.",
    "The office is quiet this afternoon.",
    "I was clearing out the cupboard when it came to my mind.",
    "My sister says that asking is the quickest way to find out.",
    "We might talk about it again at the weekend.",
    "I have a cup of tea beside me.",
    "The children are playing in the yard.",
    "It came up in a conversation at work.",
    "I am making a list of things that I would like to know.",
    "The dog is asleep under the table.",
    "I have just come back from a walk.",
    "My colleague suggested that I should ask.",
    "I like to keep my records in good order.",
    "The radio is playing softly in the kitchen.",
    "I will write the answer down right away.",
)

_COURTESY = re.compile(
    r"(?:hi|hello|dear|good (?:morning|day|evening)|thanks?|sorry|i hope|i trust|i am writing|i was wondering"
    r"|i have been|any help|best|kind|regards|yours)\b",
    re.IGNORECASE,
)


def shorter(sample: Sample, rng: random.Random, given: Given) -> Draft | Refusal:
    """About half as long: sentences that the question can spare go first, then spare words."""
    del rng, given
    text = sample.question.strip()
    short = _without_spare_sentences(text)
    if len(short) > SHORTER * len(text):
        short = keywords(short, marks=True)
    if len(short) > SHORT_ENOUGH * len(text):
        return Refusal("nothing to leave out")
    return Draft(short)


def _without_spare_sentences(text: str) -> str:
    """The text without its courtesies: what opens like one, asks nothing, and holds nothing protected."""
    kept = [one for one in sentences(text) if not _COURTESY.match(one) or one.endswith("?") or loss(one, "")]
    return " ".join(kept)


def longer(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """About three times as long, by sentences that have nothing to do with it, before and after."""
    del given
    text = sample.question.strip()
    missing = (LONGER - 1) * len(text)
    around: list[str] = []
    while missing > 0:
        pool = rng.sample(_BACKGROUND, len(_BACKGROUND))
        while pool and missing > 0:
            around.append(pool.pop())
            missing -= len(around[-1]) + 1
    cut = rng.randint(0, len(around))
    return Draft(" ".join([*around[:cut], closed(text), *around[cut:]]))
