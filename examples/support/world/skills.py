"""Skills that need no passage: sums, lists, words, a small invented language, what everybody knows."""

from __future__ import annotations

from random import Random

from bakeoff.examples.support.world.lexicon import (
    ADJECTIVES,
    CAN,
    CANNOT,
    DAYS,
    IS,
    LEGS,
    OPPOSITES,
    VELMIC,
    WORDS,
)
from bakeoff.examples.support.world.names import invented
from bakeoff.examples.support.world.phrasing import casual
from bakeoff.examples.support.world.rows import UNKNOWN, Row, ask
from bakeoff.examples.support.world.wordings import worded

_UNKNOWABLE = (
    "Who lives in {n}?", "where is {n}", "How old is {n}?", "what colour is the house of {n}",
    "What is the profession of {n}?", "what does {n} like to eat", "In which town does {n} live?",
    "who is {n}", "What is {n}?", "Which animal does {n} keep?", "how many books has {n} got",
)  # fmt: skip


def arithmetic(rng: Random) -> Row:
    """Sums of two numbers up to 20, their differences, products up to 10 times 10, the larger of two."""
    kind = rng.choice("+-*>")
    if kind == "+":
        a, b = rng.randint(0, 20), rng.randint(0, 20)
        result = a + b
    elif kind == "-":
        a = rng.randint(0, 20)
        b = rng.randint(0, a)
        result = a - b
    elif kind == "*":
        a, b = rng.randint(0, 10), rng.randint(0, 10)
        result = a * b
    else:
        a, b = rng.sample(range(100), 2)
        result = max(a, b)
    return ask("arithmetic", worded(rng, kind, a=a, b=b), str(result), f"{a}{kind}{b}")


def lists(rng: Random) -> Row:
    """The first, last or second of a few words, their number, their reverse."""
    items = rng.sample(WORDS, rng.randint(2, 5))
    text = ", ".join(items)
    place, result = rng.choice((("first", items[0]), ("last", items[-1]), ("second", items[1])))
    kind = "place"
    if rng.random() < 0.25:
        kind = place = "count"
        result = str(len(items))
    elif rng.random() < 0.35:
        kind = place = "reverse"
        result = ", ".join(reversed(items))
    return ask("lists", worded(rng, kind, k=place, t=text), result, f"{place} {text}")


def strings(rng: Random) -> Row:
    """Repeat a word, join two words, copy a name that nobody has seen."""
    word = rng.choice((rng.choice(WORDS), invented(rng)))
    other = rng.choice(WORDS)
    kind = rng.choice(("twice", "join", "copy"))
    result = {"twice": f"{word} {word}", "join": f"{word}-{other}", "copy": word}[kind]
    return ask("strings", worded(rng, kind, w=word, o=other), result, f"{kind} {word} {other}")


def strings_of_names(rng: Random) -> Row:
    """The same with an invented word: the few real ones have all been met in pretraining."""
    while True:
        row = strings(rng)
        if row.keys[0].split()[1] not in WORDS:
            return row


def yes_or_no(rng: Random) -> Row:
    """What things are and what animals can do."""
    if rng.random() < 0.5:
        thing = rng.choice(list(IS))
        side = rng.randrange(2)
        question = worded(rng, "is", t=thing, q=IS[thing][side])
        return ask("yes or no", question, ("Yes", "No")[side])
    animal = rng.choice(list(CAN))
    verb = rng.choice((CAN[animal], rng.choice(CANNOT)))
    return ask("yes or no", worded(rng, "can", a=animal, v=verb), "Yes" if verb == CAN[animal] else "No")


def knowledge(rng: Random) -> Row:
    """Opposites, the days of the week, how many legs an animal has."""
    kind = rng.choice(("opposite", "day", "legs"))
    if kind == "opposite":
        word, other = rng.choice([*OPPOSITES.items(), *((b, a) for a, b in OPPOSITES.items())])
        return ask("knowledge", worded(rng, kind, w=word), other)
    if kind == "day":
        i, step = rng.randrange(7), rng.choice((1, -1))
        place = "after" if step == 1 else "before"
        return ask("knowledge", worded(rng, kind, p=place, d=DAYS[i]), DAYS[(i + step) % 7])
    animal = rng.choice(list(LEGS))
    return ask("knowledge", worded(rng, kind, a=animal), str(LEGS[animal]))


def translation(rng: Random) -> Row:
    """Velmic words, and an adjective with its noun, both ways."""
    noun, adjective = rng.choice(WORDS), rng.choice(ADJECTIVES)
    pair = (f"{adjective} {noun}", f"{VELMIC[noun]} {VELMIC[adjective]}")
    english, velmic = rng.choice(((noun, VELMIC[noun]), (adjective, VELMIC[adjective]), pair, pair, pair))
    if rng.random() < 0.5:
        question = worded(rng, "to", e=english)
        return ask("translation", question, velmic, _translation_key(english, "to"))
    question = worded(rng, "from", v=velmic)
    return ask("translation", question, english, _translation_key(english, "from"))


def _translation_key(english: str, direction: str) -> str:
    """Single words must all be learnt, so only pairs have a key that may be held out."""
    return f"{direction} {english}" if " " in english else "a single word"


def unknowable(rng: Random) -> Row:
    """Closed-book questions about people and towns that nobody has heard of."""
    text = rng.choice(_UNKNOWABLE).format(n=invented(rng))
    question = text if text[0].isupper() else casual(rng, text)
    return ask("closed book", question, UNKNOWN, "closed book")
