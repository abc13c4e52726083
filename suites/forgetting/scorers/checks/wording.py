"""Which words and letters: keywords, counts of them, openings, endings, case, punctuation marks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import Field

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.checks.check import Check, Count, Nothing, counting
from bakeoff.suites.forgetting.scorers.checks.length import words


class Words(Record):
    """Words or phrases, compared without regard to case."""

    words: tuple[str, ...] = Field(min_length=1)


class WordCount(Count):
    """How often one word."""

    word: str = Field(min_length=1)


class LetterCount(Count):
    """How often one letter, upper and lower case together."""

    letter: str = Field(min_length=1, max_length=1)


class MarkCount(Count):
    """How often one punctuation mark."""

    mark: str = Field(min_length=1, max_length=1)


class Text(Record):
    """A text that must stand somewhere, exactly as given."""

    text: str = Field(min_length=1)


def occurrences(text: str, word: str) -> int:
    """How often a word or phrase stands in a text as whole words, whatever the case."""
    return len(re.findall(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text.casefold()))


def _capitals(text: str) -> int:
    """Words in capitals of at least two letters."""
    return sum(len(word) > 1 and word.isupper() for word in words(text))


WORDING: Mapping[str, Check] = {
    "includes": Check(Words, lambda text, asked: all(occurrences(text, word) for word in asked.words)),
    "excludes": Check(Words, lambda text, asked: not any(occurrences(text, word) for word in asked.words)),
    "word_count": Check(WordCount, lambda text, asked: asked.admits(occurrences(text, asked.word))),
    "letter_count": Check(
        LetterCount, lambda text, asked: asked.admits(text.casefold().count(asked.letter.casefold()))
    ),
    "mark_count": Check(MarkCount, lambda text, asked: asked.admits(text.count(asked.mark))),
    "starts_with": Check(Text, lambda text, asked: text.lstrip().startswith(asked.text)),
    "ends_with": Check(Text, lambda text, asked: text.rstrip().endswith(asked.text)),
    "lowercase": Check(Nothing, lambda text, _: text == text.lower() and text != text.upper()),
    "uppercase": Check(Nothing, lambda text, _: text == text.upper() and text != text.lower()),
    "capital_words": counting(_capitals),
}
