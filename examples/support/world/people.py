"""Reading about people: short passages on one to three invented persons, and questions about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bakeoff.examples.support.world.attributes import COLOURS
from bakeoff.examples.support.world.names import distinct, invented
from bakeoff.examples.support.world.phrasing import casual
from bakeoff.examples.support.world.rows import UNKNOWN, Row, Turn

_JOBS = (
    "baker", "doctor", "farmer", "painter", "teacher", "driver", "nurse", "sailor", "tailor",
    "gardener", "cook", "judge",
)  # fmt: skip
_FOODS = (
    "soup", "bread", "rice", "cheese", "apples", "fish", "honey", "nuts", "pears", "cake", "beans",
    "eggs",
)  # fmt: skip
_PETS = (
    "cat", "dog", "horse", "goat", "rabbit", "parrot",
)  # fmt: skip


@dataclass(frozen=True)
class Trait:
    """Something that is said of a person: its value, the sentence, formal and casual questions."""

    value: Callable[[Random], str]
    statement: str
    formal: str
    casual: str


TRAITS = (
    Trait(invented, "{n} lives in {v}.", "In which town does {n} live?", "where does {n} live"),
    Trait(invented, "{n} was born in {v}.", "Where was {n} born?", "which town was {n} born in"),
    Trait(
        lambda r: r.choice(_JOBS),
        "{n} works as a {v}.",
        "What is the profession of {n}?",
        "what does {n} work as",
    ),
    Trait(
        lambda r: str(r.randint(10, 99)), "{n} is {v} years old.", "State the age of {n}.", "how old is {n}"
    ),
    Trait(
        lambda r: r.choice(_FOODS),
        "{n} likes to eat {v}.",
        "Which food does {n} like?",
        "what does {n} like to eat",
    ),
    Trait(
        lambda r: r.choice(COLOURS),
        "The house of {n} is {v}.",
        "State the colour of the house of {n}.",
        "what colour is the house of {n}",
    ),
    Trait(
        invented, "The friend of {n} is called {v}.", "Name the friend of {n}.", "who is the friend of {n}"
    ),
    Trait(
        lambda r: r.choice(_PETS), "{n} keeps a {v}.", "Which animal does {n} keep?", "what pet has {n} got"
    ),
    Trait(
        lambda r: str(r.randint(2, 99)),
        "{n} has {v} books.",
        "State the number of books that {n} has.",
        "how many books has {n} got",
    ),
)


def about_people(rng: Random) -> Row:
    """A passage on one to three persons, and questions, perhaps one that it does not answer."""
    told: dict[tuple[str, Trait], str] = {}
    names = distinct(rng, rng.choice((1, 2, 2, 3)))
    for name in names:
        for trait in rng.sample(TRAITS, rng.randint(1, 6 // len(names) + 1)):
            told[name, trait] = trait.value(rng)
    sentences = [trait.statement.format(n=name, v=value) for (name, trait), value in told.items()]
    rng.shuffle(sentences)
    asked = rng.sample(list(told), min(len(told), rng.randint(2, 5)))
    turns = [Turn(_question(rng, trait, name), told[name, trait]) for name, trait in asked]
    missing = [(name, trait) for name in names for trait in TRAITS if (name, trait) not in told]
    if rng.random() < 0.3:
        name, trait = rng.choice(missing)
        turns.append(Turn(_question(rng, trait, name), UNKNOWN))
    rng.shuffle(turns)
    turns[0] = Turn(f"{' '.join(sentences)}\n{turns[0].question}", turns[0].answer)
    return Row("people", tuple(turns))


def _question(rng: Random, trait: Trait, name: str) -> str:
    if rng.random() < 0.5:
        return trait.formal.format(n=name)
    return casual(rng, trait.casual.format(n=name))
