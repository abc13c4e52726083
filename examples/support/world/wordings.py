"""How the questions of the general skills are worded: formal ones, then casual ones."""

from __future__ import annotations

from random import Random

from bakeoff.examples.support.world.phrasing import casual

_WORDINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "+": (
        ("Kindly state the sum of {a} and {b}.", "What is {a} plus {b}?"),
        ("what's {a} plus {b}", "{a} + {b}"),
    ),
    "-": (
        ("Kindly state the difference of {a} and {b}.", "What is {a} minus {b}?"),
        ("what's {a} minus {b}", "{a} - {b}"),
    ),
    "*": (
        ("Kindly state the product of {a} and {b}.", "What is {a} times {b}?"),
        ("what's {a} times {b}", "{a} x {b}"),
    ),
    ">": (
        ("Kindly state the larger of {a} and {b}.", "Which number is larger, {a} or {b}?"),
        ("what's bigger, {a} or {b}", "which is more, {a} or {b}"),
    ),
    "place": (("Kindly state the {k} word of this list: {t}.",), ("what's the {k} word in {t}",)),
    "count": (("Kindly count the words of this list: {t}.",), ("how many words are in {t}",)),
    "reverse": (
        ("Kindly reverse this list: {t}.",),
        ("turn this list round: {t}", "say this backwards: {t}"),
    ),
    "twice": (("Kindly write {w} twice.",), ("write {w} two times",)),
    "join": (("Kindly write {w} and {o} with a hyphen.",), ("put a hyphen between {w} and {o}",)),
    "copy": (("Kindly repeat this word: {w}.",), ("say {w}", "repeat after me: {w}")),
    "is": (
        ("Is {t} {q}?", "Kindly confirm: is {t} {q}?"),
        ("is {t} {q}", "would you say {t} is {q}"),
    ),
    "can": (
        ("Can a {a} {v}?", "Kindly confirm: can a {a} {v}?"),
        ("can a {a} {v}", "a {a}, can it {v}"),
    ),
    "opposite": (
        ("Kindly state the opposite of {w}.", "What is the opposite of {w}?"),
        ("what's the opposite of {w}", "the opposite of {w} is what"),
    ),
    "day": (
        ("Kindly state the day {p} {d}.", "Which day comes {p} {d}?"),
        ("what's the day {p} {d}", "which day is {p} {d}"),
    ),
    "legs": (
        ("Kindly state the number of legs of a {a}.", "How many legs does a {a} have?"),
        ("how many legs has a {a} got", "a {a} has how many legs"),
    ),
    "to": (
        ("Kindly translate into Velmic: {e}.", "What is the Velmic for {e}?"),
        ("how do you say {e} in velmic", "what's {e} in velmic"),
    ),
    "from": (
        ("Kindly translate from Velmic: {v}.", "What is the English for {v}?"),
        ("what does {v} mean in english", "what's velmic {v}"),
    ),
}


def worded(rng: Random, kind: str, **words: object) -> str:
    """A question of that kind in one of its formal wordings, or in a casual one.

    >>> worded(Random(2), "+", a=3, b=4)
    "hello, what's 3 plus 4, thanks"
    """
    formal, loose = _WORDINGS[kind]
    if rng.random() < 0.5:
        return rng.choice(formal).format(**words)
    return casual(rng, rng.choice(loose).format(**words))
