"""The same question with another form of answer asked for."""

from __future__ import annotations

import random

from bakeoff.evals.records import Sample
from bakeoff.suites.format_shift.variants.drafts import Draft, Given, Refusal

_KEYS = ("answer", "result", "value", "reply", "response", "solution")
_JSON = (
    'Answer as a JSON object with the key "{key}".',
    'Reply with JSON only, in the form {{"{key}": "..."}}.',
    'Give your answer as JSON. Put it under "{key}".',
    'Return a JSON object whose only field is "{key}".',
)
_LIST = (
    "Answer as a bulleted list.",
    "Give your answer as a list, one point a line, each with a dash in front.",
    "Reply in bullet points.",
    "Write the answer as a list of items, even if there is a single item.",
)
_ONE_WORD = (
    "Answer in one word.",
    "Reply with a single word or figure.",
    "Give just the word or the figure that answers this.",
    "One word is enough as an answer.",
)

LONGEST_ONE_WORD = 2
"""References of more words have no variant that asks for one word; a figure with its unit has two."""


def output_json(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """Asks for a JSON object; the key and the wording are drawn."""
    del given
    key = rng.choice(_KEYS)
    return Draft(_then(sample, rng.choice(_JSON).format(key=key)), wants="json", key=key)


def output_list(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """Asks for a list of points."""
    del given
    return Draft(_then(sample, rng.choice(_LIST)), wants="list")


def output_one_word(sample: Sample, rng: random.Random, given: Given) -> Draft | Refusal:
    """Asks for one word, where one of the acceptable answers is that short."""
    del given
    shortest = min((len(text.split()) for text in references(sample)), default=LONGEST_ONE_WORD + 1)
    if shortest > LONGEST_ONE_WORD:
        return Refusal("no reference is as short as a word")
    return Draft(_then(sample, rng.choice(_ONE_WORD)), wants="one_word")


def output_language(sample: Sample, rng: random.Random, given: Given) -> Draft | Refusal:
    """Asks for an answer in the language that the user names, in the user's words."""
    del rng
    if not given.language or not given.instruction:
        return Refusal("no language and instruction given")
    return Draft(_then(sample, given.instruction), wants="language")


def _then(sample: Sample, instruction: str) -> str:
    return f"{sample.question.rstrip()}\n{instruction}"


def references(sample: Sample) -> list[str]:
    """The acceptable answers of a sample: its reference, and those in `extras["references"]`."""
    further = sample.extras.get("references")
    texts = [sample.reference, *(further if isinstance(further, list) else [])]
    return [text for text in texts if isinstance(text, str) and text.strip()]
