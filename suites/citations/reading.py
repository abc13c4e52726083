"""An answer as sentences, each with what it cites."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bakeoff.evals.records import Citation, Response
from bakeoff.evals.text import sentences
from bakeoff.suites.citations.markers import Marker, find_markers
from bakeoff.suites.citations.names import Cited
from bakeoff.suites.citations.passages import Passages, passages_of
from bakeoff.suites.citations.source_list import SourceList, split_list

RULE = 1
"""Version of the parser; raise it with any change that can change what an answer cites."""

_BETWEEN = re.compile(r"[ \t]*(?:[,;&]|and)?[ \t]*")
_OPENING = re.compile(r"\([ \t]*(?:(?:see|cf\.?|sources?:?)[ \t]*)?\Z", re.IGNORECASE)
_CLOSING = re.compile(r"[ \t]*\)")
_LOOSE_STOP = re.compile(r"(?<=\S)[ \t]+(?=[.,;:!?…](?!\w))")
_GAP = re.compile(r"(?<=\S)[ \t]{2,}")


@dataclass(frozen=True)
class Sentence:
    """A sentence without its markers, and what it cites, each citation once."""

    text: str
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What an answer says and cites. `whole`: its citations are of the answer, not of single sentences.

    Joined, the sentences hold every character of `plain`, the text without markers and list of sources, other
    than white space and stretches without a letter or digit. `passages` are the response's contexts.
    """

    sentences: tuple[Sentence, ...]
    passages: Passages
    plain: str
    whole: bool = False

    @property
    def cites(self) -> bool:
        """Whether there is any citation, dangling ones included."""
        return any(sentence.cited for sentence in self.sentences)


def read(response: Response) -> Reading:
    """Read an answer; a response without text reads as one of no sentences.

    What is cited for the answer as a whole (structured citations without offsets, a list of sources) counts
    only where no sentence cites anything itself, and then for each sentence.
    """
    text, passages = response.text or "", passages_of(response.contexts)
    body, listed = split_list(text, passages)
    if not re.search(r"\w", body):
        body, listed = text, SourceList({}, ())
    markers, loose = _with_structured(
        find_markers(body, passages, listed.notes), response.citations, passages, len(body)
    )
    plain = _without(body, markers)
    found = _sentences(body, plain, [*markers, *_spans(loose, passages, len(body))])
    if found and not any(sentence.cited for sentence in found):
        general = [_structured(one, passages) for one in loose if not _has_place(one, len(body))]
        cited = tuple(dict.fromkeys((*_distinct(general), *_distinct(listed.cited))))
        whole = tuple(replace(sentence, cited=_distinct(cited)) for sentence in found)
        return Reading(whole, passages, plain, whole=bool(cited))
    return Reading(tuple(found), passages, plain)


def said(response: Response) -> str:
    """What an answer says, without the marks that name its sources: "[1]" is no number that it asserts.

    A text that is nothing but marks stays as it is.

    >>> said(Response(text="It lasts 24 months [1]."))
    'It lasts 24 months.'
    >>> said(Response(text="[24]"))
    '[24]'
    """
    plain = " ".join(sentence.text for sentence in read(response).sentences)
    return plain if any(character.isalnum() for character in plain) else response.text or ""


def _with_structured(
    markers: Sequence[Marker], citations: Sequence[Citation], passages: Passages, length: int
) -> tuple[list[Marker], list[Citation]]:
    """The markers, each read with the structured citations upon it, and the citations upon none."""
    loose = list(citations)
    read_with: list[Marker] = []
    for marker in markers:
        upon = [one for one in loose if _has_place(one, length) and _lies_in(one, marker)]
        loose = [one for one in loose if one not in upon]
        read_with.append(
            replace(marker, cited=_agreed(marker.cited, [_structured(c, passages) for c in upon]))
        )
    return read_with, loose


def _agreed(written: tuple[Cited, ...], told: Sequence[Cited]) -> tuple[Cited, ...]:
    """What a marker cites where the system also says it in a structure: the same citation is counted once.

    The marker is the more exact where both name a common passage; where they name different ones the
    structure is the system's own word, unless it names none. What the structure does not mention stays.
    """
    agreed: list[Cited] = []
    left = list(written)
    for one in [one for one in told if one.places]:
        same = [cited for cited in written if set(cited.places) & set(one.places)]
        agreed += same or [one]
        left = [cited for cited in left if cited not in same]
    contradicted = len(agreed) > 0 and not any(cited in written for cited in agreed)
    return tuple(dict.fromkeys(agreed if contradicted else (*agreed, *left)))


def _structured(citation: Citation, passages: Passages) -> Cited:
    return Cited(citation.source, passages.of_source(citation.source.strip()))


def _has_place(citation: Citation, length: int) -> bool:
    return citation.start is not None and 0 <= citation.start < length


def _lies_in(citation: Citation, marker: Marker) -> bool:
    start = citation.start or 0
    end = start if citation.end is None else citation.end
    return marker.start <= start and max(start, end) <= marker.end and start < marker.end


def _spans(citations: Sequence[Citation], passages: Passages, length: int) -> Iterator[Marker]:
    """Structured citations of a stretch of the text, as markers that remove nothing."""
    for one in citations:
        if _has_place(one, length):
            start = one.start or 0
            yield Marker(start, max(start, one.end or 0), (_structured(one, passages),), ())


def _without(body: str, markers: Sequence[Marker]) -> str:
    """The body with blanks for its markers, for what only joins them, and for parentheses around them."""
    characters = list(body)
    for start, end in [*(span for marker in markers for span in marker.removed), *_around(body, markers)]:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def _around(body: str, markers: Sequence[Marker]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(markers):
        start, end = markers[at].start, markers[at].end
        at += 1
        while at < len(markers) and _BETWEEN.fullmatch(body, end, markers[at].start):
            yield end, markers[at].start
            end = markers[at].end
            at += 1
        opening = _OPENING.search(body, max(0, start - 20), start)
        closing = _CLOSING.match(body, end)
        if opening and closing:
            yield opening.start(), start
            yield end, closing.end()


def _sentences(body: str, plain: str, markers: Sequence[Marker]) -> list[Sentence]:
    """The sentences with a letter or digit, each with the citations of its markers and spans."""
    tidy = _GAP.sub(" ", _LOOSE_STOP.sub("", plain)) if markers else plain
    every = sentences(tidy)
    ends = list(accumulate(len("".join(text.split())) for text in every))
    worded = [at for at, text in enumerate(every) if re.search(r"\w", text)]
    before = [0, *accumulate(int(not character.isspace()) for character in plain)]
    cited: dict[int, list[Cited]] = {at: [] for at in worded}
    for marker in markers if worded else ():
        for at in _places(marker, body, plain, before, ends):
            home = worded[max(0, bisect_right(worded, at) - 1)]
            cited[home] += marker.cited
    return [Sentence(every[at], _distinct(cited[at])) for at in worded]


def _places(
    marker: Marker, body: str, plain: str, before: Sequence[int], ends: Sequence[int]
) -> Sequence[int]:
    """Which sentences a marker is of: the one before it (at a line's start: after); a span's: all in it."""
    first = before[marker.start]
    if not marker.removed and before[min(marker.end, len(body))] > first:
        last = before[min(marker.end, len(body))] - 1
        return range(_index(ends, first), _index(ends, last) + 1)
    return [_index(ends, first if _leads(marker, plain) else first - 1)]


def _leads(marker: Marker, plain: str) -> bool:
    """Whether a marker stands at the start of its line, with text after it."""
    line = plain.rfind("\n", 0, marker.start) + 1
    end = plain.find("\n", marker.end)
    rest = plain[marker.end : len(plain) if end < 0 else end]
    return not re.search(r"\w", plain[line : marker.start]) and bool(re.search(r"\w", rest))


def _index(ends: Sequence[int], character: int) -> int:
    """Which sentence holds the character of that number, white space not counted."""
    return min(bisect_right(ends, max(0, character)), len(ends) - 1)


def _distinct(cited: Sequence[Cited]) -> tuple[Cited, ...]:
    """Each citation once: by the passages it names, dangling ones by their label."""
    seen: dict[object, Cited] = {}
    for one in cited:
        seen.setdefault(one.places or one.label, one)
    return tuple(seen.values())
