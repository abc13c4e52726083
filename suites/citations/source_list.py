"""The list of sources at the end of an answer: no sentence, but it says what footnotes stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bakeoff.suites.citations.names import Cited, Notes, looks_like_id
from bakeoff.suites.citations.passages import Passages

_HEADS = r"(?:sources?|references?|citations?|footnotes?)"
_HEADER = re.compile(rf"[\s#*_>-]*{_HEADS}[\s*_:]*", re.IGNORECASE)
_INLINE = re.compile(rf"[\s#*_>-]*{_HEADS}[*_]*\s*:[*_]*\s*(?P<rest>\S.*)", re.IGNORECASE)
_DEFINITION = re.compile(r"\s*\[\^?(?P<label>[^\[\]\s]{1,40})\]:\s*(?P<target>\S.*)")
_LABELLED = re.compile(r"\s*(?:\[\^?(?P<a>\d{1,3})\]|(?P<b>\d{1,3})[.)])\s*(?P<target>\S.*)")
_BULLET = re.compile(r"\s*[-*•]\s+(?P<target>\S.*)")
_NUMBER = re.compile(r"\^?\d{1,3}")
_LINK = re.compile(r"<?https?://\S+>?", re.IGNORECASE)
_TAIL = re.compile(rf"(?<=[.!?…)\]\"”])[ \t]+{_HEADS}[ \t]*:[ \t]*(?P<rest>[^:]{{1,500}})\Z", re.IGNORECASE)
_ONLY_MARKERS = re.compile(r"(?:\[\^?[^\[\]\n]{1,80}\][\s,;]*)+")


@dataclass(frozen=True)
class Entry:
    """One line of the list: its label where it has one, and what it names, as written."""

    label: str | None
    target: str


@dataclass(frozen=True)
class SourceList:
    """What the list says: `notes` by label, and everything that it cites, in its order."""

    notes: Notes
    cited: tuple[Cited, ...]


def split_list(text: str, passages: Passages) -> tuple[str, SourceList]:
    """The answer without its list at the end, and the list, empty where there is none.

    A list is what follows a last header such as "Sources:" if every line is an entry; or, without one,
    the last lines of the form `[1]: …`, or `1. …` and `[1] …` with nothing but a link or a known name.
    """
    lines = text.splitlines(keepends=True)
    while lines and not lines[-1].strip():
        lines.pop()
    cut, entries = _headed(lines, passages)
    if cut is None:
        cut, entries = _bare(lines, passages)
    body = "".join(lines[:cut])
    tail = None if entries else _TAIL.search(body.rstrip())
    if tail and all(_names(entry, passages) for entry in _listed(tail["rest"])):
        body, entries = body[: tail.start()], _listed(tail["rest"])
    return body, _read(entries, passages)


def _headed(lines: list[str], passages: Passages) -> tuple[int | None, list[Entry]]:
    entries: list[Entry] = []
    for at in reversed(range(len(lines))):
        line = lines[at].strip()
        inline = _INLINE.fullmatch(line)
        if _HEADER.fullmatch(line):
            return (at, entries[::-1]) if entries else (None, [])
        if inline and not entries:
            return at, _listed(inline["rest"])
        if line:
            entry = _entry(line, passages)
            if entry is None:
                return None, []
            entries.append(entry)
    return None, []


def _bare(lines: list[str], passages: Passages) -> tuple[int, list[Entry]]:
    """The lines from the end up that are definitions, and where they begin."""
    entries: list[Entry] = []
    cut = len(lines)
    for at in reversed(range(len(lines))):
        line = lines[at].strip()
        if not line:
            continue
        defined, labelled = _DEFINITION.fullmatch(line), _LABELLED.fullmatch(line)
        if defined:
            entries.append(Entry(defined["label"], defined["target"]))
        elif labelled and _is_name(labelled["target"], passages):
            entries.append(Entry(labelled["a"] or labelled["b"], labelled["target"]))
        else:
            break
        cut = at
    return cut, entries[::-1]


def _entry(line: str, passages: Passages) -> Entry | None:
    """A line under a header; None where it is a text of another kind."""
    for pattern in (_DEFINITION, _LABELLED):
        match = pattern.fullmatch(line)
        if match:
            groups = match.groupdict()
            return Entry(groups.get("label") or groups.get("a") or groups.get("b"), match["target"])
    bullet = _BULLET.fullmatch(line)
    target = bullet["target"] if bullet else line
    named = bullet or _is_name(target, passages) or _ONLY_MARKERS.fullmatch(line)
    return Entry(None, target) if named else None


def _listed(rest: str) -> list[Entry]:
    """The items of "Sources: a, b; c"; their brackets are dropped."""
    return [Entry(None, item.strip(" []()*_`.")) for item in re.split(r"[,;]|\]\s*\[", rest) if item.strip()]


def _names(entry: Entry, passages: Passages) -> bool:
    return bool(_NUMBER.fullmatch(entry.target)) or _is_name(entry.target, passages)


def _is_name(target: str, passages: Passages) -> bool:
    name = target.strip()
    known = passages.named(name) or passages.titles.get(name.casefold())
    return bool(known) or bool(_LINK.fullmatch(name)) or looks_like_id(name)


def _read(entries: list[Entry], passages: Passages) -> SourceList:
    """An entry in mere words that name no passage says nothing: its number then counts over the contexts."""
    notes: dict[str, tuple[int, ...]] = {}
    cited: list[Cited] = []
    for entry in entries:
        name = entry.target.strip()
        places = passages.described(name)
        if entry.label is None and not places and _NUMBER.fullmatch(name.strip("[] ")):
            places = passages.numbered(int(name.strip("[]^ ")))
        elif not places and not _LINK.search(name) and not looks_like_id(name):
            continue
        if entry.label is not None:
            notes[entry.label] = places
        cited.append(Cited(name, places))
    return SourceList(notes, tuple(dict.fromkeys(cited)))
