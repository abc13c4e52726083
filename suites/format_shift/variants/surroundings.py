"""The question inside something else: an e-mail, a table, a chat of several turns."""

from __future__ import annotations

import random

from bakeoff.evals.records import Sample, Turn
from bakeoff.suites.format_shift.variants.drafts import Draft, Given
from bakeoff.suites.format_shift.variants.english import closed

_SUBJECTS = (
    "a question",
    "question",
    "request for information",
    "short enquiry",
    "please advise",
    "help needed",
)
_GREETINGS = ("Dear team,", "Hello,", "Good morning,", "Dear all,", "Hi there,", "To whom it may concern,")
_OPENINGS = (
    "I hope that you are well.",
    "I have the following question.",
    "My colleagues told me that you could help.",
    "Thank you for your last newsletter.",
    "I am writing on behalf of our office.",
    "I am getting in touch because of the point below.",
)
_CLOSINGS = (
    "Thank you in advance for your help.",
    "I look forward to hearing from you.",
    "A short reply is quite enough.",
    "Please reply to this address.",
    "Many thanks for your time.",
    "Feel free to ring me if anything is unclear.",
)
_SIGNATURES = ("Kind regards", "Best wishes", "Yours sincerely", "With thanks", "Best", "Warm regards")

_HEADINGS = (
    ("Question", "Answer"),
    ("Q", "A"),
    ("query", "result"),
    ("Request", "Response"),
    ("item", "value"),
)

_CHATS = (
    (("user", "Hello!"), ("assistant", "Hello! What can I do for you?")),
    (("user", "Hi, are you there?"), ("assistant", "Yes, I am here. What would you like to know?")),
    (("user", "I have a question."), ("assistant", "Of course, go ahead.")),
    (
        ("user", "Can I ask you something?"),
        ("assistant", "Certainly."),
        ("user", "It is a short one."),
        ("assistant", "That is fine. I am listening."),
    ),
    (
        ("user", "Good morning, how are you today?"),
        ("assistant", "Very well, thank you. How can I help?"),
    ),
    (
        ("user", "Thanks for your help the other day."),
        ("assistant", "You are welcome. Is there anything else?"),
        ("user", "Yes, one more thing."),
        ("assistant", "Please tell me."),
    ),
    (
        ("user", "What a lovely morning it is."),
        ("assistant", "It is indeed. What is on your mind?"),
        ("user", "Let me think how to put it."),
        ("assistant", "Take your time."),
    ),
    (
        ("user", "My colleague said that you know a lot."),
        ("assistant", "I will do my best. What is the question?"),
    ),
)  # fmt: skip


def email(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """As the body of an e-mail in English: subject, greeting, one sentence before and after, signature."""
    del given
    parts = (
        f"Subject: {rng.choice(_SUBJECTS)}",
        rng.choice(_GREETINGS),
        f"{rng.choice(_OPENINGS)} {closed(sample.question)} {rng.choice(_CLOSINGS)}",
        rng.choice(_SIGNATURES),
    )
    return Draft("\n\n".join(parts))


def table(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """As a row of a table whose cell for the answer is empty: pipes, tabs, semicolons, or field by field."""
    del given
    asks, answers = rng.choice(_HEADINGS)
    cell = " ".join(sample.question.split())
    styles = {
        "pipes": f"| {asks} | {answers} |\n|---|---|\n| {cell} |  |",
        "tabs": f"{asks}\t{answers}\n{cell}\t",
        "semicolons": f"{asks} ; {answers}\n{cell} ; ",
        "fields": f"{asks:<10}| {cell}\n{answers:<10}| ",
        "frame": f"+----------\n| {asks}: {cell}\n| {answers}:\n+----------",
    }
    style = rng.choice(list(styles))
    return Draft(styles[style], format=f"{style}-{asks.lower()}")


def chat(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """As the last turn of a chat that began with small talk; earlier turns of the sample stay in between."""
    del given
    turns = tuple(Turn(role=role, content=content) for role, content in rng.choice(_CHATS))
    return Draft(conversation=turns + sample.conversation)
