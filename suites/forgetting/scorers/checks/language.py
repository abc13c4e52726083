"""Which language: by the small words that every text of it holds; no model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.checks.check import Check
from bakeoff.suites.forgetting.scorers.checks.length import words

_SMALL_WORDS = """
English: the a an and of to in is are was were it that this with for on as at by from be have has not or
but they we you he she his her their its which can many most

French: le la les un une des du de et est sont dans que qui pour sur avec il elle ils elles nous vous ne
pas au aux ce cette ces son sa ses plus par mais ou on se en

German: der die das ein eine einen einem einer und ist sind in zu den dem des mit von für auf nicht auch
es sich er sie wir ihr man bei aus nach als wie oder aber am im zum zur

Spanish: el la los las un una unos unas de del y es son en que por para con se su sus no al lo como más
pero o muy este esta hay todo también está están

Italian: il lo la i gli le un una di del della dei delle e è sono in che per con si suo sua non al alla
nel nella come più ma o molto questo questa ci anche dal dalla
"""
_lists = (paragraph.split(":") for paragraph in _SMALL_WORDS.strip().split("\n\n"))
SMALL_WORDS: Mapping[str, frozenset[str]] = {name: frozenset(words.split()) for name, words in _lists}


class Language(Record):
    """The language to answer in."""

    language: Literal["English", "French", "German", "Spanish", "Italian"]


def language(text: str) -> str | None:
    """The language whose small words are most, None where none leads or none is there.

    Two to three sentences suffice; lists of nouns have no language here.

    >>> language("Der Hund ist nicht im Haus, und die Katze ist auf dem Dach.")
    'German'
    """
    found = [word.casefold() for word in words(text)]
    counts = {name: sum(word in small for word in found) for name, small in SMALL_WORDS.items()}
    best = max(counts.values())
    leading = [name for name, count in counts.items() if count == best]
    return leading[0] if best and len(leading) == 1 else None


LANGUAGE: Mapping[str, Check] = {
    "language": Check(Language, lambda text, asked: language(text) == asked.language),
}
