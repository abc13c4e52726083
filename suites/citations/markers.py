"""Where an answer cites: brackets, footnotes, superscripts, links, ids in parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff.suites.citations.names import Cited, Notes, cited_names, without_word
from bakeoff.suites.citations.passages import Passages

Span = tuple[int, int]

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_BRACKET = re.compile(r"[\[【]([^\[\]【】\n]{1,200})[\]】](?:\(([^()\s]{1,500})\))?")
_PARENTHESIS = re.compile(r"\(([^()\n]{1,200})\)")
_SUPERSCRIPT = re.compile(r"[⁰¹²³⁴-⁹]+")
_POWER = re.compile(r"(?:\d|(?<![^\W\d_])(?:[^\W\d_]|[cdhkmnµ]m|ft|in|yd|mi))\Z")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True)
class Marker:
    """A place where the text cites: its span, what it cites, and what of it is no part of the sentence."""

    start: int
    end: int
    cited: tuple[Cited, ...]
    removed: tuple[Span, ...]


def find_markers(text: str, passages: Passages, notes: Notes) -> list[Marker]:
    """All markers in reading order, without overlap; none inside code.

    A bracket glued to a word, such as `args[7]`, cites only where it names a passage.
    """
    taken = bytearray(len(text))
    for match in _CODE.finditer(text):
        _take(taken, match.span())
    found: list[Marker] = []
    for marker in _candidates(text, passages, notes):
        if not any(taken[marker.start : marker.end]):
            found.append(marker)
            _take(taken, (marker.start, marker.end))
    return sorted(found, key=lambda marker: marker.start)


def _take(taken: bytearray, span: Span) -> None:
    taken[span[0] : span[1]] = b"\1" * (span[1] - span[0])


def _candidates(text: str, passages: Passages, notes: Notes) -> Iterator[Marker]:
    for match in _BRACKET.finditer(text):
        yield from _bracket(text, match, passages, notes)
    for match in _PARENTHESIS.finditer(text):
        yield from _parenthesis(match, passages)
    for match in _SUPERSCRIPT.finditer(text):
        if not _POWER.search(text, max(0, match.start() - 4), match.start()):
            yield _whole(match, cited_names(match[0].translate(_PLAIN), passages, notes))


def _bracket(text: str, match: re.Match[str], passages: Passages, notes: Notes) -> Iterator[Marker]:
    cited, target = cited_names(match[1], passages, notes), match[2]
    linked = passages.named(target) if target else ()
    if linked and not cited:  # a link whose words belong to the sentence
        yield Marker(
            match.start(),
            match.end(),
            (Cited(target, linked),),
            ((match.start(), match.start(1)), (match.end(1), match.end())),
        )
        return
    if linked:
        cited = (Cited(match[1], linked),)
    elif match.start() and re.match(r"\w", text[match.start() - 1]):
        cited = tuple(one for one in cited if one.places)
    if cited:
        yield _whole(match, cited)


def _parenthesis(match: re.Match[str], passages: Passages) -> Iterator[Marker]:
    """Only where each part is exactly the id or source of a passage, and no mere number."""
    parts = [part.strip() for part in re.split("[,;]", without_word(match[1]))]
    cited = tuple(Cited(part, passages.named(part)) for part in parts)
    if all(one.places and not one.label.isdigit() for one in cited):
        yield _whole(match, cited)


def _whole(match: re.Match[str], cited: tuple[Cited, ...]) -> Marker:
    return Marker(match.start(), match.end(), cited, (match.span(),))
