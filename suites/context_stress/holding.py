"""What an answer holds: all that a reference asks for, or the values that stood at a swapped place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bakeoff.suites.reference import key_values
from bakeoff.suites.reference.tokens import tokens

RULE = 1
"""Version of the rules below; raise it with every change that can alter a score."""

Side = Literal["true", "false", "both", "neither"]


@dataclass(frozen=True)
class Held:
    """What is missing of the best of the references, what that one asks for, and by which rule."""

    missing: tuple[str, ...]
    wanted: tuple[str, ...]
    rule: str

    @property
    def all(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def held(text: str, question: str, references: Sequence[str]) -> Held:
    """By the reference of which least is missing. Raises ValueError where there is none."""

    def of(reference: str) -> Held:
        wanted = key_values.wanted(reference, question)
        lacking = key_values.missing(wanted.values, text)
        return Held(tuple(lacking), tuple(value.text for value in wanted.values), wanted.rule)

    return min((of(reference) for reference in references), key=lambda one: len(one.missing))


def says(text: str, value: str) -> bool:
    """Whether every token of the value is in the text, numbers by value and dates by day.

    >>> says("It takes twelve days.", "12"), says("It takes 120 days.", "12")
    (True, False)
    """
    there = frozenset[str]().union(*(token.forms for token in tokens(text)))
    parts = tokens(value)
    return bool(parts) and all(part.forms & there for part in parts)


def side(text: str, true_values: Sequence[str], false_values: Sequence[str]) -> Side:
    """Which of two versions an answer gives.

    `true`: all true values and no false one; `false`: the other way round; `both`: values of both sides;
    else `neither`, as where an answer gives one of two values only. Two values at one place that share
    tokens (two people of one surname) are told apart by the rest.
    """
    true, false = (
        [says(text, value) for value in _told_apart(true_values, false_values)],
        [says(text, value) for value in _told_apart(false_values, true_values)],
    )
    if any(true) and any(false):
        return "both"
    if true and all(true):
        return "true"
    return "false" if false and all(false) else "neither"


def _told_apart(values: Sequence[str], others: Sequence[str]) -> list[str]:
    """Each value without the tokens that it shares with its counterpart, unless nothing else is left."""
    pairs = zip(values, others, strict=True)
    return [_without(value, other) or value for value, other in pairs]


def _without(value: str, other: str) -> str:
    shared = frozenset[str]().union(*(token.forms for token in tokens(other)))
    return " ".join(token.text for token in tokens(value) if not token.forms & shared)
