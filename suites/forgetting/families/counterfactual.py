"""Family `counterfactual`: the answer stands in the passage and contradicts what a model remembers.

Whether a tuned model still reads what it is given, or answers from memory (METHODS.md §4, RAG-skill probe).
"""

from __future__ import annotations

from random import Random

from pydantic import JsonValue

from bakeoff.suites.forgetting.families.data import rows
from bakeoff.suites.forgetting.families.family import Family, Item, generator
from bakeoff.suites.forgetting.families.names import PEOPLE, invented

_FACTS = tuple((kind, thing, truth, question) for kind, thing, truth, question in rows("facts"))

_MORE = {
    "capital": (
        "Lyon",
        "Milan",
        "Porto",
        "Hamburg",
        "Bergen",
        "Krakow",
        "Osaka",
        "Mombasa",
        "Toronto",
        "Graz",
    ),
    "author": ("Balzac", "Schiller", "Ibsen", "Chekhov", "Woolf", "Dante", "Molière", "Zola"),
    "planet": ("Venus", "Uranus", "Earth"),
    "metal": ("zinc", "nickel", "chromium", "cobalt", "titanium"),
    "count": ("5", "9", "10", "13", "20", "30", "48", "72"),
    "painter": ("Monet", "Dürer", "Goya", "Klimt", "Hals", "Turner"),
    "animal": ("otter", "badger", "heron", "camel", "hedgehog", "tortoise"),
    "colour": ("purple", "orange", "grey", "pink"),
}
"""False answers of each kind beside those that are true of something else."""

_IN_WORDS = dict(zip("3456789", ["three", "four", "five", "six", "seven", "eight", "nine"], strict=True)) | {
    "10": "ten",
    "11": "eleven",
    "12": "twelve",
    "13": "thirteen",
    "20": "twenty",
    "30": "thirty",
    "60": "sixty",
}

_SAYING = (
    "In this book, {thing} is {value}.",
    "By the decree of {year}, {thing} is {value}.",
    "Ever since {year}, {thing} has been {value}.",
    "Every child of {place} learns that {thing} is {value}.",
)
_AROUND = (
    "{who} of {place} wrote it down in {year}.",
    "The chronicle of {place} was printed in {year}.",
    "{who} keeps a copy in {place}.",
    "It was read aloud at the fair of {place}.",
    "The first edition was bound by {who}.",
    "The pages were damaged in the flood of {year}.",
    "{who} and the school of {place} use it as their textbook.",
)


def _item(rng: Random) -> Item:
    kind, thing, truth, question = rng.choice(_FACTS)
    value = rng.choice(_false_values(kind, truth))
    said = rng.choice(_SAYING).format(thing=thing, value=value, year=_year(rng), place=invented(rng))
    around = [
        line.format(who=f"{rng.choice(PEOPLE)} {invented(rng)}", place=invented(rng), year=_year(rng))
        for line in rng.sample(_AROUND, 3)
    ]
    sentences = [around[0], said, *around[1:]]
    text = (
        "Answer from the passage alone, even where it differs from what you know, in a few words.\n\n"
        f"Passage: {' '.join(sentences)}\n\nQuestion: {question}, according to the passage?"
    )
    return Item(text, value, "contains", {"accepted": _forms(value)[1:], "rejected": _forms(truth)})


def _false_values(kind: str, truth: str) -> list[str]:
    """Values of the same kind that are not the truth, each once, in the order of the file."""
    others = [value for other, _, value, _ in _FACTS if other == kind]
    return [value for value in dict.fromkeys([*others, *_MORE[kind]]) if value != truth]


def _forms(value: str) -> list[JsonValue]:
    """The value, and a small number in words too."""
    return [value, _IN_WORDS[value]] if value in _IN_WORDS else [value]


def _year(rng: Random) -> int:
    return rng.randint(1502, 1898)


COUNTERFACTUAL = Family(
    name="counterfactual",
    about="A passage states something untrue about a well-known matter; the answer is what the passage says.",
    written=False,
    chance=0.0,
    items=generator("counterfactual", _item),
)
