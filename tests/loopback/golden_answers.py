"""Answered samples in which no two fields are equal, nor equal to any field of another sample."""

from __future__ import annotations

from bakeoff.evals.records import Answered, Context, Response, Sample

PRODUCTS = """
Aster Birch Cedar Dahlia Elder Fern Gorse Hazel Iris Juniper Kale Larch Maple Nettle Olive Poplar Quince
Rowan Sorrel Thyme Umbel Vetch Willow Yarrow
""".split()  # noqa: SIM905 - a list of words reads best as words

TOPICS = """
battery warranty shipping returns charger display firmware pairing storage voltage hinge speaker camera
sensor adapter keyboard cooling licence invoice discount repair manual backup antenna
""".split()  # noqa: SIM905 - a list of words reads best as words


def golden_answers() -> list[Answered]:
    """24 answers of a retrieving system, one to five chunks each."""
    return [answered(number) for number in range(len(PRODUCTS))]


def answered(number: int) -> Answered:
    """The answer of that number; sentences share words to different degrees, never a whole field."""
    name, topic = PRODUCTS[number], TOPICS[number]
    days, price = 7 + number, 20 + 3 * number
    sample = Sample(
        id=f"g{number}",
        question=f"How long does the {topic} of the {name} last?",
        reference=f"The {topic} of the {name} lasts {days} days. It costs {price} euros to renew.",
        reference_contexts=(
            f"Handbook of {name}: the {topic} is good for {days} days.",
            f"Price list: renewing a {topic} costs {price} euros.",
        )[: 1 + number % 2],
    )
    said = f"The {name} holds its {topic} for {days} days"
    also = (f"renewal is {price} euros", "support is free", f"no {topic} lasts longer")[: 1 + number % 3]
    response = Response(
        text=". ".join([said, *also]) + ".", contexts=chunks(number, name, topic, days, price)
    )
    return Answered(system="rag", retrieves=True, sample=sample, response=response)


def chunks(number: int, name: str, topic: str, days: int, price: int) -> tuple[Context, ...]:
    texts = (
        f"{name} page {number}: a {topic} lasts {days} days when it is stored dry.",
        f"Customers of {name} praise the colour in review {number}.",
        f"The {topic} may be renewed for {price} euros at any shop, says form {number}.",
        f"Offices close at six on day {number}.",
        f"{topic} and {name} are sold as set {number} without renewal.",
    )
    turned = texts[number % 5 :] + texts[: number % 5]
    return tuple(Context(text=text) for text in turned[: 1 + number % 5])
