"""An answer without the marks that name its sources: "[1]" is no number that the answer asserts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bakeoff.evals.records import Answered

RULE = 1
"""Version of the rules below; it belongs in the fingerprint of every metric that reads answers by them."""

_NOTE = re.compile(r"^[ \t]*\[\^?\d{1,3}\]:.*$", re.MULTILINE)
_BRACKETS = re.compile(r"[ \t]*[\[【]([^\[\]【】\n]{1,200})[\]】]")
_SPLIT = re.compile(r"\s*[,;]\s*")
_NUMBER = re.compile(r"\^?\d{1,3}(?:\s*[-–]\s*\d{1,3})?")
_RAISED = re.compile(r"(?<=[\w.,;:!?)\]])[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?=\W|$)")


def without_marks(text: str, names: Iterable[str] = ()) -> str:
    """The text without "[1]", "[2, 3]", "[^1]", "[name]" for the given names of sources, raised numbers, and
    lines that say what "[1]:" is; a text that is nothing but such marks stays as it is.

    >>> without_marks("It lasts 24 months [1][page-3].", ["page-3"])
    'It lasts 24 months.'
    >>> without_marks("[24]")
    '[24]'
    """
    known = {name.casefold() for name in names}

    def cut(match: re.Match[str]) -> str:
        parts = _SPLIT.split(match[1].strip())
        marks = all(_NUMBER.fullmatch(part) or part.casefold() in known for part in parts)
        return "" if marks else match[0]

    bare = _RAISED.sub("", _BRACKETS.sub(cut, _NOTE.sub("", text)))
    return bare if any(character.isalnum() for character in bare) else text


def said(item: Answered) -> str:
    """What an answer says, without the marks that name its contexts or citations."""
    contexts, citations = item.response.contexts or (), item.response.citations
    names = [name for one in contexts for name in (one.id, one.source) if name]
    return without_marks(item.response.text or "", [*names, *(one.source for one in citations)])
