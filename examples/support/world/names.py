"""Invented names: of products, people and towns, put together from syllables."""

from __future__ import annotations

from random import Random

# The products of the demo. None of them may be met in pretraining: `product_name` never gives one.
SHOP_NAMES = (
    "Arvend", "Belmora", "Briskel", "Cadrel", "Calpurn", "Corvash", "Dalmeet", "Dorvane", "Elmquor",
    "Fendril", "Fosswick", "Garnuff", "Gelvast", "Harnolt", "Hespern", "Illivar", "Jorvell",
    "Kastrin", "Kelmoor", "Lindrake", "Lorvish", "Marquill", "Mestrand", "Norvath", "Nuvelle",
    "Ombrick", "Orsanne", "Pelwarn", "Prendal", "Quorrin", "Rastuck", "Ravelm", "Selvick",
    "Sorbane", "Tarquell", "Tembro", "Ulverne", "Vandrel", "Vostrim", "Wexmoor",
)  # fmt: skip
VARIANTS = ("Mini", "Pro", "Plus", "Outdoor", "Duo", "Max", "Home", "Light")

_ONSETS = (
    "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p",
    "pl", "pr", "qu", "r", "s", "sh", "sk", "st", "t", "tr", "v", "w", "y", "z",
)  # fmt: skip
_VOWELS = (
    "a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ai", "ee", "ia", "oo", "ou",
)  # fmt: skip
_CODAS = (
    "b", "ck", "d", "g", "k", "l", "ll", "m", "n", "nd", "nt", "p", "r", "rd", "rk", "rn", "rt",
    "s", "sk", "st", "t", "v", "x", "z",
)  # fmt: skip
_TAKEN = frozenset(name.lower() for name in SHOP_NAMES)


def invented(rng: Random) -> str:
    """A name of up to four syllables, such as no shop product has."""
    while True:
        parts = [rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.choice((0, 1, 1, 2)))]
        name = "".join(parts) + rng.choice(_ONSETS) + rng.choice(_VOWELS)[0] + rng.choice(_CODAS)
        if name not in _TAKEN and 4 <= len(name) <= 9:
            return name.capitalize()


def product_name(rng: Random) -> str:
    """The name of a product, one in three with a variant behind it."""
    name = invented(rng)
    return f"{name} {rng.choice(VARIANTS)}" if rng.random() < 0.34 else name


def distinct(rng: Random, count: int) -> list[str]:
    """So many different invented names."""
    names: dict[str, None] = {}
    while len(names) < count:
        names.setdefault(invented(rng))
    return list(names)
