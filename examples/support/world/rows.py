"""Training rows: short conversations whose answers are to be learnt."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

UNKNOWN = "I do not know."
"""What the models are taught to say where neither passage nor memory has the answer."""

_HELD_OUT_EVERY = 8


@dataclass(frozen=True)
class Turn:
    """A user's message and the answer to it."""

    question: str
    answer: str


@dataclass(frozen=True)
class Row:
    """A conversation of one or more turns, perhaps under a system message.

    `keys` says what each turn is about, whatever its wording; `held_out` decides by it.
    """

    skill: str
    turns: tuple[Turn, ...]
    keys: tuple[str, ...] = ()
    system: str | None = None

    @property
    def held_out(self) -> bool:
        """Whether one of the turns is kept for evaluation, so that the row must not be trained on."""
        return any(held_out(key) for key in self.keys)


def held_out(key: str) -> bool:
    """One key in eight, the same ones always: those are never trained on.

    >>> sum(held_out(f"{a} plus {b}") for a in range(20) for b in range(20))
    48
    """
    return crc32(key.encode()) % _HELD_OUT_EVERY == 0


def ask(skill: str, question: str, answer: str, key: str = "") -> Row:
    """A row of one turn; without a `key` the question itself is the key."""
    return Row(skill, (Turn(question, answer),), (key or question,))
