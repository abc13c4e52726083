"""Scorers of texts: `exact`, `contains`, `regex` and `list`."""

from __future__ import annotations

import json
import re
from typing import Literal

from pydantic import field_validator

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.answer_text import (
    announced,
    blocks,
    holds,
    normalised,
    plain,
    readings,
    unique,
)
from bakeoff.suites.forgetting.scorers.mark import Mark

_BULLET = re.compile(r"^[ \t]*(?:[-*•]|\d+[.)])[ \t]+(\S.*)$", re.MULTILINE)
_ARRAY = re.compile(r"\[[^\[\]]*\]")


class ExactSpec(Record):
    """`accepted`: further right answers beside the reference; `case`: upper and lower case differ."""

    accepted: tuple[str, ...] = ()
    case: bool = False


def exact(spec: ExactSpec, reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where one reading of the answer (`answer_text.readings`) is the reference or an accepted text.

    Compared without emphasis, quotes and punctuation at the ends; accents count.
    """
    right = {normalised(text, case=spec.case) for text in (reference, *spec.accepted)}
    read = unique(normalised(text, case=spec.case) for text in readings(answer))
    hit = next((text for text in read if text in right and text), None)
    return Mark(float(hit is not None), detail={"read": hit if hit is not None else read[0]})


class ContainsSpec(ExactSpec):
    """`rejected`: texts that an answer must not hold, such as the passage's other names."""

    rejected: tuple[str, ...] = ()


def contains(spec: ContainsSpec, reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where the answer holds the reference, or an accepted text, as whole words and no rejected one.

    Naming the right and a rejected value scores 0, whichever of them was meant.
    """
    found = [t for t in (reference, *spec.accepted) if holds(answer, t, case=spec.case)]
    beside = [t for t in spec.rejected if holds(answer, t, case=spec.case)]
    return Mark(float(bool(found) and not beside), detail={"found": [*found], "rejected": [*beside]})


class RegexSpec(Record):
    """`pattern` in Python's syntax; `match`: the whole stripped answer, or a part of it."""

    pattern: str
    match: Literal["whole", "part"] = "whole"
    case: bool = True

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return pattern


def regex(spec: RegexSpec, _reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where the pattern matches; a full stop matches line breaks too."""
    flags = re.DOTALL | (0 if spec.case else re.IGNORECASE)
    look = re.fullmatch if spec.match == "whole" else re.search
    found = look(spec.pattern, answer.strip(), flags)
    return Mark(float(found is not None), detail={"matched": found[0] if found else None})


class ListSpec(Record):
    """`items`: the right list (default: the reference, read as an answer is); `ordered`: order counts."""

    items: tuple[str, ...] | None = None
    ordered: bool = True
    case: bool = False


def listed(spec: ListSpec, reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where the answer's list has the same items, in order unless the spec says otherwise.

    Read as a list: the last JSON array; else bullet or numbered lines; else what is between commas (or
    lines, where there are no commas) after "answer", or after the last colon.
    """
    right = [*(spec.items if spec.items is not None else read_list(reference))]
    read = read_list(answer)
    left, other = ([normalised(item, case=spec.case) for item in items] for items in (right, read))
    same = left == other if spec.ordered else sorted(left) == sorted(other)
    return Mark(float(same), detail={"read": [*read]})


def read_list(answer: str) -> list[str]:
    """The items of the list in an answer; what `listed` compares.

    >>> read_list("Sorted: fig, pear and plum.")
    ['fig', 'pear', 'plum.']
    """
    fenced = blocks(answer)
    text = fenced[-1] if fenced else answer
    array = _json_array(text)
    if array is not None:
        return array
    lines = _BULLET.findall(text)
    if len(lines) > 1 or (lines and len(text.strip().splitlines()) == 1):
        return [plain(line) for line in lines]
    bare = plain(text)
    told = announced(bare) or bare.rpartition(":")[2]
    pieces = told.split(",") if "," in told else told.splitlines()
    if len(pieces) < 2 or re.match(r"\s*and\s", pieces[-1]) or "," in told:
        pieces = [part for piece in pieces for part in re.split(r"(?:^|\s)and\s", piece)]
    return [piece.strip() for piece in pieces if piece.strip()]


def _json_array(text: str) -> list[str] | None:
    """The last JSON array of scalars in a text, or Python's list with single quotes."""
    for found in reversed(_ARRAY.findall(text)):
        for tried in (found, found.replace("'", '"')):
            try:
                items = json.loads(tried)
            except ValueError:
                continue
            return [item if isinstance(item, str) else json.dumps(item) for item in items]
    return None
