"""Family `translation`: everyday phrases from English into French, German, Spanish and Italian."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from bakeoff.suites.forgetting.families.data import rows
from bakeoff.suites.forgetting.families.family import Family, Item, written


def _made(_rng: Random) -> Sequence[Item]:
    """The items of the file: language, phrase, accepted translations divided by bars."""
    return [_item(*row) for row in rows("translation")]


def _item(language: str, phrase: str, accepted: str) -> Item:
    first, *others = accepted.split("|")
    text = f"Translate into {language}: {phrase}\nAnswer with the translation only."
    return Item(text, first, "exact", {"accepted": [*others]})


TRANSLATION = Family(
    name="translation",
    about="Short everyday phrases from English into French, German, Spanish and Italian, 25 each.",
    written=True,
    chance=0.0,
    items=written("translation", _made),
)
