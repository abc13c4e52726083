"""Systems whose true ability is known, asked through the ordinary `python` adapter."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

RIGHT, WRONG = "yes", "no"


def ancestor(seed: str, right: float) -> Callable[[str], str]:
    """Right on each question with probability `right`, always the same on the same question."""
    return lambda question: RIGHT if _draw(seed, question) < right else WRONG


def descendant(of: str, right: float, seed: str, forgets: float, gains: float) -> Callable[[str], str]:
    """The ancestor of seed `of`, which forgets a right answer and gains a wrong one with these probabilities."""
    before = ancestor(of, right)

    def answer(question: str) -> str:
        known = before(question) == RIGHT
        changed = _draw(seed, question) < (forgets if known else gains)
        return RIGHT if known != changed else WRONG

    return answer


def independent(seed: str, right: float) -> Callable[[str], str]:
    """The same ability with draws of its own: a model asked again at a temperature above 0."""
    return ancestor(seed, right)


def _draw(seed: str, question: str) -> float:
    return Random(f"{seed}: {question}").random()
