"""Sentences of a text."""

from __future__ import annotations

import re
import threading
import warnings
from functools import lru_cache
from typing import Any

# pysbd rescans its text for every sentence, so its cost grows with the square of what it is given.
_LONGEST = 2_000

# A line that ends in mid-sentence and goes on in lower case was wrapped by an editor, not by its author.
_WRAP = re.compile(r"(?<=[^\W_]|[,;])[ \t]*(?:\r\n|\n|\r)[ \t]*(?=[a-z])")
_STOP = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+")

_local = threading.local()


def sentences(text: str) -> list[str]:
    """The sentences of an English text, in order, stripped of surrounding white space, none empty.

    A line break ends a sentence unless the next line goes on in lower case (wrapped text). Joined,
    the sentences hold every character of the text other than white space. The time grows linearly
    with the text's length, whatever it contains.

    >>> sentences("It lasts 12 h. Dr. Ray measured it!")
    ['It lasts 12 h.', 'Dr. Ray measured it!']
    """
    found: list[str] = []
    for line in _WRAP.sub(" ", text).splitlines():
        for piece in _pieces(line.strip()):
            found.extend(_split(piece))
    return found


def _pieces(line: str) -> list[str]:
    """Parts of at most `_LONGEST` characters, cut after a sentence, else at a space, else anywhere."""
    pieces = []
    while len(line) > _LONGEST:
        window = line[:_LONGEST]
        stops = [match.end() for match in _STOP.finditer(window)]
        cut = stops[-1] if stops else window.rfind(" ") + 1 or _LONGEST
        pieces.append(line[:cut].strip())
        line = line[cut:]
    pieces.append(line.strip())
    return [piece for piece in pieces if piece]


@lru_cache(maxsize=8_192)
def _split(piece: str) -> tuple[str, ...]:
    """The sentences of one line of at most `_LONGEST` characters."""
    found = [sentence.strip() for sentence in _segmenter().segment(piece)]
    # pysbd marks abbreviations with symbols of its own and finds sentences again by their text;
    # where a text holds such symbols, or a sentence twice, it drops parts: the plain rule does not.
    if "".join("".join(found).split()) != "".join(piece.split()):
        found = [sentence.strip() for sentence in _cut_at_stops(piece)]
    return tuple(sentence for sentence in found if sentence)


def _cut_at_stops(piece: str) -> list[str]:
    ends = [match.end() for match in _STOP.finditer(piece)]
    return [piece[start:end] for start, end in zip([0, *ends], [*ends, len(piece)], strict=True)]


def _segmenter() -> Any:
    """This thread's segmenter: pysbd keeps the text in hand on the object, so threads cannot share one."""
    if not hasattr(_local, "segmenter"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pysbd's patterns are not raw strings
            import pysbd
        _local.segmenter = pysbd.Segmenter(language="en", clean=False)
    return _local.segmenter
