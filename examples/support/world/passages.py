"""Reading about products: passages on invented ones, and questions about them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bakeoff.examples.support.world.attributes import ATTRIBUTES, Attribute, fill, formal_question
from bakeoff.examples.support.world.names import product_name
from bakeoff.examples.support.world.phrasing import casual
from bakeoff.examples.support.world.rows import UNKNOWN, Row, Turn

_FORMAL = ("Please state the {a} of {p}.", "What is the {a} of {p}?", "Could you tell me the {a} of {p}?")


@dataclass(frozen=True)
class Product:
    """A product and what is true of it, by attribute."""

    name: str
    values: dict[Attribute, str]

    def passage(self, rng: Random) -> str:
        """A paragraph that states everything, in random order and wording."""
        items = rng.sample(list(self.values.items()), len(self.values))
        return " ".join(
            _state(rng, attribute, self.name, value, first=number == 0)
            for number, (attribute, value) in enumerate(items)
        )


def _state(rng: Random, attribute: Attribute, name: str, value: str, *, first: bool) -> str:
    text = fill(rng.choice(attribute.statements), name, value)
    opening = f"The {name} "
    if not first and text.startswith(opening) and rng.random() < 0.2:
        return "It " + text.removeprefix(opening)
    return text


def invent(rng: Random, fewest: int = 1, most: int = 8, name: str | None = None) -> Product:
    """A product, of a random name unless one is given, with so many random attributes."""
    chosen = rng.sample(ATTRIBUTES, rng.randint(fewest, most))
    return Product(name or product_name(rng), {attribute: attribute.value(rng) for attribute in chosen})


def question(rng: Random, attribute: Attribute, name: str) -> str:
    """One of many ways to ask for it: the tuning set's, another formal one, or a casual one."""
    kind = rng.random()
    if kind < 0.25:
        return formal_question(attribute.name, name)
    if kind < 0.45:
        return rng.choice(_FORMAL).format(a=attribute.name, p=f"the {name}")
    return casual(rng, fill(rng.choice(attribute.casual), name))


def about_one(rng: Random) -> Row:
    """Several questions on one passage about one product; some ask for what it does not say."""
    product = invent(rng)
    passage = product.passage(rng)
    known = rng.sample(list(product.values), min(len(product.values), rng.randint(2, 5)))
    turns = [Turn(question(rng, a, product.name), product.values[a]) for a in known]
    if rng.random() < 0.35:
        turns.append(Turn(_beyond(rng, product), UNKNOWN))
    rng.shuffle(turns)
    return Row("reading", _under(passage, turns))


def _beyond(rng: Random, product: Product) -> str:
    """A question that the passage does not answer: another attribute, or another product."""
    if rng.random() < 0.35:
        return question(rng, rng.choice(list(product.values)), product_name(rng))
    missing = [attribute for attribute in ATTRIBUTES if attribute not in product.values]
    return question(rng, rng.choice(missing), product.name)


def about_several(rng: Random) -> Row:
    """Two or three passages of different products, and questions about any of them."""
    products = [invent(rng, 1, 4) for _ in range(rng.choice((2, 2, 3)))]
    passage = "\n".join(product.passage(rng) for product in products)
    turns = []
    for _ in range(rng.randint(2, 4)):
        product = rng.choice(products)
        attribute = rng.choice(list(product.values))
        turns.append(Turn(question(rng, attribute, product.name), product.values[attribute]))
    return Row("reading several", _under(passage, list(dict.fromkeys(turns))))


def _under(passage: str, turns: list[Turn]) -> tuple[Turn, ...]:
    """The turns, the passage above the first question."""
    first, *rest = turns
    return (Turn(f"{passage}\n{first.question}", first.answer), *rest)


def closed_book(rng: Random) -> Row:
    """A question about an unknown product with no passage: nothing to say."""
    return Row("closed book", (Turn(question(rng, rng.choice(ATTRIBUTES), product_name(rng)), UNKNOWN),))
