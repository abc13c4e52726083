"""Words that the seeded templates draw from, and invented names made of syllables."""

from __future__ import annotations

from random import Random

_LISTS = """
people: Ada Alma Amir Anouk Arne Asha Bela Bruno Carla Chidi Clara Daan Dalia Dario Edith Elif Emil Esra Farid
Fay Felix Fiona Gita Goran Greta Hanna Hugo Ibrahim Ida Igor Ines Ivo Jana Jonas Joy Julia Kai Karim
Kira Lars Lena Leo Lila Luca Maja Marco Mila Milo Nadia Nina Noor Olga Oskar Otto Petra Pia Priya Rafa
Ravi Rosa Ruth Samir Sara Selma Simon Sofia Stefan Tara Theo Tilda Uma Vera Viktor Wanda Yara Yusuf Zoe

things: apples baskets beads bolts books bottles boxes buckets bulbs buttons cakes candles cards chairs coins
crates cups eggs envelopes feathers flags forks gloves hats jars kettles keys ladders lamps lemons
letters maps marbles melons mugs nails notebooks onions oranges pans pears pencils pillows plates plums
postcards posters pots potatoes ribbons rings ropes rulers scarves seeds shells shirts socks spoons
stamps stickers stones tickets tiles towels tulips umbrellas vases

words: amber anchor apron arrow autumn bamboo banner barrel basin beacon birch blanket blossom branch bridge
bronze bucket butter cabin candle canyon carpet castle cedar chapel cherry circle clover cobalt copper
coral cotton cradle crystal curtain dagger dolphin donkey dragon ember engine fabric falcon feather
fiddle finger forest fountain garden garlic ginger glacier goblet granite hammer harbour harvest helmet
hollow honey island ivory jacket jungle kettle kitten ladder lantern lemon linen lizard lobster magnet
maple marble meadow mirror mitten monkey mortar mountain mustard napkin needle nettle oyster paddle
palace parrot pebble pepper pigeon pillow planet pocket pumpkin puzzle quarry rabbit raven ribbon river
rocket saddle sailor salmon satchel scarlet shadow shelter shovel silver sparrow spider spruce summer
sunset temple thistle thunder timber tinder tunnel turnip turtle valley velvet violin walnut wagon water
willow window winter yellow zebra

openings: b br d dr f fl g gr h j k kl l m n p pr r s st t tr v w z

vowels: a e i o u ai ea ou

endings: ck d l ld m n nd r rk s st t th x
"""


def word_lists(text: str) -> dict[str, tuple[str, ...]]:
    """Lists by name, from paragraphs such as "colours: red blue"."""
    found = (paragraph.split(":") for paragraph in text.strip().split("\n\n"))
    return {name: tuple(words.split()) for name, words in found}


_lists = word_lists(_LISTS)
PEOPLE, THINGS, WORDS = _lists["people"], _lists["things"], _lists["words"]


def invented(rng: Random, syllables: int = 2) -> str:
    """A capitalised name that is, most likely, nobody's and nowhere's: "Brelost"."""
    parts = [rng.choice(_lists["openings"]) + rng.choice(_lists["vowels"]) for _ in range(syllables)]
    return ("".join(parts) + rng.choice(_lists["endings"])).capitalize()


def series(items: list[str]) -> str:
    """A list in prose.

    >>> series(["a", "b", "c"])
    'a, b and c'
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
