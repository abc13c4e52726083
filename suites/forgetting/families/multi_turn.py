"""Family `multi_turn`: questions that only the earlier turns of the conversation can answer."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from bakeoff.evals.records import Turn
from bakeoff.suites.forgetting.families.family import Family, Item, generator
from bakeoff.suites.forgetting.families.names import PEOPLE, THINGS, WORDS, invented

_REPLIES = ("All right.", "Noted.", "Thank you, I will keep it in mind.", "Understood.", "Good to know.")


def _talk(rng: Random, *said: str) -> tuple[Turn, ...]:
    """The user's turns, each with a short reply."""
    turns: list[Turn] = []
    for text in said:
        turns += [Turn(role="user", content=text), Turn(role="assistant", content=rng.choice(_REPLIES))]
    return tuple(turns)


def _names(rng: Random) -> Item:
    pets = rng.sample(("dog", "cat", "parrot", "rabbit", "hamster", "tortoise", "pony"), 3)
    names = [invented(rng) for _ in pets]
    said = [f"My {pet} is called {name}." for pet, name in zip(pets, names, strict=True)]
    one = rng.randrange(3)
    question = f"What did I say my {pets[one]} is called? Answer with the name."
    others = [name for name in names if name != names[one]]
    return Item(question, names[one], "contains", {"rejected": [*others]}, _talk(rng, *said))


def _list(rng: Random) -> Item:
    first = rng.sample(THINGS, 4)
    new = rng.choice(sorted(set(THINGS) - set(first)))
    gone = rng.choice(first)
    turns = _talk(
        rng, f"My packing list: {', '.join(first)}.", f"Add {new}.", f"I do not need {gone} after all."
    )
    left = [thing for thing in [*first, new] if thing != gone]
    question = "What is on my packing list now? Give the items, separated by commas."
    return Item(question, ", ".join(left), "list", {"items": [*left], "ordered": False}, turns)


def _count(rng: Random) -> Item:
    thing, who = rng.choice(THINGS), rng.choice(PEOPLE)
    start, more, less = rng.randint(20, 90), rng.randint(3, 40), rng.randint(2, 18)
    turns = _talk(
        rng,
        f"I own {start} {thing}.",
        f"{who} has just given me {more} more.",
        f"Now I have sold {less} of them.",
    )
    question = f"How many {thing} do I own now? Answer with a number."
    return Item(question, str(start + more - less), "number", {}, turns)


def _correction(rng: Random) -> Item:
    what = rng.choice(("train", "flight", "ferry", "coach"))
    old, new = (f"{rng.randint(10, 21)}:{rng.randint(10, 59)}" for _ in range(2))
    if old == new:
        return _correction(rng)
    town, colour = invented(rng), rng.choice(WORDS)
    turns = _talk(
        rng,
        f"My {what} to {town} leaves at {old}.",
        f"The password of the booking is {colour}.",
        f"Sorry, I misread: it leaves at {new}.",
    )
    return Item(
        f"When does my {what} leave? Answer with the time.", new, "contains", {"rejected": [old]}, turns
    )


def _place(rng: Random) -> Item:
    words = rng.sample(WORDS, 4)
    turns = _talk(rng, *(f"Remember the word {word}." for word in words))
    place = rng.randrange(4)
    which = ("first", "second", "third", "last")[place]
    question = f"Which was the {which} word that I asked you to remember? Answer with that word."
    return Item(
        question, words[place], "contains", {"rejected": [w for w in words if w != words[place]]}, turns
    )


def _reference(rng: Random) -> Item:
    boxes, things = rng.sample(("red", "blue", "green", "white", "black"), 3), rng.sample(THINGS, 3)
    who = rng.choice(PEOPLE)
    said = [f"In the {colour} box are {thing}." for colour, thing in zip(boxes, things, strict=True)]
    one, two = rng.sample(range(3), 2)
    turns = _talk(rng, *said, f"{who} has taken the {boxes[one]} one. I have sent the {boxes[two]} one away.")
    taken = rng.random() < 0.5
    place = one if taken else two
    question = f"What is in the box that {who} has?" if taken else "What is in the box that I sent away?"
    others = [thing for thing in things if thing != things[place]]
    return Item(
        f"{question} Answer with one word.", things[place], "contains", {"rejected": [*others]}, turns
    )


def _said(rng: Random) -> Item:
    """What the assistant said, which is as much part of the conversation."""
    people, towns = rng.sample(PEOPLE, 2), [invented(rng), invented(rng)]
    turns = (
        Turn(role="user", content=f"Make up a home town for a character called {people[0]}."),
        Turn(role="assistant", content=f"{people[0]} comes from {towns[0]}."),
        Turn(role="user", content=f"And one for {people[1]}."),
        Turn(role="assistant", content=f"{people[1]} grew up in {towns[1]}."),
    )
    place = rng.randrange(2)
    question = f"Which home town did you give {people[place]}? Answer with the town."
    return Item(question, towns[place], "contains", {"rejected": [towns[1 - place]]}, turns)


_TALKS: tuple[Callable[[Random], Item], ...] = (
    _names, _list, _count, _correction, _place, _reference, _said,
)  # fmt: skip

MULTI_TURN = Family(
    name="multi_turn",
    about="Conversations of seven kinds, with a question about something said, corrected or changed before.",
    written=False,
    chance=0.0,
    items=generator("multi_turn", lambda rng: rng.choice(_TALKS)(rng)),
)
