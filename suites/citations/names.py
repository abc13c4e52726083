"""What is written inside a marker: numbers, ranges, footnotes, ids; or no citation at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bakeoff.suites.citations.passages import Passages, Places

Notes = Mapping[str, Places]
"""The passages of each label of an answer's own list of sources; none where the entry names no passage."""

LONGEST_RANGE = 50
"""Most numbers that one range such as `[1-3]` may stand for."""

_NUMBER = re.compile(r"\d{1,3}")
_RANGE = re.compile(r"(\d{1,3})\s*[-–]\s*(\d{1,3})")
_WORDED = re.compile(
    r"(?:doc|document|source|passage|context|chunk|ref)s?\.?\s*#?\s*(?=\d{1,3}$)", re.IGNORECASE
)
_ANNOUNCED = re.compile(r"\s*(?:sources?|references?|refs?|citations?|see|cf)\s*[:.]\s*", re.IGNORECASE)
_ID = re.compile(r"[^\W_][^\s,;()\[\]{}=<>|+*]*[^\W_]")
_MARKS = re.compile(r"[\d#._/-]")
_LETTER = re.compile(r"[^\W\d_]")
_KEY = re.compile(
    r"F\d{1,2}|(?:ctrl|control|alt|shift|cmd|command|option|win|fn|esc)\b.*|(?:[a-z]-[a-z]|\d-\d)+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cited:
    """One citation: the name as the answer writes it, and the passages it names (none: it dangles)."""

    label: str
    places: Places


def cited_names(inside: str, passages: Passages, notes: Notes) -> tuple[Cited, ...]:
    """The citations of a marker with this inside; empty where it is no marker.

    Every part between commas and semicolons must be a name, else only those count that name a passage:
    `[see k-1]` is none, `[k-1, p. 3]` cites k-1 where there is such a passage.
    """
    inside = without_word(inside)
    whole = _known(inside.strip(), passages, notes)
    if whole:
        return whole
    parts = [part for part in re.split(r"[,;]", inside) if part.strip()]
    found = [_one(part.strip(), passages, notes) for part in parts]
    if not all(found):
        found = [_known(part.strip(), passages, notes) for part in parts]
    return tuple(dict.fromkeys(cited for cites in found for cited in cites))


def without_word(inside: str) -> str:
    """The inside of a marker without a word that announces it, such as "Source:"."""
    announced = _ANNOUNCED.match(inside)
    return inside[announced.end() :] if announced else inside


def looks_like_id(name: str) -> bool:
    """Whether a name without blanks is built like an id: letters with a digit or one of `-#._/` among them.

    Keys (`F5`, `Ctrl-C`), character ranges (`A-Z`), dates and decimals do not.

    >>> [looks_like_id(name) for name in ("billing-refunds#2", "faq.md", "sic", "CTRL", "Ctrl-C", "e.g.")]
    [True, True, False, False, False, False]
    """
    plain = _ID.fullmatch(name) and _MARKS.search(name) and _LETTER.search(name)
    return bool(plain) and len(name) > 2 and not _KEY.fullmatch(name)


def _known(name: str, passages: Passages, notes: Notes) -> tuple[Cited, ...]:
    label = name.removeprefix("^")
    if label in notes:
        return (Cited(name, notes[label]),)
    places = passages.named(name)
    return (Cited(name, places),) if places and not _NUMBER.fullmatch(name) else ()


def _one(name: str, passages: Passages, notes: Notes) -> tuple[Cited, ...]:
    """The citations of one part, dangling ones included; empty where it is none."""
    known = _known(name, passages, notes)
    if known:
        return known
    plain = _WORDED.sub("", name.partition("†")[0].removeprefix("^").strip())
    if _NUMBER.fullmatch(plain):
        return (_numbered(plain, passages),)
    between = _RANGE.fullmatch(plain)
    if between:
        first, last = int(between[1]), int(between[2])
        fits = 1 <= first < last < first + LONGEST_RANGE
        return tuple(_numbered(str(n), passages) for n in range(first, last + 1)) if fits else ()
    return (Cited(name, ()),) if name.startswith("^") or looks_like_id(name) else ()


def _numbered(number: str, passages: Passages) -> Cited:
    """An id that is a number wins over the count, and the count over a source of that name."""
    places = passages.ids.get(number) or passages.numbered(int(number)) or passages.sources.get(number, ())
    return Cited(number, places)
