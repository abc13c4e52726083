"""Scorer `letter`: which option of a multiple choice an answer picks."""

from __future__ import annotations

import re
import string

from pydantic import Field

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.answer_text import announced, holds, normalised, plain
from bakeoff.suites.forgetting.scorers.mark import Mark

_ALONE = re.compile(r"^\W*([A-Za-z])\W*$")
_LEADING = re.compile(r"^\W*([A-Z])(?:[).:\]]|\s*[-–—]\s|\s*$|\s*\n)")
_TOLD = re.compile(r"^\W*(?:(?:option|choice|letter)\s+)?\W*([A-Z])(?![\w'])")
_NAMED = re.compile(r"\b(?:option|choice|letter)\s+\W?([A-Z])(?!\w)", re.IGNORECASE)
_BRACKETED = re.compile(r"\(([A-Z])\)")
_HEDGE = re.compile(r"\b[A-Z]\)?\s*(?:or|and|/|,)\s*\(?[A-Z]\b")


class LetterSpec(Record):
    """`options`: the texts behind A, B, C …; `answer`: the place of the right one, from 0.

    Without options only letters are read, and the reference is the right one.
    """

    options: tuple[str, ...] = Field(default=(), max_length=26)
    answer: int | None = Field(default=None, ge=0)


def letter(spec: LetterSpec, reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where the answer picks the right option, by its letter or, without any letter, by its text.

    Read in this order: what follows "answer"; a letter that opens the answer ("B", "B) Paris"); "option
    B"; the only letter in brackets; the only option whose text the answer holds. "A or B" picks nothing.
    A letter counts before the text beside it.
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
    found = [match[1].upper() for match in (_ALONE.match(text), _LEADING.match(text)) if match]
    if told and (match := _TOLD.match(told)):
        found.insert(0, match[1].upper())
    for pattern in (_NAMED, _BRACKETED):
        letters = {each.upper() for each in pattern.findall(text)}
        found += letters if len(letters) == 1 else ()
    return next((each for each in found if _offered(each, options)), None) or _by_text(text, told, options)


def _offered(each: str, options: tuple[str, ...]) -> bool:
    return not options or string.ascii_uppercase.index(each) < len(options)


def _by_text(text: str, told: str | None, options: tuple[str, ...]) -> str | None:
    """The letter of the option that is the text, else of the only one that it holds."""
    for piece in (told, text):
        same = [n for n, option in enumerate(options) if piece and normalised(option) == normalised(piece)]
        held = same or [n for n, option in enumerate(options) if piece and holds(piece, option)]
        if len(held) == 1:
            return string.ascii_uppercase[held[0]]
    return None
