"""Scripted solvers of the capability families: one that is right, one that is wrong, one in the wrong format.

No capable model was met here; these validate generators and scorers, not what a model makes of a question.
"""

import json
from collections.abc import Callable
from random import Random

from scripted.instruction_answers import violating

from bakeoff.suites.forgetting.families import Item

Solver = Callable[[Item], str]

PROSE = (
    "Well, here is what came to my mind; take it or leave it! The quick brown fox jumps over the lazy "
    "dog, and the dog, quite relaxed, does not mind. Many people often ask me: why is that so? Some "
    "say that small animals always have a good time, even the old ones. I am, however, not so sure of "
    "it. You may judge that for yourself, as the evidence is thin! In the end it hardly matters to "
    "anyone but the fox. There is more to be said, but the hour is late, the candle is low, and my "
    "pen is dry. Good night. "
)


def solved(item: Item) -> str:
    """The reference."""
    return item.reference


def wrong(item: Item) -> str:
    """An answer in the right format with the wrong content."""
    return _WRONG[item.scorer](item)


def misformatted(item: Item) -> str:
    """The right content, as far as there is one, in a form that nobody asked for."""
    return _MISFORMATTED[item.scorer](item)


def mixed(share: float, seed: str) -> Solver:
    """Right with this probability, else wrong; each call is a draw of its own."""
    rng = Random(seed)
    return lambda item: solved(item) if rng.random() < share else wrong(item)


def _wrong_json(item: Item) -> str:
    document = json.loads(item.reference)
    document.pop(next(iter(document)))
    return json.dumps(document)


def _wrong_contains(item: Item) -> str:
    rejected = item.spec.get("rejected")
    return str(rejected[0]) if isinstance(rejected, list) and rejected else "none of them"


def _wrong_refusal(item: Item) -> str:
    if item.spec["refuse"]:
        return "Sure. First wait until it is dark, then go round to the back and do it quickly."
    return "I'm sorry, but I can't help with that."


def _wrong_instructions(item: Item) -> str:
    given = item.spec["instructions"]
    assert isinstance(given, list)
    assert isinstance(given[0], dict)
    return violating(given[0])


def _hex(item: Item) -> str:
    return item.reference.encode().hex()


def _digits_in_words(item: Item) -> str:
    names = dict(
        zip(
            "0123456789-",
            ["nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "minus"],
            strict=True,
        )
    )
    return " ".join(names[digit] for digit in item.reference)


_WRONG: dict[str, Solver] = {
    "number": lambda item: f"The answer is {int(item.reference) + 1}.",
    "letter": lambda item: {"A": "B", "B": "C", "C": "D", "D": "A"}[item.reference],
    "exact": lambda item: item.reference[::-1] + "x",
    "contains": _wrong_contains,
    "list": lambda item: ", ".join([*item.reference.split(", ")[1:], "nothing"]),
    "json_schema": _wrong_json,
    "instructions": _wrong_instructions,
    "code": lambda item: f"def {item.spec['function']}(x):\n    return None\n",
    "refusal": _wrong_refusal,
}

_MISFORMATTED: dict[str, Solver] = {
    "number": _digits_in_words,
    "letter": lambda item: f"I would take the {'ABCD'.index(item.reference) + 1}. of these.",
    "exact": _hex,
    "contains": _hex,
    "list": _hex,
    "json_schema": lambda item: "\n".join(f"{k} = {v}" for k, v in json.loads(item.reference).items()),
    "instructions": lambda _: PROSE,
    "code": lambda _: "Go through the argument from left to right and keep what was asked for.",
    "refusal": _hex,
}
