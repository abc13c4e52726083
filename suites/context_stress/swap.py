"""A passage that says something else: its numbers, dates or names swapped for others of the same form."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.names import Names
from bakeoff.suites.context_stress.replacements import replacement
from bakeoff.suites.reference.key_values import POLARITY, KeyValue, missing
from bakeoff.suites.reference.tokens import Token, tokens

NOTHING_TO_SWAP = "its answer is no number, date or name"
NOT_IN_GOLD = "its key values do not stand in its gold passage"
NO_OTHER = "nothing of the same form to swap its key values for"


@dataclass(frozen=True)
class Swapped:
    """`true` and `false` are the gold passages as they are and swapped, in order, their characters as NFKC
    writes them; `places` the numbers of those that differ."""

    true: tuple[str, ...]
    false: tuple[str, ...]
    true_values: tuple[str, ...]
    false_values: tuple[str, ...]

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(
            i for i, (one, other) in enumerate(zip(self.true, self.false, strict=True)) if one != other
        )


def swapped(item: Item, names: Names, draw: random.Random) -> Swapped | str:
    """The item's gold passages with the key values of an acceptable answer swapped, or why there are none.

    Of an answer with numbers and dates only those are swapped: its names say what it speaks of. Each
    occurrence of a value is swapped for the same other one, which neither passages nor question hold.
    """
    texts = tuple(unicodedata.normalize("NFKC", passage.text) for passage in item.gold)
    choices = [one.values for one in item.wanted if one.rule == "key_values"]
    if not choices:
        return NOTHING_TO_SWAP
    for values in choices:
        found = _chosen(values, texts)
        if found:
            return _swap(item, texts, found, names, draw)
    return NOT_IN_GOLD


def _chosen(values: Sequence[KeyValue], texts: Sequence[str]) -> list[KeyValue]:
    """The values to swap: those that stand in the texts, the countable ones if there are any."""
    words = [token for text in texts for token in tokens(text)]
    found = [
        (value, next(token for token in words if token.forms & value.forms))
        for value in values
        if not value.forms <= POLARITY and any(token.forms & value.forms for token in words)
    ]
    counts = [value for value, token in found if _is_countable(token)]
    return counts or [value for value, _ in found]


def _is_countable(token: Token) -> bool:
    return token.kind != "word" or any(character.isdigit() for character in token.text)


def _swap(
    item: Item, texts: tuple[str, ...], values: Sequence[KeyValue], names: Names, draw: random.Random
) -> Swapped | str:
    said = {form for text in (*texts, item.sample.question) for token in tokens(text) for form in token.forms}
    said |= {form for one in item.wanted for value in one.values for form in value.forms}
    true, false = [], []
    for value in values:
        token, previous = next(_occurrences(texts, value))
        other = replacement(token, previous, names, frozenset(said), draw)
        if other is None:
            return NO_OTHER
        said |= {form for new in tokens(other) for form in new.forms}
        true.append(token.text)
        false.append(other)
    false = _in_order(true, false)
    changed = tuple(_written(text, values, false) for text in texts)
    if len(missing(values, "\n".join(changed))) < len(values):
        return NO_OTHER
    return Swapped(texts, changed, tuple(true), tuple(false))


def _in_order(true: Sequence[str], false: Sequence[str]) -> list[str]:
    """The false values, in ascending order where the true ones are numbers of one form in that order, so that
    a range stays one: "20 to 29" does not become "32 to 26"."""
    one_form = len({len(text) for text in true}) == 1 and all(text[0].isdigit() for text in true)
    return sorted(false) if one_form and list(true) == sorted(true) else list(false)


def _occurrences(texts: Sequence[str], value: KeyValue) -> Iterator[tuple[Token, str]]:
    """Each token that says the value, with the word before it in lower case."""
    for text in texts:
        before = ""
        for token in tokens(text):
            if token.forms & value.forms:
                yield token, before
            before = token.text.casefold()


def _written(text: str, values: Sequence[KeyValue], others: Sequence[str]) -> str:
    """The text with each value's occurrences replaced, from the end so that places stay."""
    for token in reversed(tokens(text)):
        for value, other in zip(values, others, strict=True):
            if token.forms & value.forms:
                text = text[: token.start] + other + text[token.end :]
                break
    return text
