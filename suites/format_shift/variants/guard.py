"""What a variant may not touch: the numbers, names and negations of its original."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from bakeoff.suites.format_shift.variants.english import SPARE, WORD, negation, opening, straight

_NUMBER = re.compile(r"(?:(?<![\w.)])[-−+])?(?:(?<!\d)\.)?\d+(?:[.,:/]\d+)*")


@dataclass(frozen=True)
class Meaning:
    """What is protected in a text, each as often as it occurs; `words` are all its words."""

    numbers: Counter[str]
    negations: Counter[str]
    codes: Counter[str]
    words: Counter[str]


@lru_cache(maxsize=8_192)
def meaning(text: str) -> Meaning:
    """The numbers, negations, tokens with digits and words of a text."""
    found = [(match, _bare(match[0])) for match in WORD.finditer(text)]
    return Meaning(
        numbers=Counter(_NUMBER.findall(text)),
        negations=Counter(no for match, _ in found if (no := negation(match[0]))),
        codes=Counter(_core(token) for token in text.split() if any(map(str.isdecimal, token))),
        words=Counter(word for _, word in found),
    )


@lru_cache(maxsize=8_192)
def names(text: str) -> Counter[str]:
    """The words of a text that look like names, without a possessive's ending.

    >>> sorted(names("Does the Harnolt Max's app run on iOS? The USB cable?"))
    ['Harnolt', 'Max', 'USB', 'iOS']
    """
    return Counter(_bare(match[0]) for match in WORD.finditer(text) if is_name(text, match))


def loss(original: str, variant: str, *, ignore_case: bool = False, answers: str = "") -> str | None:
    """Why the variant does not keep the meaning of its original, or None where it does.

    The numbers must be the same ones as often; negations too ("don't" counts as "not"); names (words with
    a capital that do not open a sentence, or with one inside) and tokens with digits must all still be
    there. So must the words of the acceptable `answers` that the original holds (a passage, a list). Order
    does not matter; case does, in names and tokens, unless `ignore_case`. Words that only look like names
    may be asked for too: that drops a good variant, and never keeps a bad one.
    """
    if original == variant:
        return None
    before, after = meaning(original), meaning(variant)
    if before.numbers != after.numbers:
        return "a number was lost or added"
    if before.negations != after.negations:
        return "a negation was lost or added"
    fold: Callable[[str], str] = str.casefold if ignore_case else str
    if _folded(names(original), fold) - _folded(after.words, fold):
        return "a name was lost"
    if _folded(before.codes, fold) - _folded(after.codes, fold):
        return "a token with digits was lost"
    if answers and answer_words(answers, original) - answer_words(answers, variant):
        return "a word of the answer was lost"
    return None


def answer_words(answers: str, text: str) -> frozenset[str]:
    """The words of the answers that the text holds too, spare ones left out, in small letters."""
    wanted = {word.casefold() for word in meaning(answers).words} - SPARE
    return frozenset(wanted & {word.casefold() for word in meaning(text).words})


def is_name(text: str, match: re.Match[str]) -> bool:
    """Whether the word that was matched in the text looks like a name."""
    word = _bare(match[0])
    if any(letter.isupper() for letter in word[1:]):
        return negation(word) is None
    plain = straight(match[0]).casefold()
    if plain in SPARE or plain.startswith("i'") or negation(plain):
        return False
    return word[:1].isupper() and not opening(text, match.start())


def _bare(word: str) -> str:
    return straight(word).removesuffix("'s").removesuffix("'S")


def _core(token: str) -> str:
    """The token from its first letter or digit to its last."""
    places = [place for place, letter in enumerate(token) if letter.isalnum()]
    return token[places[0] : places[-1] + 1]


def _folded(counts: Counter[str], fold: Callable[[str], str]) -> Counter[str]:
    folded: Counter[str] = Counter()
    for word, count in counts.items():
        folded[fold(word)] += count
    return folded
