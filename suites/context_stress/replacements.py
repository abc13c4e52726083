"""What a number, date, code or name may be swapped for: something else of the same form."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

from bakeoff.suites.context_stress.names import Names, stem
from bakeoff.suites.reference.tokens import NUMBER_WORDS, Token, tokens

TRIES = 40
"""Candidates that are drawn of a group, at most."""

DOZEN = 12
"""Up to here a number word is swapped for another of at most this size: "three hours", not "ninety hours"."""

_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_TIME = re.compile(r"(\d{1,2})([:.]\d{2})")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def replacement(
    token: Token, previous: str, names: Names, said: frozenset[str], draw: random.Random
) -> str | None:
    """Another text in the token's place that shares no form with `said` nor with the token; None where there
    is none. `previous` is the word before it, in lower case."""
    for group in _groups(token, previous, names):
        for text in draw.sample(group, len(group)):
            if _fits(text, token, said):
                return text
    return None


def _fits(text: str, token: Token, said: frozenset[str]) -> bool:
    """Whether the text is one token of the same kind that says something new."""
    found = tokens(text)
    if len(found) != 1 or found[0].kind != token.kind:
        return False
    forms = found[0].forms | {f"-{form}" for form in found[0].forms}
    return not forms & (said | token.forms)


def _groups(token: Token, previous: str, names: Names) -> Iterator[Sequence[str]]:
    if token.kind == "date":
        yield _dates(token.text)
    elif token.text.casefold() in NUMBER_WORDS:
        yield _number_words(token.text)
    elif token.kind == "number":
        yield _numbers(token.text)
    elif time := _TIME.fullmatch(token.text):
        yield [f"{hour:0{len(time[1])}d}{time[2]}" for hour in range(6, 22) if len(str(hour)) <= len(time[1])]
    elif any(character.isdigit() for character in token.text):
        yield _with_last(re.compile(r"\d+"), token.text, _numbers)
    else:
        ending = token.text[len(stem(token.text)) :]
        for group in names.like(stem(token.text), previous):
            yield [name + ending for name in group]


def _number_words(word: str) -> list[str]:
    value = int(NUMBER_WORDS[word.casefold()])
    near = [text for text, number in NUMBER_WORDS.items() if (int(number) <= DOZEN) == (value <= DOZEN)]
    return [text.capitalize() if word[0].isupper() else text for text in near]


def _numbers(text: str) -> list[str]:
    """Numbers with as many digits in the same places, from half to twice as large, as round as this one where
    there are enough; years of the same decade or so."""
    match = _NUMBER.search(text)
    if match is None:
        return []
    digits = re.sub(r"\D", "", match.group())
    year = _YEAR.fullmatch(match.group())
    new = _years(int(digits)) if year else _near(int(digits), len(digits))
    return [
        _ORDINAL.sub(
            _ending(number), text[: match.start()] + _as_written(match.group(), number) + text[match.end() :]
        )
        for number in new
    ]


def _years(year: int) -> list[int]:
    return [year + shift for shift in range(-9, 10) if shift]


def _near(number: int, width: int) -> list[int]:
    low, high = (
        max(10 ** (len(str(number)) - 1), -(-number // 2), 2),
        min(10 ** len(str(number)) - 1, 2 * number),
    )
    if width == 1 or number < 10:
        low, high = 2, 9
    step = 10 ** (len(str(number)) - len(str(number).rstrip("0"))) if number else 1
    while step > 1 and (high - low) // step < 4:
        step //= 10
    start = -(-low // step) * step
    every = max(1, (high - start) // step // TRIES)
    return [one for one in range(start, high + 1, step * every) if one != number]


def _as_written(pattern: str, number: int) -> str:
    """The digits of a number in the places of the pattern's digits: 6370 as "4,500" is "6,370"."""
    digits = iter(str(number).zfill(sum(character.isdigit() for character in pattern)))
    return "".join(next(digits) if character.isdigit() else character for character in pattern)


def _ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _dates(text: str) -> list[str]:
    """The date on the other days of its month."""
    if re.match(r"\d{4}-", text):
        return _with_last(_DAY, text, _days)
    match = _DAY.search(text)
    if match is None:
        return []
    return [
        _ORDINAL.sub(_ending(int(day)), text[: match.start()] + day + text[match.end() :])
        for day in _days(match.group())
    ]


def _days(day: str) -> list[str]:
    return [f"{number:02d}" if day.startswith("0") else str(number) for number in range(1, 29)]


def _with_last(pattern: re.Pattern[str], text: str, of: Callable[[str], list[str]]) -> list[str]:
    """The text with each replacement of the last match of a pattern."""
    *_, match = pattern.finditer(text)
    return [text[: match.start()] + new + text[match.end() :] for new in of(match.group())]
