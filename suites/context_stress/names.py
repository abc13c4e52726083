"""The names of a corpus, so that a name can be swapped for another of its kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bakeoff.suites.reference.key_values import POLARITY, STOP_WORDS
from bakeoff.suites.reference.tokens import MONTHS, Token, tokens

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST = 3
"""Letters of the shortest name that is taken for one."""

_SENTENCE_END = re.compile(r"[.!?:\n]")
_ENDING = re.compile(r"['’]s?$")


@dataclass(frozen=True)
class Names:
    """All names in order, and those that stand behind a given word ("in", "called")."""

    every: tuple[str, ...] = ()
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def like(self, name: str, previous: str) -> list[tuple[str, ...]]:
        """Groups of names to draw from, the fittest group first: of the same series (months, weekdays),
        behind the same word, any; all of the same shape (capitals only, or not)."""
        for series in (WEEKDAYS, tuple(MONTHS)):
            if name.casefold() in series:
                return [tuple(one.capitalize() for one in series)]
        groups = (self.behind.get(previous, ()), self.every)
        return [tuple(one for one in group if one.isupper() == name.isupper()) for group in groups]


def names_of(texts: Iterable[str]) -> Names:
    """The capitalised words inside sentences that never occur in lower case, without digits."""
    found: dict[str, set[str]] = {}
    lower: set[str] = set()
    for text in texts:
        normal = unicodedata.normalize("NFKC", text)
        words = tokens(normal)
        lower.update(word.text for word in words if word.text.islower())
        for name, previous in _capitalised(words, normal):
            found.setdefault(name, set()).add(previous)
    kept = sorted(name for name in found if name.casefold() not in lower)
    behind: dict[str, list[str]] = {}
    for name in kept:
        for previous in sorted(found[name]):
            behind.setdefault(previous, []).append(name)
    return Names(tuple(kept), {key: tuple(names) for key, names in behind.items()})


def stem(name: str) -> str:
    """A name without its ending of possession.

    >>> stem("Oskelby's")
    'Oskelby'
    """
    return _ENDING.sub("", name)


def _capitalised(words: Sequence[Token], text: str) -> Iterator[tuple[str, str]]:
    """Each name of a text with the word before it, in lower case."""
    for before, word in pairwise(words):
        name = stem(word.text)
        if word.kind != "word" or not name[0].isupper() or not name.isalpha() or len(name) < SHORTEST:
            continue
        known = name.casefold() in STOP_WORDS | POLARITY | set(WEEKDAYS) | set(MONTHS)
        if not known and not _SENTENCE_END.search(text, before.end, word.start):
            yield name, before.text.casefold()
