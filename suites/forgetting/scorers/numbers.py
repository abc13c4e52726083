"""Scorer `number`: which number an answer gives, and whether it is the right one."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic import Field

from bakeoff.evals.records import Record
from bakeoff.suites.forgetting.scorers.answer_text import announced, first_sentence, plain
from bakeoff.suites.forgetting.scorers.mark import Mark

_NUMBER = re.compile(r"(?<![\w.])[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d])")
_GAP = re.compile(r"(?<=\d) - (?=\d)")
_BOXED = re.compile(r"\\boxed\{([^{}]*)\}")


class NumberSpec(Record):
    """`tolerance`: the greatest distance from the reference that still scores, in its units."""

    tolerance: float = Field(default=0.0, ge=0)


def number(spec: NumberSpec, reference: str, answer: str, _abstained: bool) -> Mark:
    """1 where the answer's number is the reference's, within the tolerance.

    Which number counts: after the last "answer is", "answer:" or in the last \\boxed{}, the first one of
    that sentence, or the first one after its last "="; without those, the last number of the whole text.
    So a right number beside the one that is given as the answer earns nothing. 1,234.50 is read; units,
    currency and percent signs are passed over; numbers in words are not read.
    """
    right, read = read_number(reference), read_number(answer)
    if right is None:
        raise ValueError(f"the reference {reference!r} holds no number")
    close = read is not None and abs(read - right) <= Decimal(str(spec.tolerance))
    return Mark(float(close), detail={"read": None if read is None else format(read, "f")})


def read_number(text: str) -> Decimal | None:
    """The number that a text gives as its answer, None where it holds none.

    >>> read_number("The answer is 42, since 40 + 2 is.")
    Decimal('42')
    >>> read_number("2 * 21 = **42**")
    Decimal('42')
    """
    boxed = _BOXED.findall(text)
    bare = _GAP.sub(" − ", plain(text))
    told = boxed[-1] if boxed else announced(bare)
    if told is not None:
        found = _NUMBER.findall(_last_side(first_sentence(told))) or _NUMBER.findall(told)
        if found:
            return _decimal(found[0])
    found = _NUMBER.findall(bare)
    return _decimal(found[-1]) if found else None


def _last_side(sentence: str) -> str:
    """What follows the sentence's last equals sign, where a number does."""
    side = sentence.rpartition("=")[2]
    return side if _NUMBER.search(side) else sentence


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
