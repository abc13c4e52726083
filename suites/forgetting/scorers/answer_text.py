"""What a chat model's answer says once its wrapping is off: emphasis, fences, "The answer is"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_QUOTES = str.maketrans("“”„«»‘’`", '"""""\'\'"')
_QUOTED = re.compile(r"\"([^\"\n]+)\"")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,2}(?=\S)|(?<=\S)_{1,2}(?!\w)")
_EDGES = " \t\r\n.,;:!?\"'()[]{}"

_MARKER = re.compile(r"\banswer\b(?:[^.\n]{0,200}?(?:\bis\b|[:=]))?[ \t]*:?", re.IGNORECASE)
"""Where an answer announces itself: "Answer:", "the final answer is", "The answer to 12 - 5 is"."""


def blocks(text: str) -> list[str]:
    """The contents of the text's fenced blocks, in order; one that is never closed is none.

    Line by line, for a regular expression takes quadratic time on openings without an end.

    >>> blocks("Here:\\n```json\\n{}\\n```")
    ['{}\\n']
    """
    found: list[str] = []
    inside: list[str] | None = None
    for line in text.split("\n"):
        mark = line.strip()
        if inside is None:
            inside = [] if mark.startswith("```") else None
        elif mark == "```":
            found.append("".join(f"{each}\n" for each in inside))
            inside = None
        else:
            inside.append(line)
    return found


def plain(text: str) -> str:
    """The text without emphasis, with straight quotes, ASCII minus and composed characters (NFC)."""
    text = unicodedata.normalize("NFC", text).translate(_QUOTES).replace("−", "-").replace("\u00a0", " ")
    return _EMPHASIS.sub("", text).strip()


def announced(text: str) -> str | None:
    """What follows the last "answer is" or "answer:", to the end of the text; None without one.

    >>> announced("The answer to 12 - 5 is 7.")
    '7.'
    """
    found = list(_MARKER.finditer(text))
    return text[found[-1].end() :].strip() if found else None


def first_sentence(text: str) -> str:
    """Up to the first line break, or full stop before white space."""
    return re.split(r"\n|[.!?](?=\s)", text.strip(), maxsplit=1)[0]


def normalised(text: str, *, case: bool = False) -> str:
    """For comparison: one space between words, nothing but words at the ends, lower case unless `case`.

    >>> normalised(' "Good  evening!" ')
    'good evening'
    """
    text = " ".join(plain(text).split()).strip(_EDGES)
    return text if case else text.casefold()


def readings(text: str) -> list[str]:
    """The ways in which a short answer may be wrapped, the whole text first.

    Whole; what follows "answer"; the only quoted or bold piece; the only fenced block; what follows the
    only colon, or the only "is", of a text of one sentence.
    """
    bare = plain(text)
    found = [bare]
    told = announced(bare)
    if told:
        found += [told, first_sentence(told)]
    for pieces in (_QUOTED.findall(bare), _BOLD.findall(text), blocks(text)):
        if len(pieces) == 1:
            found.append(pieces[0])
    if first_sentence(bare).strip(_EDGES) == bare.strip(_EDGES):
        found += [parts[1] for sep in (r":", r"\bis\b") if len(parts := re.split(sep, bare)) == 2]
    return found


def holds(text: str, piece: str, *, case: bool = False) -> bool:
    """Whether the text holds the piece as whole words."""
    wanted = normalised(piece, case=case)
    if not wanted:
        return False
    hay = " ".join(plain(text).split())
    pattern = rf"(?<!\w){re.escape(wanted)}(?!\w)"
    return re.search(pattern, hay if case else hay.casefold()) is not None


def unique(texts: Iterable[str]) -> list[str]:
    """The texts without repeats, in order."""
    return list(dict.fromkeys(texts))
