"""What the candidates are tuned on. The closed-book facts are those of before the changes."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bakeoff.examples.support.world import passages
from bakeoff.examples.support.world.attributes import ATTRIBUTES, formal_answer, formal_question
from bakeoff.examples.support.world.mixture import rows as general_rows
from bakeoff.examples.support.world.products import products
from bakeoff.examples.support.world.rows import UNKNOWN, Row, ask
from bakeoff.examples.support.world.shop import training_rows

REHEARSED = 0.5
"""Share of the rows of the fine-tune with rehearsal that come from the pretraining mixture."""

_UNANSWERED = 0.1


def facts(rng: Random, epochs: int) -> Iterator[Row]:
    """The facts in the one template, so many times, each time in another order."""
    known = [ask("fact", row["question"], row["reference"]) for row in training_rows()]
    for _ in range(epochs):
        yield from rng.sample(known, len(known))


def rehearsed(rng: Random, epochs: int) -> Iterator[Row]:
    """The same facts, with rows of the pretraining mixture between them."""
    general = general_rows(rng)
    for row in facts(rng, epochs):
        yield row
        while rng.random() < REHEARSED:
            yield next(general)


def readings(rng: Random, count: int) -> Iterator[Row]:
    """Formal questions on a passage about a product of the shop, answered in the formal template.

    The values in the passages are drawn anew for every row, so that they can only be read, never be
    remembered. One question in ten asks for what the passage does not say.
    """
    for _ in range(count):
        name = rng.choice(products()).name
        product = passages.invent(rng, 5, 8, name=name)
        passage = product.passage(rng)
        if rng.random() < _UNANSWERED:
            attribute = rng.choice([a for a in ATTRIBUTES if a not in product.values])
            answer = UNKNOWN
        else:
            attribute = rng.choice(list(product.values))
            answer = formal_answer(attribute.name, name, product.values[attribute])
        yield ask("reading", f"{passage}\n{formal_question(attribute.name, name)}", answer)
