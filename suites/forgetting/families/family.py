"""What a capability family is: a name, a chance level and a seeded source of items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from pydantic import JsonValue

from bakeoff.evals.records import Turn


@dataclass(frozen=True)
class Item:
    """One question with its scorer. `reference` is an answer that scores 1.

    `options`: the texts of a multiple choice, for scoring by log-likelihood; the right one is
    `options[spec["answer"]]`. `cluster`: what items share that are not independent of each other.
    """

    question: str
    reference: str
    scorer: str
    spec: Mapping[str, JsonValue] = field(default_factory=dict)
    conversation: tuple[Turn, ...] = ()
    options: tuple[str, ...] = ()
    cluster: str | None = None


@dataclass(frozen=True)
class Family:
    """`chance` is what guessing scores; `items(seed, size)` are the same on every platform.

    A generated family gives `size` distinct items; a written one gives `min(size, all)` in an order that
    the seed decides.
    """

    name: str
    about: str
    written: bool
    chance: float
    items: Callable[[int, int], Sequence[Item]]


_TRIES = 200


def generator(name: str, make: Callable[[Random], Item]) -> Callable[[int, int], Sequence[Item]]:
    """The `items` of a generated family: item i is drawn from `Random(f"{name} {seed} {i}")`.

    An item that was drawn before is drawn again, so that all are distinct. Raises RuntimeError where the
    templates cannot give so many.
    """

    def items(seed: int, size: int) -> Sequence[Item]:
        drawn: dict[tuple[tuple[Turn, ...], str], Item] = {}
        for index in range(size):
            rng = Random(f"{name} {seed} {index}")
            fresh = (item for item in (make(rng) for _ in range(_TRIES)) if _key(item) not in drawn)
            item = next(fresh, None)
            if item is None:
                raise RuntimeError(f"family {name!r} cannot give {size} distinct items")
            drawn[_key(item)] = item
        return tuple(drawn.values())

    return items


def written(name: str, make: Callable[[Random], Sequence[Item]]) -> Callable[[int, int], Sequence[Item]]:
    """The `items` of a written family: all of them, shuffled by `Random(f"{name} {seed}")`, cut to size.

    `make` gets a generator of its own, for what varies within an item, such as the order of options.
    """

    def items(seed: int, size: int) -> Sequence[Item]:
        made = [*make(Random(f"{name} {seed} options"))]
        Random(f"{name} {seed}").shuffle(made)
        return tuple(made[:size])

    return items


def _key(item: Item) -> tuple[tuple[Turn, ...], str]:
    return item.conversation, item.question
