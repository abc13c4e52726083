"""A text as tokens that compare: numbers by value, dates by day, words without case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["word", "number", "date"]

_MONTHS = "january february march april may june july august september october november december"
MONTHS = _MONTHS.split()
_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_TOKEN = re.compile(
    rf"""
      (?P<iso>\b\d{{4}}-\d{{1,2}}-\d{{1,2}}\b)
    | (?P<dmy>\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})\b\.?,?\s+\d{{4}}\b)
    | (?P<mdy>\b(?:{_MONTH})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b)
    | (?P<slash>\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}\b)
    | (?P<word>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\w) | [^\W_]+(?:[.:'’][^\W_]+)*)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_UNITS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_TENS = "thirty forty fifty sixty seventy eighty ninety"
# "one" is left out: it is a pronoun more often than a count.
NUMBER_WORDS = {word: str(n) for n, word in enumerate(_UNITS.split(), 2)} | {
    word: str(n * 10) for n, word in enumerate(_TENS.split(), 3)
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?$")
_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?)([^\W\d_]+)$")


@dataclass(frozen=True)
class Token:
    """`forms` are what the token may be compared as: any shared form is a match."""

    text: str
    forms: frozenset[str]
    kind: Kind
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of a text, in order.

    Numbers compare by value (19.50 is 19.5, 1,000 is 1000, twelve is 12, 12h and 3rd are 12 and 3),
    written-out and ISO dates by day; 03/04/2024 is either of its two readings.

    >>> [sorted(token.forms) for token in tokens("Due on 5 March 2024: $1,250.50")]
    [['due'], ['on'], ['2024-03-05'], ['1250.5']]
    """
    normal = unicodedata.normalize("NFKC", text)
    return [_token(match, normal) for match in _TOKEN.finditer(normal)]


def _token(match: re.Match[str], text: str) -> Token:
    written = match.group()
    days = frozenset(_days(match.lastgroup or "", written))
    if days:
        return Token(written, days, "date", match.start(), match.end())
    number = _number(written.replace(",", "").casefold())
    if number is not None:
        signed = "-" + number if _is_negative(text, match.start()) else number
        return Token(written, frozenset({signed}), "number", match.start(), match.end())
    word = written.casefold().replace("’", "'").removesuffix("'s")
    return Token(written, frozenset({word}), "word", match.start(), match.end())


def _days(group: str, written: str) -> Iterator[str]:
    """The days, in ISO form, that a date may stand for; none where it is no date after all."""
    if group == "word":
        return
    parts = re.findall(r"\d+|[^\W\d_]{3,}", written.casefold())
    numbers = [int(part) for part in parts if part.isdigit()]
    month = next((m for m, name in enumerate(MONTHS, 1) for part in parts if part in (name, name[:3])), 0)
    first, second, last = numbers[0], numbers[1] if group in ("iso", "slash") else month, numbers[-1]
    readings = {
        "iso": [(first, second, last)],
        "slash": [(last, second, first), (last, first, second)],
    }.get(group, [(last, month, first)])
    yield from (f"{y:04d}-{m:02d}-{d:02d}" for y, m, d in readings if 1 <= m <= 12 and 1 <= d <= 31)


def _number(word: str) -> str | None:
    """A number's value in its shortest form, or None."""
    word = NUMBER_WORDS.get(word, word)
    if with_unit := _WITH_UNIT.match(word):
        word = with_unit.group(1)
    if not _NUMBER.match(word) or not word.isascii():
        return None
    whole, _, decimals = word.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")


def _is_negative(text: str, start: int) -> bool:
    """A minus sign stands before the number, and no letter, digit or bracket before that."""
    signed = start > 0 and text[start - 1] in "-−"
    return signed and (start == 1 or text[start - 2].isspace() or text[start - 2] in "([\"'")
