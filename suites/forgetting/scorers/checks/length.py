"""How long: words, sentences, paragraphs, lines, characters."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bakeoff.suites.forgetting.scorers.checks.check import Check, Count, counting

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_STOP = re.compile(r"(?<![.!?])[.!?]+[\"')\]]*(?:\s+|$)")


def words(text: str) -> list[str]:
    """Runs of letters and digits; apostrophes and hyphens within a word belong to it."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """Cut after full stops, exclamation and question marks before white space, and at line breaks.

    Plainer than `bakeoff.evals.text.sentences`, so that who counts by hand finds the same.
    """
    pieces = (piece for line in text.splitlines() for piece in _STOP.split(line))
    return [piece.strip() for piece in pieces if re.search(r"\w", piece)]


def paragraphs(text: str) -> list[str]:
    """What stands between blank lines."""
    return [piece for piece in re.split(r"\n\s*\n", text) if piece.strip()]


def _longest(text: str) -> int:
    return max((len(words(sentence)) for sentence in sentences(text)), default=0)


LENGTH: Mapping[str, Check] = {
    "words": counting(lambda text: len(words(text))),
    "sentences": counting(lambda text: len(sentences(text))),
    "paragraphs": counting(lambda text: len(paragraphs(text))),
    "lines": counting(lambda text: sum(bool(line.strip()) for line in text.splitlines())),
    "characters": counting(lambda text: len(text.strip())),
    "sentence_words": Check(Count, lambda text, asked: asked.admits(_longest(text))),
}
"""`sentence_words` counts the words of the longest sentence."""
