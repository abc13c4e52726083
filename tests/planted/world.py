"""A small invented coast whose truth is known: what stands in each document, what changed and when.

Lights, bridges and ferries, each with one document of its own and two facts in it. A third of the first
facts changed at a known date; questions, references and gold passages come from the same table.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from bakeoff.evals.records import Document, Sample

CHANGED_EVERY = 3
"""Every third thing's first fact has changed since it was first written down."""

BEGINNING, CRAWLED = date(2024, 3, 1), date(2026, 6, 1)


@dataclass(frozen=True)
class Attribute:
    """A fact that things of one sort have: how it is asked for, and how it is stated."""

    question: str
    statement: str

    def states(self, name: str, value: str) -> str:
        return self.statement.format(name=name, value=value)


ATTRIBUTES = {
    "height": Attribute("How tall is {name}?", "{name} is {value} metres tall."),
    "keeper": Attribute("Who keeps {name}?", "The keeper of {name} is {value}."),
    "length": Attribute("How long is {name}?", "{name} is {value} metres long."),
    "opening": Attribute("In which year was {name} opened?", "{name} was opened in {value}."),
    "seats": Attribute("How many passengers may board {name}?", "{name} takes {value} passengers."),
    "captain": Attribute("Who steers {name}?", "The captain of {name} is {value}."),
}
SORTS = {
    "lights": ("Light", ("height", "keeper"), "It warns ships off the skerries east of the harbour."),
    "bridges": ("Bridge", ("length", "opening"), "It carries the coast road over the river mouth."),
    "ferries": ("Ferry", ("seats", "captain"), "It leaves the inner quay twice on every working day."),
}
_HEADS = "mar tol ven bris hal cor dun fen gar lis nor pel ras sev tor ul wen yar"
_TAILS = "ren dock wick mere stow by garth holm fell ness port strand"
_FIRST = "Oswin Tilda Bram Greta Hollis Merle Anselm Petra Corin Wilma"
_LAST = "Tarrell Quist Vosper Hald Brannock Lindqvist Orme Saxby Fenwick Dray"


@dataclass(frozen=True)
class Thing:
    """One light, bridge or ferry. `old` holds the former values of facts that changed."""

    name: str
    domain: str
    values: dict[str, str]
    as_of: date
    old: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.name.lower().replace(" ", "-")

    def text(self, values: dict[str, str]) -> str:
        """The document's text, with these values."""
        facts = " ".join(ATTRIBUTES[key].states(self.name, value) for key, value in values.items())
        return f"{self.name} is listed in the register of the coast. {facts} {SORTS[self.domain][2]}"


@dataclass(frozen=True)
class World:
    """All things; samples and documents are made from them."""

    things: tuple[Thing, ...]

    def documents(self) -> tuple[Document, ...]:
        """The corpus as it is today."""
        return tuple(self._document(thing, thing.values, thing.as_of) for thing in self.things)

    def stale_copies(self) -> tuple[Document, ...]:
        """What the corpus said before, under ids of their own and the date of a later crawl."""
        return tuple(
            self._document(thing, thing.values | thing.old, CRAWLED, suffix="-archive")
            for thing in self.things
            if thing.old
        )

    def _document(self, thing: Thing, values: dict[str, str], as_of: date, suffix: str = "") -> Document:
        return Document(
            id=thing.id + suffix,
            text=thing.text(values),
            title=thing.name,
            as_of=as_of,
            metadata={"domain": thing.domain},
        )

    def samples(self) -> Iterator[Sample]:
        """Two questions for each thing."""
        for thing in self.things:
            for key, value in thing.values.items():
                attribute = ATTRIBUTES[key]
                changed = {"old": thing.old.get(key), "new": value, "changed": str(thing.as_of)}
                yield Sample(
                    id=f"{thing.id}-{key}",
                    question=attribute.question.format(name=thing.name),
                    reference=attribute.states(thing.name, value),
                    reference_contexts=(thing.text(thing.values),),
                    reference_context_ids=(thing.id,),
                    domain=thing.domain,
                    cluster=thing.id,
                    as_of=thing.as_of,
                    extras=changed if key in thing.old else {},
                )

    def memory(self, *, former: bool = False) -> dict[str, str]:
        """Statement by question: what a model would know by heart, as it is or as it was."""
        known = {}
        for thing in self.things:
            for key, value in thing.values.items():
                told = thing.old.get(key, value) if former else value
                question = ATTRIBUTES[key].question.format(name=thing.name)
                known[question] = ATTRIBUTES[key].states(thing.name, told)
        return known


def world(per_sort: int = 24, seed: int = 0) -> World:
    """So many lights, bridges and ferries; the same seed gives the same coast."""
    rng = random.Random(f"coast {seed}")
    names = [f"{head}{tail}".capitalize() for head in _HEADS.split() for tail in _TAILS.split()]
    rng.shuffle(names)
    numbers = rng.sample(range(20, 995), 8 * per_sort)
    people = [f"{first} {last}" for first in _FIRST.split() for last in _LAST.split()]
    rng.shuffle(people)
    things: list[Thing] = []
    for domain, (noun, keys, _) in SORTS.items():
        for place in range(per_sort):
            values = {key: _value(key, numbers, people) for key in keys}
            old = {keys[0]: _value(keys[0], numbers, people)} if place % CHANGED_EVERY == 0 else {}
            as_of = BEGINNING + timedelta(days=len(things) * 7)
            things.append(Thing(f"{names.pop()} {noun}", domain, values, as_of, old))
    return World(tuple(things))


def _value(key: str, numbers: list[int], people: list[str]) -> str:
    if key in ("keeper", "captain"):
        return people.pop()
    return str(1000 + numbers.pop()) if key == "opening" else str(numbers.pop())
