"""What an answer must hold to be right whatever its form: the reference's names, numbers and dates.

METHODS.md §3, "Outcome y of a shifted item": token F1 would punish an answer for being JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bakeoff.suites.reference.tokens import Token, tokens

RULE = 1
"""Version of the rules below; raise it with every change that can alter a score."""

SHORT = 3
"""In a reference of at most so many words a capital is a name even at the start: "Paris in 1990"."""

_STOP_WORDS = """
    a about after all also am an and any are as at be because been before being but by can could did do
    does for from had has have he her here him his how i if in into is it its just me more most must my
    of on only or other our out over she should so some such than that the their them then there these
    they this those to under up us very was we were what when where which while who will with would you
    your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
POLARITY = frozenset({"yes", "no"})
_SENTENCE_END = re.compile(r"[.!?:\n]")


@dataclass(frozen=True)
class KeyValue:
    """One thing that must be said; any of `forms` says it."""

    text: str
    forms: frozenset[str]


@dataclass(frozen=True)
class Wanted:
    """What the answer must hold, all of it, and by which rule it was found."""

    values: tuple[KeyValue, ...]
    rule: Literal["key_values", "content_words"]


@lru_cache(maxsize=16_384)
def wanted(reference: str, question: str = "") -> Wanted:
    """The key values of a reference; none where it holds no word at all.

    Numbers, dates, capitalised words inside a sentence, words with digits or in capitals, and a leading
    yes or no. What the question says itself is not asked of the answer, or a short answer in the form
    that was asked for would lose to a full sentence; unless nothing else is there, when its numbers are.
    Without key values: the content words that the question lacks, then whatever words there are.

    >>> [value.text for value in wanted("The Calvorn Pro is covered for 24 months.", "Calvorn Pro?").values]
    ['24']
    """
    words = tokens(reference)
    said = frozenset[str]().union(*(token.forms for token in tokens(question)))
    content = [word for word in words if not word.forms <= STOP_WORDS]
    keys = _keys(words, reference)
    choices: tuple[tuple[Literal["key_values", "content_words"], Sequence[Token]], ...] = (
        ("key_values", [key for key in keys if _is_polar(key, words) or not key.forms & said]),
        ("key_values", [key for key in keys if key.kind != "word"]),
        ("content_words", [word for word in content if not word.forms & said]),
        ("key_values", keys),
        ("content_words", content or words),
    )
    rule, chosen = next((choice for choice in choices if choice[1]), choices[-1])
    return Wanted(tuple(_distinct(chosen)), rule)


def missing(values: Iterable[KeyValue], payload: str) -> list[str]:
    """The values that a payload does not hold, as the reference writes them; whole tokens count.

    >>> missing(wanted("It takes 1 day.").values, "10 days")
    ['1']
    """
    held = frozenset[str]().union(*(token.forms for token in tokens(payload)))
    return [value.text for value in values if not value.forms & held]


def _keys(words: Sequence[Token], text: str) -> list[Token]:
    names = {
        form
        for i, word in enumerate(words)
        if word.text[0].isupper() and (len(words) <= SHORT or not _opens_sentence(words, i, text))
        for form in word.forms
    } - STOP_WORDS
    return [word for word in words if _is_key(word, names) or _is_polar(word, words)]


def _is_key(word: Token, names: set[str]) -> bool:
    if word.kind != "word" or any(character.isdigit() for character in word.text):
        return True
    shouted = len(word.text) > 1 and word.text.isupper() and not word.forms <= STOP_WORDS
    return shouted or (word.text[0].isupper() and word.forms <= names)


def _is_polar(word: Token, words: Sequence[Token]) -> bool:
    return word is words[0] and word.forms <= POLARITY


def _opens_sentence(words: Sequence[Token], i: int, text: str) -> bool:
    return i == 0 or bool(_SENTENCE_END.search(text, words[i - 1].end, words[i].start))


def _distinct(words: Iterable[Token]) -> Iterable[KeyValue]:
    seen: dict[frozenset[str], str] = {}
    for word in words:
        seen.setdefault(word.forms, word.text)
    return (KeyValue(text, forms) for forms, text in seen.items())
