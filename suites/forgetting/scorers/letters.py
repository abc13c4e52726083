"""Scorer `letter`: which option of a multiple choice an answer picks."""

from __future__ import annotations

import re
import string

from pydantic import Field, model_validator

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.answer_text import announced, holds, normalised, plain
from bakeoff.suites.forgetting.scorers.mark import Mark

_ALONE = re.compile(r"^\W*([A-Za-z])\W*$")
_LEADING = re.compile(r"^\W*([A-Z])(?:[).:\]]|\s*[-–—]\s|\s*$|\s*\n)")
_TOLD = re.compile(r"^\W*(?:(?:option|choice|letter)\s+)?\W*([A-Z])(?![\w'])")
_NAMED = re.compile(r"\b(?i:option|choice|letter)(?: is)?[\s:]+\W?([A-Z](?!\w)|[a-z](?=\W*$))")
_BRACKETED = re.compile(r"\(([A-Z])\)")
_HEDGE = re.compile(r"\b[A-Z]\)?\s*(?:or|and|/|,)\s*\(?[A-Z]\b")


class LetterSpec(Record):
    """`options`: the texts behind A, B, C …; `answer`: the place of the right one, from 0.

    Without options only letters are read, and the reference is the right one.
    """

    options: tuple[str, ...] = Field(default=(), max_length=26)
    answer: int | None = Field(default=None, ge=0, le=25)

    @model_validator(mode="after")
    def _answer_is_an_option(self) -> LetterSpec:
        if self.options and self.answer is not None and self.answer >= len(self.options):
            raise ValueError(f"answer {self.answer} is no place of {len(self.options)} options")
        return self


def letter(spec: LetterSpec, reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where the answer picks the right option, by its letter or, without any letter, by its text.

    Read in this order: an option's text and nothing else; the letter after "answer"; a letter that opens
    the answer ("B", "B) Paris"); "option B"; the only letter in brackets; the only option that it holds.
    "A or B" picks nothing. A letter counts before the text beside it.
    """
    read = read_letter(answer, spec.options)
    right = string.ascii_uppercase[spec.answer] if spec.answer is not None else normalised(reference).upper()
    return Mark(float(read == right), detail={"read": read})


def read_letter(answer: str, options: tuple[str, ...] = ()) -> str | None:
    """The letter that an answer picks, None where it picks none or several.

    >>> read_letter("The answer is (B) Paris.")
    'B'
    >>> read_letter("It is Paris.", ("Rome", "Paris"))
    'B'
    """
    text = plain(answer)
    told = announced(text)
    if _HEDGE.search(told or text):
        return None
    said = [piece for piece in (told, text) if piece]
    candidates = [_spelt(said, options), *_letters(text, told), _held(said, options)]
    return next((each for each in candidates if each and _offered(each, options)), None)


def _letters(text: str, told: str | None) -> list[str]:
    """The letters that an answer gives, the surest first."""
    found = [_TOLD.match(told)] if told else []
    letters = [match[1] for match in (*found, _ALONE.match(text), _LEADING.match(text)) if match]
    for pattern in (_NAMED, _BRACKETED):
        each = {letter.upper() for letter in pattern.findall(text)}
        letters += each if len(each) == 1 else ()
    return [letter.upper() for letter in letters]


def _offered(each: str, options: tuple[str, ...]) -> bool:
    return not options or string.ascii_uppercase.index(each) < len(options)


def _spelt(said: list[str], options: tuple[str, ...]) -> str | None:
    """The letter of the option that is, word for word, what was answered; one letter is never a text."""
    for piece in said:
        for letter, option in zip(string.ascii_uppercase, options, strict=False):
            if len(option) > 1 and normalised(option) == normalised(piece):
                return letter
    return None


def _held(said: list[str], options: tuple[str, ...]) -> str | None:
    """The letter of the only option that the answer holds."""
    for piece in said:
        held = [n for n, option in enumerate(options) if holds(piece, option)]
        if len(held) == 1:
            return string.ascii_uppercase[held[0]]
    return None
