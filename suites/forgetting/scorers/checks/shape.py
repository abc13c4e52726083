"""Which form: lists, titles, highlights, placeholders, postscripts, quotation, JSON, code blocks, parts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import Field

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.answer_text import blocks, normalised
from bakeoff.suites.forgetting.scorers.checks.check import Check, Count, Nothing, counting
from bakeoff.suites.forgetting.scorers.structured import read_json

_BULLET = re.compile(r"^[ \t]*[-*] +\S", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*(\d{1,9})[.)] +\S", re.MULTILINE)
_HIGHLIGHT = re.compile(r"(?<!\*)\*(?![\s*])[^*\n]*[^*\s]\*(?!\*)|\*\*(?![\s*])[^*\n]*[^*\s]\*\*")


class Keys(Record):
    """The keys of a JSON object, all of them and no others."""

    keys: tuple[str, ...] = Field(min_length=1)


class Options(Record):
    """The answers to choose from."""

    options: tuple[str, ...] = Field(min_length=1)


class Parts(Count):
    """How many parts, divided by lines that hold only the separator."""

    separator: str = Field(min_length=1)


class Marker(Record):
    """How the postscript opens."""

    marker: str = "P.S."


def _numbered(text: str) -> int:
    """Lines numbered 1, 2, 3 … in order; -1, which no count admits, where the numbers are others."""
    found = [int(number) for number in _NUMBERED.findall(text)]
    return len(found) if found == [*range(1, len(found) + 1)] else -1


def _is_object(text: str, asked: Keys) -> bool:
    parsed, document = read_json(text)
    return parsed and isinstance(document, dict) and sorted(document) == sorted(asked.keys)


def _parts(text: str, asked: Parts) -> bool:
    cut = re.split(rf"^[ \t]*{re.escape(asked.separator)}[ \t]*$", text, flags=re.MULTILINE)
    return all(part.strip() for part in cut) and asked.admits(len(cut))


def _quoted(text: str) -> bool:
    stripped = text.strip()
    return len(stripped) > 2 and stripped[0] == stripped[-1] == '"'


def _postscript(text: str, asked: Marker) -> bool:
    """A line after the first that opens with the marker and goes on."""
    return re.search(rf"\n[^\S\n]*{re.escape(asked.marker)}[^\S\n]*\S", text) is not None


SHAPE: Mapping[str, Check] = {
    "bullets": counting(lambda text: len(_BULLET.findall(text))),
    "numbered": Check(Count, lambda text, asked: (n := _numbered(text)) >= 0 and asked.admits(n)),
    "title": Check(Nothing, lambda text, _: re.search(r"<<[^<>\n]*\w[^<>\n]*>>", text) is not None),
    "highlights": counting(lambda text: len(_HIGHLIGHT.findall(text))),
    "placeholders": counting(lambda text: len(re.findall(r"\[[^\[\]\n]+\]", text))),
    "postscript": Check(Marker, _postscript),
    "quoted": Check(Nothing, lambda text, _: _quoted(text)),
    "json_keys": Check(Keys, _is_object),
    "fenced": Check(
        Nothing,
        lambda text, _: (
            len(blocks(text)) == 1 and text.strip().endswith("```") and text.strip().startswith("```")
        ),
    ),
    "parts": Check(Parts, _parts),
    "one_of": Check(Options, lambda text, asked: normalised(text) in {normalised(o) for o in asked.options}),
}
