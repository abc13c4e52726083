"""Systems whose true ability is known, asked through the ordinary `python` adapter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

RIGHT, WRONG = "yes", "no"


Answer = Callable[[str], Awaitable[str]]


def ancestor(seed: str, right: float) -> Answer:
    """Right on each question with probability `right`, always the same on the same question."""

    async def answer(question: str) -> str:
        return RIGHT if _draw(seed, question) < right else WRONG

    return answer


def descendant(of: str, right: float, seed: str, forgets: float, gains: float) -> Answer:
    """The ancestor of seed `of`, forgetting right answers and gaining wrong ones at these rates."""

    async def answer(question: str) -> str:
        known = _draw(of, question) < right
        changed = _draw(seed, question) < (forgets if known else gains)
        return RIGHT if known != changed else WRONG

    return answer


def independent(seed: str, right: float) -> Answer:
    """The same ability with draws of its own: a model asked again at a temperature above 0."""
    return ancestor(seed, right)


def _draw(seed: str, question: str) -> float:
    return Random(f"{seed}: {question}").random()
