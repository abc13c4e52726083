"""Family `reading`: a passage about invented people, places or things, and a question that it answers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from bakeoff.suites.forgetting.families.family import Family, Item, generator
from bakeoff.suites.forgetting.families.names import PEOPLE, invented, series, word_lists

_LISTS = """
jobs: baker carpenter chemist clerk dentist farmer gardener jeweller librarian mason nurse painter pilot
plumber potter surveyor tailor teacher translator weaver

hobbies: archery birdwatching chess climbing fencing fishing juggling kayaking knitting origami orienteering
pottery rowing sailing sewing skating surfing whittling
"""
_JOBS, _HOBBIES = word_lists(_LISTS).values()
_FILLERS = (
    "The harbour road was closed for repairs that spring.",
    "Most of the letters from that time are kept in the town hall.",
    "It rained on nearly every market day.",
    "The newspaper reported on it only briefly.",
    "Visitors came from as far as the coast.",
    "The old mill was still in use in those days.",
    "Nobody remembers who had the idea first.",
    "A photograph of the meeting hangs in the library.",
    "The winter had been mild and the roads were open.",
    "The schoolmaster wrote down what he heard.",
    "There was no railway yet.",
    "The accounts were kept in a green ledger.",
)


def _item(rng: Random) -> Item:
    told, question, answer, others = rng.choice(_PASSAGES)(rng)
    sentences = [*told, *rng.sample(_FILLERS, 2)]
    rng.shuffle(sentences)
    text = (
        f"Read the passage and answer the question with a few words from it.\n\n{' '.join(sentences)}\n\n"
        f"Question: {question}"
    )
    return Item(text, answer, "contains", {"accepted": [], "rejected": [*others]})


Passage = tuple[list[str], str, str, list[str]]
"""The sentences that matter, the question, its answer, and the passage's other values of that sort."""


def _places(rng: Random, count: int) -> list[str]:
    """Invented names that differ."""
    found: list[str] = []
    while len(found) < count:
        name = invented(rng)
        found += [] if name in found else [name]
    return found


def _people(rng: Random) -> Passage:
    count = 4
    people, towns = rng.sample(PEOPLE, count), _places(rng, count)
    jobs, hobbies = rng.sample(_JOBS, count), rng.sample(_HOBBIES, count)
    told = [
        f"{person} is a {job} in {town} and spends the evenings with {hobby}."
        for person, job, town, hobby in zip(people, jobs, towns, hobbies, strict=True)
    ]
    one = rng.randrange(count)
    asked: list[tuple[str, list[str]]] = [
        (f"In which town does {people[one]} work?", towns),
        (f"What is the occupation of {people[one]}?", jobs),
        (f"Who works in {towns[one]}?", people),
        (f"In which town does the person work whose hobby is {hobbies[one]}?", towns),
        (f"What is the hobby of the {jobs[one]}?", hobbies),
    ]
    question, values = rng.choice(asked)
    return told, question, values[one], _others(values, one)


def _events(rng: Random) -> Passage:
    count = 4
    towns, founders = _places(rng, count), rng.sample(PEOPLE, count)
    years = rng.sample(range(1701, 1939), count)
    told = [
        f"The bridge at {town} was opened in {year}, in the presence of {who}."
        for town, year, who in zip(towns, years, founders, strict=True)
    ]
    one = rng.randrange(count)
    first, last = years.index(min(years)), years.index(max(years))
    asked: list[tuple[str, list[str], int]] = [
        (f"In which year was the bridge at {towns[one]} opened?", [str(year) for year in years], one),
        (f"Which town's bridge was opened in {years[one]}?", towns, one),
        ("Which town's bridge is the oldest?", towns, first),
        ("Which town's bridge was opened last?", towns, last),
        (f"Who was present in {years[one]}?", founders, one),
        ("Who was present when the last of the bridges was opened?", founders, last),
    ]
    question, values, place = rng.choice(asked)
    return told, question, values[place], _others(values, place)


def _products(rng: Random) -> Passage:
    count = 4
    makers, products = _places(rng, count), _places(rng, count)
    weights = rng.sample(range(105, 995), count)
    prices = rng.sample(range(12, 99), count)
    told = [
        f"The lamp {product}, made by {maker}, weighs {weight} grams and costs {price} euros."
        for product, maker, weight, price in zip(products, makers, weights, prices, strict=True)
    ]
    one = rng.randrange(count)
    heaviest, cheapest = weights.index(max(weights)), prices.index(min(prices))
    asked: list[tuple[str, list[str], int]] = [
        (f"How many grams does the lamp {products[one]} weigh?", [str(weight) for weight in weights], one),
        (f"Which firm makes the lamp {products[one]}?", makers, one),
        ("Which lamp is the heaviest?", products, heaviest),
        ("Which firm makes the cheapest lamp?", makers, cheapest),
        (f"Which lamp costs {prices[one]} euros?", products, one),
    ]
    question, values, place = rng.choice(asked)
    return told, question, values[place], _others(values, place)


def _votes(rng: Random) -> Passage:
    people, town = rng.sample(PEOPLE, 5), invented(rng)
    office = rng.choice(
        ("mayor", "treasurer", "head of the choir", "captain of the fire brigade", "secretary")
    )
    year = rng.randint(1850, 1990)
    told = [
        f"Until {year} the {office} of {town} was {people[0]}.",
        f"In the election that followed, {people[1]} had the most votes, but declined.",
        f"So the office went to {people[2]}, who had come second.",
        f"The votes were counted by {people[3]}.",
        f"A complaint was made by {people[4]} and dismissed.",
    ]
    asked = [
        (f"Who became {office} after the election?", 2),
        (f"Who was {office} before the election?", 0),
        ("Who won the most votes?", 1),
        ("Who counted the votes?", 3),
        ("Who complained?", 4),
    ]
    question, place = rng.choice(asked)
    return told, question, people[place], _others(people, place)


def _recipe(rng: Random) -> Passage:
    who, other, town = *rng.sample(PEOPLE, 2), invented(rng)
    spices = rng.sample(("cumin", "saffron", "nutmeg", "paprika", "thyme", "ginger", "fennel", "mustard"), 4)
    minutes = rng.sample(range(11, 89), 3)
    told = [
        f"The soup of {town} is made with {series(spices[:3])}, never with {spices[3]}.",
        f"{who} boils it for {minutes[0]} minutes, {other} for {minutes[1]}.",
        f"Before it is served it rests for {minutes[2]} minutes.",
    ]
    numbers = [str(each) for each in minutes]
    asked: list[tuple[str, list[str], int]] = [
        (f"For how many minutes does {who} boil the soup?", numbers, 0),
        (f"For how many minutes does {other} boil the soup?", numbers, 1),
        ("For how many minutes does the soup rest?", numbers, 2),
        (f"Which spice is never used in the soup of {town}?", spices, 3),
    ]
    question, values, place = rng.choice(asked)
    return told, question, values[place], _others(values, place)


def _others(values: list[str], place: int) -> list[str]:
    return [value for n, value in enumerate(values) if n != place]


_PASSAGES: tuple[Callable[[Random], Passage], ...] = (_people, _events, _products, _votes, _recipe)

READING = Family(
    name="reading",
    about="Passages about invented people, bridges, lamps, elections and soups, with a question each.",
    written=False,
    chance=0.0,
    items=generator("reading", _item),
)
